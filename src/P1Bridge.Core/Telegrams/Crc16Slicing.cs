using System.Buffers.Binary;

namespace P1Bridge.Core.Telegrams;

/// <summary>
/// The checksum by tables, on every processor: sixteen bytes a step where there are as many, else one by one. Table n gives what a byte
/// leaves in the checksum once n more bytes have followed it, so the sixteen look-ups of a step do not wait for each other.
/// </summary>
static class Crc16Slicing
{
    const int Step = 16;

    static readonly ushort[][] Tables = BuildTables();

    /// <summary>Continues a checksum.</summary>
    public static ushort Append(ushort crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            // The checksum so far lies over the first two bytes.
            var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            crc = (ushort)(Eight(tables, 8, low) ^ Eight(tables, 0, high));
        }
        return AppendByByte(crc, bytes);
    }

    /// <summary>The same, one byte after the other: the definition in its shortest form.</summary>
    public static ushort AppendByByte(ushort crc, ReadOnlySpan<byte> bytes)
    {
        var table = Tables[0];
        foreach (var value in bytes)
            crc = (ushort)((crc >> 8) ^ table[(byte)(crc ^ value)]);
        return crc;
    }

    /// <summary>What eight bytes leave that <paramref name="after"/> more bytes follow.</summary>
    static int Eight(ushort[][] tables, int after, ulong bytes)
        => tables[after + 7][(byte)bytes] ^ tables[after + 6][(byte)(bytes >> 8)]
            ^ tables[after + 5][(byte)(bytes >> 16)] ^ tables[after + 4][(byte)(bytes >> 24)]
            ^ tables[after + 3][(byte)(bytes >> 32)] ^ tables[after + 2][(byte)(bytes >> 40)]
            ^ tables[after + 1][(byte)(bytes >> 48)] ^ tables[after][(byte)(bytes >> 56)];

    static ushort[][] BuildTables()
    {
        var tables = new ushort[Step][];
        for (var after = 0; after < Step; after++)
        {
            tables[after] = new ushort[256];
            for (var value = 0; value < 256; value++)
                tables[after][value] = after == 0 ? BitByBit((ushort)value) : OneByteLater(tables[0], tables[after - 1][value]);
        }
        return tables;
    }

    static ushort BitByBit(ushort crc)
    {
        for (var bit = 0; bit < 8; bit++)
            crc = (ushort)((crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1);
        return crc;
    }

    static ushort OneByteLater(ushort[] table, ushort crc) => (ushort)((crc >> 8) ^ table[(byte)crc]);
}
