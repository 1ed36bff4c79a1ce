using System.Globalization;
using System.Text;

namespace P1Bridge.Generation;

/// <summary>Texts of others (names of the configuration and of catalogue files, messages of meters) as files can hold them.</summary>
static class ModelText
{
    /// <summary>
    /// One line without what steers a terminal or turns the direction of reading; half characters become the replacement character.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    clean.Append(' ');
                    break;
                case UnicodeCategory.Format:
                    break;
                default:
                    clean.Append(rune.ToString());
                    break;
            }
        }
        return clean.ToString();
    }
}
