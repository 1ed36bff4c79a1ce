using System.Text;
using System.Text.RegularExpressions;

namespace P1Bridge.Fuzz;

/// <summary>What speaks for a telegram that a reader took.</summary>
enum Evidence
{
    /// <summary>Nothing: it should have been refused.</summary>
    None,

    /// <summary>The digits behind its '!' are the checksum of its bytes.</summary>
    Checksum,

    /// <summary>No digits follow, and it looks like the old kind that never has any.</summary>
    OldKind,
}

/// <summary>
/// Judges by the bytes that were sent, and without a line of the reader's code, whether a telegram may be believed.
/// </summary>
static partial class Proof
{
    static readonly ushort[] Table = [.. Enumerable.Range(0, 256).Select(static value => Shifted((ushort)value))];

    /// <summary>CRC-16/ARC, from its definition.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var value in bytes)
            crc = (ushort)(Table[(crc ^ value) & 0xFF] ^ (crc >> 8));
        return crc;
    }

    /// <summary>The best evidence for <paramref name="telegram"/>, '/' to '!', anywhere in what was sent.</summary>
    public static Evidence Of(ReadOnlySpan<byte> telegram, IEnumerable<byte[]> sent)
    {
        var best = Evidence.None;
        var checksum = Checksum(telegram);
        foreach (var text in sent)
        {
            for (var at = 0; text.AsSpan(at).IndexOf(telegram) is var next and >= 0; at += next + 1)
            {
                var (digits, value) = DigitsOf(text.AsSpan(at + next + telegram.Length));
                if (digits > 0 && value == checksum) return Evidence.Checksum;
                if (digits == 0 && IsOldKind(telegram)) best = Evidence.OldKind;
            }
        }
        return best;
    }

    /// <summary>
    /// Whether this can be a telegram of DSMR 2.2 or 3, the only ones without checksum: neither a version nor a clock, something in it, and no
    /// line that is damaged. Nothing more can be asked of it: a digit that changed on the way changes a value, and nobody can know.
    /// </summary>
    static bool IsOldKind(ReadOnlySpan<byte> telegram)
    {
        var lines = Wrapped().Replace(Encoding.Latin1.GetString(telegram[..^1]), "(").Split('\n').Skip(1)
            .Select(static line => line.EndsWith('\r') ? line[..^1] : line).Where(static line => line.Length > 0).ToList();
        return lines.Count > 0 && lines.TrueForAll(static line => Object().IsMatch(line) && !VersionOrClock().IsMatch(line));
    }

    /// <summary>Up to four digits, with the bytes between them that a line idles with; -1 where something else follows.</summary>
    static (int Digits, int Value) DigitsOf(ReadOnlySpan<byte> rest)
    {
        var (digits, value) = (0, 0);
        foreach (var letter in rest)
        {
            if (letter is 0x00 or 0xFF) continue;
            if (letter is (byte)'\r' or (byte)'\n' or (byte)'/') break;
            if (!char.IsAsciiHexDigit((char)letter)) return (-1, 0);
            value = value * 16 + Convert.ToInt32(((char)letter).ToString(), 16);
            if (++digits == 4) break;
        }
        return (digits, value);
    }

    static ushort Shifted(ushort crc)
    {
        for (var bit = 0; bit < 8; bit++)
            crc = (ushort)((crc >> 1) ^ ((crc & 1) * 0xA001));
        return crc;
    }

    [GeneratedRegex(@"\r?\n\(")]
    private static partial Regex Wrapped();

    [GeneratedRegex(@"^\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}([*.]\d{1,3})?(\r*\([^()]*\))+\r*$")]
    private static partial Regex Object();

    [GeneratedRegex(@"^(0-0:0*1\.[01]\.0|1-3:0\.2\.8|0-0:96\.1\.4)([*.]255)?\(")]
    private static partial Regex VersionOrClock();
}
