using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class ValueReaderTests
{
    [Theory]
    [InlineData("00.500*kW", "0.500", "kW")]
    [InlineData("999*A", "999", "A")]
    [InlineData("0001", "1", "")]
    [InlineData("-063*A", "-63", "A")]
    [InlineData("1*", "1", "")]
    [InlineData("1*k*W", "1", "k*W")]
    public void A_number_is_split_from_its_unit(string group, string number, string unit)
    {
        Assert.True(ValueReader.TryReadNumber(Some.Latin(group), out var value, out var found));
        Assert.Equal((number, unit), (value.ToString(), Some.Latin(found)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*kW")]
    [InlineData("kW*00.500")]
    [InlineData("------*kWh")]
    public void Without_digits_before_the_star_there_is_no_number(string group)
        => Assert.False(ValueReader.TryReadNumber(Some.Latin(group), out _, out _));

    [Fact]
    public void Hexadecimal_text_survives_being_written_and_read()
        => Prop.ForAll<byte[]>(static bytes =>
        {
            var target = new byte[bytes.Length];
            var upper = ValueReader.TryReadHex(Some.Latin(Convert.ToHexString(bytes)), target, out var written) && target.SequenceEqual(bytes);
            var lower = ValueReader.TryReadHex(Some.Latin(Convert.ToHexStringLower(bytes)), target, out _) && target.SequenceEqual(bytes);
            return upper && lower && written == bytes.Length;
        }).Holds();

    [Theory]
    [InlineData("3")]
    [InlineData("313")]
    [InlineData("3G")]
    [InlineData("3 ")]
    [InlineData("0x31")]
    public void Odd_lengths_and_other_letters_are_no_hexadecimal_text(string group)
        => Assert.False(ValueReader.TryReadHex(Some.Latin(group), new byte[10], out _));

    [Fact]
    public void A_target_that_is_too_small_is_refused()
        => Assert.False(ValueReader.TryReadHex("313233"u8, new byte[2], out _));

    [Theory]
    [InlineData("", true)]
    [InlineData(" ~Az09", true)]
    [InlineData("a\x7F", false)]
    [InlineData("a\x1F", false)]
    [InlineData("\xE9", false)]
    public void Printable_means_ASCII_without_control_characters(string text, bool expected)
        => Assert.Equal(expected, ValueReader.IsPrintable(Some.Latin(text)));

    [Theory]
    [InlineData("0", true)]
    [InlineData("0123456789", true)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    public void Digits_are_digits_only(string text, bool expected) => Assert.Equal(expected, ValueReader.IsDigits(Some.Latin(text)));
}
