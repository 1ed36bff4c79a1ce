using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>The way from the root to a key, in the three spellings that users meet.</summary>
/// <param name="Address">Levels joined with points, list items as numbers: <c>meters.0.source</c>. The key of every look-up.</param>
/// <param name="Display">As messages say it: <c>meters[0].source</c>.</param>
readonly record struct OptionPath(string Address, string Display)
{
    public static readonly OptionPath Root = new("", "");

    public OptionPath Key(string name) => Address.Length == 0 ? new(name, name) : new($"{Address}.{name}", $"{Display}.{name}");

    public OptionPath Item(int index)
    {
        var number = index.ToString(CultureInfo.InvariantCulture);
        return new($"{Address}.{number}", $"{Display}[{number}]");
    }

    /// <summary>The environment variable that sets it: <c>P1BRIDGE_METERS__0__SOURCE</c>.</summary>
    public string Variable => VariablePrefix + Address.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    public const string VariablePrefix = "P1BRIDGE_";
}
