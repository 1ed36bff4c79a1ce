using System.Globalization;
using System.Text;

namespace P1Bridge.Templating.Syntax;

/// <summary>Reads the inside of a quoted string and replaces its escapes.</summary>
static class StringReader
{
    const string Escapes = "0'\"\\bfnrtv";
    const string Meanings = "\0'\"\\\b\f\n\r\t\v";

    /// <summary>Reads up to the quote, or in an interpolated string the brace, that <paramref name="end"/> then points at.</summary>
    public static string Read(string text, int start, int at, char quote, bool interpolated, out int end)
    {
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == quote || (interpolated && c == '{')) { end = at; return value.ToString(); }
            if (interpolated && c == '}') throw ParseException.Refuse(at, "A closing brace in an interpolated string");
            value.Append(c == '\\' ? Escape(text, ref at, interpolated) : c);
        }
        throw new ParseException(start, $"The string is not closed by {quote}.");
    }

    static char Escape(string text, ref int at, bool interpolated)
    {
        var start = at++;
        var c = at < text.Length ? text[at] : ' ';
        if (interpolated && c == '{') return c;
        if (Escapes.IndexOf(c) is var index and >= 0) return Meanings[index];
        var digits = c switch { 'u' => 4, 'x' => 2, _ => 0 };
        if (digits > 0 && at + digits < text.Length
            && ushort.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            at += digits;
            return (char)code;
        }
        throw new ParseException(start, @"A backslash is followed by one of 0 ' "" \ b f n r t v, uXXXX or xXX.");
    }
}
