using System.Text;
using System.Text.RegularExpressions;

namespace P1Bridge.Configuration;

/// <summary>From the bytes of a file to text that is safe to parse, and from a value to YAML.</summary>
static partial class YamlText
{
    /// <summary>A configuration is a page or two; more is the wrong file.</summary>
    public const int LargestFile = 1024 * 1024;

    /// <summary>Decodes UTF-8 and refuses what the YAML scanner would take for the end of the file or for invisible indentation.</summary>
    /// <exception cref="ConfigurationException">Not UTF-8, a control character, a tab as indentation.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) throw Wrong(file, 1, 1, "the file is UTF-16; save it as UTF-8");
        var line = 1;
        var column = 1;
        var indenting = true;
        for (var rest = bytes; rest.Length > 0;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var used);
            if (status != System.Buffers.OperationStatus.Done) throw Wrong(file, line, column, "not UTF-8; save the file as UTF-8");
            if (indenting && rune.Value == '\t') throw Wrong(file, line, column, "a tab as indentation; use spaces");
            if (IsForbidden(rune.Value))
                throw Wrong(file, line, column, FormattableString.Invariant($"control character U+{rune.Value:X4}; remove it"));
            indenting = rune.Value == '\n' || (indenting && rune.Value == ' ');
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            rest = rest[used..];
        }
        return Encoding.UTF8.GetString(bytes);
    }

    static bool IsForbidden(int value) =>
        value is (< 0x20 and not ('\t' or '\n' or '\r')) or (>= 0x7F and < 0xA0) or 0x2028 or 0x2029 or 0xFEFF;

    static ConfigurationException Wrong(string file, int line, int column, string text) =>
        new([$"{new Origin(OriginKind.File, file, line, column)}: {text}"]);

    /// <summary>The value as a text of one line that reads back as the same text: plain where that is safe, else in quotes.</summary>
    public static string Scalar(string text)
    {
        if (Plain().IsMatch(text) && !new YamlScalar(text, false, 0, 0).IsNothing && !new YamlScalar(text, false, 0, 0).IsSwitch) return text;
        if (!text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || IsForbidden(c)))
            return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return Escaped(text);
    }

    static string Escaped(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\') quoted.Append('\\').Append((char)rune.Value);
            else if (IsForbidden(rune.Value) || rune.Value is '\t' or '\n' or '\r')
                quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else quoted.Append(rune);
        }
        return quoted.Append('"').ToString();
    }

    // No blank inside and no colon at the end, so neither a comment nor a key can arise.
    [GeneratedRegex(@"^[A-Za-z0-9_/.]([A-Za-z0-9_/.:+=,-]*[A-Za-z0-9_/.+=-])?\z")]
    private static partial Regex Plain();
}
