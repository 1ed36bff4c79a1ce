namespace P1Bridge.Core.Telegrams;

/// <summary>Reads the content of single value groups. Never throws on data, allocates nothing.</summary>
public static class ValueReader
{
    /// <summary>Reads <c>number[*unit]</c>. False when the part before the star is no number; the unit is empty when none was sent.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> group, out FixedPoint number, out ReadOnlySpan<byte> unit)
    {
        var star = group.IndexOf((byte)'*');
        unit = star < 0 ? default : group[(star + 1)..];
        return FixedPoint.TryRead(star < 0 ? group : group[..star], out number);
    }

    /// <summary>Whether every character is one of a number's: digits, point, sign.</summary>
    public static bool IsDigits(ReadOnlySpan<byte> group) => !group.IsEmpty && !group.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>
    /// Decodes pairs of hexadecimal digits, as identifiers and text messages are sent (DSMR 5.0.2 P1 section 6.4, tag 9).
    /// False when the length is odd, a character is no digit, or <paramref name="destination"/> is too small.
    /// </summary>
    public static bool TryReadHex(ReadOnlySpan<byte> group, Span<byte> destination, out int written)
    {
        written = 0;
        if ((group.Length & 1) != 0 || destination.Length < group.Length / 2) return false;
        for (var i = 0; i < group.Length; i += 2)
        {
            var (high, low) = (HexDigits.Value(group[i]), HexDigits.Value(group[i + 1]));
            if ((high | low) < 0) return false;
            destination[written++] = (byte)((high << 4) | low);
        }
        return true;
    }

    /// <summary>Whether all bytes are printable ASCII, so that they are a text and not packed digits or zeros.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
