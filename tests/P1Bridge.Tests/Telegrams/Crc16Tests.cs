using System.Globalization;
using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class Crc16Tests
{
    const string Example = "/SYN5\\CRC-EXAMPLE\r\n\r\n0-0:96.14.0(0001)\r\n!";

    [Theory]
    [InlineData("", "0000")]
    [InlineData("123456789", "BB3D")]
    [InlineData("/", "DC41")]
    [InlineData("/SYN5", "26E1")]
    [InlineData("/SYN5\\CRC-EXAMPLE", "84C3")]
    [InlineData(Example, "7F7B")]
    public void The_published_vectors_match(string text, string expected)
        => Assert.Equal(expected, Crc16.Compute(Some.Latin(text)).ToString("X4", CultureInfo.InvariantCulture));

    [Fact]
    public void Line_ends_count() => Assert.Equal(0x9BC4, Crc16.Compute(Some.Latin(Example.Replace("\r", "", StringComparison.Ordinal))));

    [Fact]
    public void The_table_gives_what_the_definition_bit_by_bit_gives()
        => Prop.ForAll<byte[]>(static bytes => Crc16.Compute(bytes) == BitByBit(bytes)).Holds();

    [Fact]
    public void A_checksum_can_be_continued_at_any_byte()
        => Prop.ForAll<byte[], byte[]>(static (head, tail) => Crc16.Append(Crc16.Compute(head), tail) == Crc16.Compute([.. head, .. tail])).Holds();

    static ushort BitByBit(byte[] bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
        return (ushort)crc;
    }
}
