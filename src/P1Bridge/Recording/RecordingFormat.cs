using System.Buffers;
using System.Globalization;
using System.Text;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Recording;

/// <summary>The text format of recordings, described in docs/recording.md: bytes to text that people can read, and back without loss.</summary>
static class RecordingFormat
{
    /// <summary>How a recording's file name ends.</summary>
    public const string Extension = ".p1rec";

    /// <summary>The first word of the first line.</summary>
    public const string Magic = "p1bridge-recording";

    /// <summary>The version of the format that is written and read.</summary>
    public const int Version = 1;

    /// <summary>Longest line of text that is read, in bytes.</summary>
    public const int MaximumLine = 64 * 1024;

    /// <summary>Most bytes of one chunk that are read.</summary>
    public const int MaximumChunk = 1024 * 1024;

    const string TimeLayout = "yyyy-MM-dd'T'HH:mm:ss.fffzzz";
    const string KnownEscapes = @"expected \\, \r, \n, \t or \x with two hexadecimal digits";

    /// <summary>The first line, without line end.</summary>
    public static string HeaderLine(RecordingHeader header)
    {
        var line = new StringBuilder(Magic);
        line.Append(CultureInfo.InvariantCulture, $" {Version} {header.StartedAt.ToString(TimeLayout, CultureInfo.InvariantCulture)} ");
        Escape(Encoding.UTF8.GetBytes(header.Source), line);
        return line.ToString();
    }

    /// <summary>Reads what stands behind the magic word and the version: time and source. False when the time is none.</summary>
    public static bool TryReadHeader(string time, ReadOnlySpan<byte> source, out RecordingHeader header)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var isTime = DateTimeOffset.TryParseExact(time, TimeLayout, CultureInfo.InvariantCulture, DateTimeStyles.None, out var startedAt);
        // A source that was edited by hand is shown as it stands; nothing depends on it.
        header = new RecordingHeader(startedAt, Unescape(source, bytes) is null ? Encoding.UTF8.GetString(bytes.WrittenSpan) : Encoding.Latin1.GetString(source));
        return isTime;
    }

    /// <summary>Printable ASCII as it stands, everything else escaped. A blank at the end is escaped too: editors cut such blanks off.</summary>
    public static void Escape(ReadOnlySpan<byte> bytes, StringBuilder text)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == (byte)'\\') text.Append(@"\\");
            else if (value == (byte)'\r') text.Append(@"\r");
            else if (value == (byte)'\n') text.Append(@"\n");
            else if (value == (byte)'\t') text.Append(@"\t");
            else if (value is > (byte)' ' and <= (byte)'~' || (value == (byte)' ' && i + 1 < bytes.Length)) text.Append((char)value);
            else text.Append(CultureInfo.InvariantCulture, $@"\x{value:X2}");
        }
    }

    /// <summary>The bytes that <paramref name="text"/> stands for; null when it is right, else where it is wrong and what was expected.</summary>
    public static (int At, string Text)? Unescape(ReadOnlySpan<byte> text, IBufferWriter<byte> bytes)
    {
        var room = bytes.GetSpan(Math.Max(1, text.Length));
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < (byte)' ' or > (byte)'~')
                return (i, FormattableString.Invariant($@"a byte that is not printable; write \x{text[i]:X2} for it"));
            if (text[i] != (byte)'\\')
            {
                room[written++] = text[i];
                continue;
            }
            if (ReadEscape(text[(i + 1)..], out var value) is not (> 0 and var length)) return (i, KnownEscapes);
            room[written++] = value;
            i += length;
        }
        bytes.Advance(written);
        return null;
    }

    /// <summary>How many characters behind the backslash were read; 0 when they are no escape.</summary>
    static int ReadEscape(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.IsEmpty) return 0;
        if (text[0] == (byte)'x') return text.Length > 2 && ValueReader.TryReadHex(text[1..3], new Span<byte>(ref value), out _) ? 3 : 0;
        value = text[0] switch { (byte)'\\' => (byte)'\\', (byte)'r' => (byte)'\r', (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', _ => 0 };
        return value == 0 ? 0 : 1;
    }
}
