namespace P1Bridge.Core.Telegrams;

/// <summary>
/// CRC-16/ARC as P1 telegrams carry it: polynomial x16+x15+x2+1 reflected (0xA001), start value 0, no final XOR
/// (DSMR 5.0.2 P1 companion standard, section 6.2). Computed over every byte from '/' to '!' inclusive.
/// </summary>
public static class Crc16
{
    static readonly ushort[] Table = BuildTable();

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a checksum: <c>Append(Compute(a), b)</c> equals <c>Compute(a + b)</c>.</summary>
    public static ushort Append(ushort crc, ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        foreach (var value in bytes)
            crc = (ushort)((crc >> 8) ^ table[(byte)(crc ^ value)]);
        return crc;
    }

    static ushort[] BuildTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ushort)i;
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1);
            table[i] = crc;
        }
        return table;
    }
}
