using System.Globalization;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Anonymising;

/// <summary>
/// The checksum behind an anonymised telegram: right where it was right. Where it was wrong it is wrong by the same bits, so that it says
/// nothing about what stood there before.
/// </summary>
static class ChecksumDigits
{
    const int Full = 4;

    /// <summary>The bytes behind the '!', with new digits in the case and number of the old ones; a dropped leading zero may come back as a digit.</summary>
    /// <param name="tail">What followed the '!': digits, and perhaps idle bytes between them.</param>
    /// <param name="before">The telegram as it was, '/' to '!'.</param>
    /// <param name="after">As it is now.</param>
    /// <param name="reason">What the framer made of it.</param>
    /// <param name="lineEndsChanged">The old checksum was made with the CRs that were lost on the way.</param>
    public static byte[] Rewrite(ReadOnlySpan<byte> tail, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, RejectReason reason, bool lineEndsChanged)
    {
        var places = DigitPlaces(tail);
        if (places.Count == 0) return tail.ToArray();
        ushort sent = 0;
        foreach (var place in places)
            sent = (ushort)((sent << 4) | Convert.ToInt32(((char)tail[place]).ToString(), 16));
        var computed = Compute(after, lineEndsChanged);
        // A checksum that breaks off is no checksum; its digits are those of the right one, as far as they go.
        var digits = reason == RejectReason.CrcMalformed
            ? computed.ToString("X4", CultureInfo.InvariantCulture)[..places.Count]
            : (computed ^ sent ^ Compute(before, lineEndsChanged)).ToString($"X{places.Count}", CultureInfo.InvariantCulture);
        if (tail.IndexOfAnyInRange((byte)'a', (byte)'f') >= 0) digits = digits.ToLowerInvariant();
        var result = tail.ToArray().ToList();
        for (var i = 0; i < places.Count; i++)
            result[places[i]] = (byte)digits[i];
        result.InsertRange(places[^1] + 1, digits[places.Count..].Select(static digit => (byte)digit));
        return [.. result];
    }

    static List<int> DigitPlaces(ReadOnlySpan<byte> tail)
    {
        var places = new List<int>(Full);
        for (var i = 0; i < tail.Length && places.Count < Full; i++)
        {
            if (char.IsAsciiHexDigit((char)tail[i])) places.Add(i);
            else if (tail[i] is not (0x00 or 0xFF)) break;
        }
        return places;
    }

    static ushort Compute(ReadOnlySpan<byte> telegram, bool withReturns)
    {
        if (!withReturns) return Crc16.Compute(telegram);
        ushort crc = 0;
        while (telegram.IndexOf((byte)'\n') is var feed and >= 0)
        {
            crc = Crc16.Append(Crc16.Append(crc, telegram[..feed]), "\r\n"u8);
            telegram = telegram[(feed + 1)..];
        }
        return Crc16.Append(crc, telegram);
    }
}
