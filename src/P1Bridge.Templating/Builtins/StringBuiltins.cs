using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>string.*</c> on whole texts. Where null stays null it is said here; elsewhere it counts as the empty text.</summary>
static class StringBuiltins
{
    public static readonly Builtin[] All =
    [
        new("append text with", static a => a.Text(0) + a.Text(1)),
        new("prepend text by", static a => a.Text(1) + a.Text(0)),
        new("capitalize text", static a => Capitalized(a.Text(0))),
        new("capitalizewords text", static a => CapitalizedWords(a.Text(0))),
        new("downcase text", static a => a.IsNull(0) ? null : a.Text(0).ToLowerInvariant()),
        new("upcase text", static a => a.IsNull(0) ? null : a.Text(0).ToUpperInvariant()),
        new("strip text", static a => a.IsNull(0) ? null : a.Text(0).Trim()),
        new("lstrip text", static a => a.IsNull(0) ? null : a.Text(0).TrimStart()),
        new("rstrip text", static a => a.IsNull(0) ? null : a.Text(0).TrimEnd()),
        new("strip_newlines text", static a => a.Text(0).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)),
        new("empty text", static a => Kinds.Of(a.Text(0).Length == 0)),
        new("whitespace text", static a => Kinds.Of(string.IsNullOrWhiteSpace(a.Text(0)))),
        new("size text", static a => (long)a.Text(0).Length),
        new("escape text", static a => a.IsNull(0) ? null : Escaped(a.Text(0))),
        new("literal text", static a => a.IsNull(0) ? null : $"\"{Escaped(a.Text(0))}\""),
        new("handleize text", static a => Handle(a.Needed(0))),
        new("pluralize number singular plural", static a => a.Int(0) == 1 ? a.Text(1) : a.Text(2)),
        new("pad_left text width", static a => a.Text(0).PadLeft(a.Length(1))),
        new("pad_right text width", static a => a.Text(0).PadRight(a.Length(1))),
        new("to_int text", static a => int.TryParse(a.Text(0), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? (long)number : null),
        new("to_double text", static a => Double(a.Text(0))),
        new("sha256 text", static a => Hash(SHA256.HashData(Encoding.UTF8.GetBytes(a.Text(0))))),
        new("sha512 text", static a => Hash(SHA512.HashData(Encoding.UTF8.GetBytes(a.Text(0))))),
        new("base64_encode text", static a => Convert.ToBase64String(Encoding.UTF8.GetBytes(a.Text(0)))),
        new("base64_decode text", static a => Decoded(a.Text(0))),
    ];

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(bytes);

    static double? Double(string text)
        => double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new ValueException("The text is no base64.");
    }

    static string Capitalized(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>In each word the first letter becomes a capital, also behind signs and digits.</summary>
    static string CapitalizedWords(string text)
    {
        var result = text.ToCharArray();
        var isNew = true;
        for (var i = 0; i < result.Length; i++)
        {
            if (char.IsWhiteSpace(result[i])) isNew = true;
            if (!isNew || !char.IsLetter(result[i])) continue;
            result[i] = char.ToUpperInvariant(result[i]);
            isNew = false;
        }
        return new(result);
    }

    static string Escaped(string text)
    {
        var result = new StringBuilder();
        foreach (var c in TextForm.Escaped(text))
        {
            if (char.IsControl(c) && c < 0x20) result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>Lower-case letters and digits, everything between them one hyphen.</summary>
    static string Handle(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c)) result.Append(char.ToLowerInvariant(c));
            else if (result.Length == 0 || result[^1] != '-') result.Append('-');
        }
        return result.Length > 0 && result[^1] == '-' ? result.ToString(0, result.Length - 1) : result.ToString();
    }
}
