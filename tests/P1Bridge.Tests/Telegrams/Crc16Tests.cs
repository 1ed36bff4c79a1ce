using System.Globalization;
using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class Crc16Tests
{
    const int LongestTried = 2100;
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

    [Fact]
    public void All_kinds_agree_at_every_length_and_alignment()
    {
        var bytes = Noise(LongestTried + 16);
        for (var length = 0; length <= LongestTried; length++)
        {
            for (var alignment = 0; alignment < 16; alignment++)
            {
                var message = bytes.AsSpan(alignment, length);
                var start = (ushort)(length * 31 + alignment);
                var expected = Crc16Slicing.AppendByByte(start, message);
                // Without Assert: its boxes would take longer than the checksums.
                if (expected == Crc16Slicing.Append(start, message) && expected == Crc16.Append(start, message)) continue;
                Assert.Fail($"{length} bytes from {alignment} on differ");
            }
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(257)]
    [InlineData(LongestTried)]
    public void All_kinds_agree_wherever_the_message_is_split(int length)
    {
        var bytes = Noise(length);
        var expected = Crc16Slicing.AppendByByte(0, bytes);
        for (var split = 0; split <= length; split++)
        {
            Assert.Equal(expected, Crc16Slicing.Append(Crc16Slicing.Append(0, bytes.AsSpan(0, split)), bytes.AsSpan(split)));
            Assert.Equal(expected, Crc16.Append(Crc16.Append(0, bytes.AsSpan(0, split)), bytes.AsSpan(split)));
        }
    }

    static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(20251105).NextBytes(bytes);
        return bytes;
    }

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
