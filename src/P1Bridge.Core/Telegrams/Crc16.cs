namespace P1Bridge.Core.Telegrams;

/// <summary>
/// CRC-16/ARC as P1 telegrams carry it: polynomial x16+x15+x2+1 reflected (0xA001), start value 0, no final XOR
/// (DSMR 5.0.2 P1 companion standard, section 6.2). Computed over every byte from '/' to '!' inclusive.
/// </summary>
public static class Crc16
{
    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a checksum: <c>Append(Compute(a), b)</c> equals <c>Compute(a + b)</c>.</summary>
    public static ushort Append(ushort crc, ReadOnlySpan<byte> bytes)
        => Crc16Folding.IsSupported ? Crc16Folding.Append(crc, bytes) : Crc16Slicing.Append(crc, bytes);
}
