using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Doctor;

/// <summary>
/// Replaces what could identify a household by zeros of equal length. What is kept must be known to be harmless: numbers, units, times and
/// references of objects that the catalogue knows as no text; everything else goes, damaged lines too.
/// </summary>
static class TelegramMask
{
    const int LongestHeader = 40;
    const int LongestChecksum = 8;
    const int LongestNumber = 18;
    const int LongestCount = 8;
    const int LongestUnknown = 4;

    /// <summary>Masks <paramref name="line"/>, of which <paramref name="text"/> is the readable form, byte for byte; <paramref name="zero"/> is its form of '0'.</summary>
    public static void Mask(Span<byte> line, ReadOnlySpan<byte> text, byte zero, Catalogue catalogue)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            var from = FirstHidden(text.Slice(start, length).TrimEnd((byte)'\r'), catalogue);
            for (var i = start + from; i < start + length; i++)
            {
                if (text[i] is not ((byte)'(' or (byte)')' or (byte)'\r')) line[i] = zero;
            }
        }
    }

    /// <summary>Where in the line masking begins; its length when nothing is to be masked.</summary>
    static int FirstHidden(ReadOnlySpan<byte> line, Catalogue catalogue)
    {
        if (line.IsEmpty || (line[0] == (byte)'!' && line.Length <= LongestChecksum)) return line.Length;
        // A type code that thousands of meters share.
        if (line[0] == (byte)'/' && line.Length <= LongestHeader && ValueReader.IsPrintable(line)) return line.Length;
        if (line[0] == (byte)'(') return AreHarmless(line, isKnown: false) ? line.Length : 0;
        if (!ObisReference.TryRead(line, out var reference, out var length) || length == line.Length) return 0;
        var entry = catalogue.Find(reference);
        if (entry?.Role == MeasurementRole.Version) return line.Length;
        var isText = entry is { Kind: ValueKind.HexText or ValueKind.Text };
        return !isText && AreHarmless(line[length..], isKnown: entry is not null) ? line.Length : length;
    }

    static bool AreHarmless(ReadOnlySpan<byte> groups, bool isKnown)
    {
        while (!groups.IsEmpty)
        {
            var end = groups.IndexOf((byte)')');
            if (groups[0] != (byte)'(' || end < 0 || !IsHarmless(groups[1..end], isKnown)) return false;
            groups = groups[(end + 1)..];
        }
        return true;
    }

    static bool IsHarmless(ReadOnlySpan<byte> group, bool isKnown)
    {
        if (group.Length <= LongestUnknown || MeterTime.HasShape(group)) return ValueReader.IsPrintable(group);
        if (ObisReference.TryRead(group, out _, out var length) && length == group.Length) return true;
        if (!ValueReader.TryReadNumber(group, out _, out var unit)) return false;
        // A long number without unit may be an EAN.
        return unit.IsEmpty ? isKnown && group.Length <= LongestCount : group.Length <= LongestNumber && MeterUnit.Find(unit) is not null;
    }
}
