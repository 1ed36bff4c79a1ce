using System.Text;

namespace P1Bridge.Templating;

/// <summary>The names of .NET members as templates write them.</summary>
public static class StandardMemberRenamer
{
    /// <summary>Lower case, with an underscore before each capital that follows a small letter: <c>MyValue</c> is <c>my_value</c>.</summary>
    public static string Rename(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1])) result.Append('_');
            result.Append(char.ToLowerInvariant(name[i]));
        }
        return result.ToString();
    }
}
