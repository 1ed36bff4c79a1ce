using System.Buffers.Binary;

namespace P1Bridge.Core.Diagnosis;

/// <summary>Finds the frames of other meter protocols. A frame counts when its length leads to its end sign, which noise hardly ever does.</summary>
static class BinaryFrames
{
    const int LongestFrame = 16384;

    /// <summary>DLMS general-glo-ciphering around a telegram: DB, 08 and system title, length, security control 30.</summary>
    public static int CountEncrypted(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        for (var at = 0; at + 12 < bytes.Length; at++)
        {
            var rest = bytes[at..];
            if (!rest.StartsWith((ReadOnlySpan<byte>)[0xDB, 0x08])) continue;
            var (length, control) = rest[10] == 0x82 && rest.Length > 13 ? (BinaryPrimitives.ReadUInt16BigEndian(rest[11..]), rest[13]) : (rest[10], rest[11]);
            // Suite 0, authenticated and encrypted; nothing else is in use on P1 ports.
            if (control == 0x30 && length is > 17 and < LongestFrame && IsPrintableMaker(rest.Slice(2, 3))) count++;
        }
        return count;
    }

    /// <summary>HDLC frame type 3 (IEC 62056-46): 7E, A and an 11-bit length, ..., 7E.</summary>
    public static int CountHdlc(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        for (var at = 0; at + 3 < bytes.Length; at++)
        {
            if (bytes[at] != 0x7E || (bytes[at + 1] & 0xF0) != 0xA0) continue;
            var end = at + 1 + (((bytes[at + 1] & 7) << 8) | bytes[at + 2]);
            if (end < at + 9 || end >= bytes.Length || bytes[end] != 0x7E) continue;
            count++;
            at = end - 1; // The end sign may be the next frame's start.
        }
        return count;
    }

    /// <summary>M-Bus long frame (EN 13757-2): 68 L L 68, L bytes, their sum, 16.</summary>
    public static int CountMbus(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        for (var at = 0; at + 5 < bytes.Length; at++)
        {
            if (bytes[at] != 0x68 || bytes[at + 3] != 0x68 || bytes[at + 1] != bytes[at + 2]) continue;
            var end = at + 4 + bytes[at + 1] + 1;
            if (end >= bytes.Length || bytes[end] != 0x16 || Sum(bytes[(at + 4)..(end - 1)]) != bytes[end - 1]) continue;
            count++;
            at = end;
        }
        return count;
    }

    static bool IsPrintableMaker(ReadOnlySpan<byte> letters) => !letters.ContainsAnyExceptInRange((byte)'A', (byte)'Z');

    static byte Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
            sum += value;
        return (byte)sum;
    }
}
