using System.Globalization;
using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class FixedPointTests
{
    [Theory]
    [InlineData("00.345", 345, 3, "0.345")]
    [InlineData("012874.206", 12874206, 3, "12874.206")]
    [InlineData("-063", -63, 0, "-63")]
    [InlineData("-00.451", -451, 3, "-0.451")]
    [InlineData("0", 0, 0, "0")]
    [InlineData("00000000", 0, 0, "0")]
    [InlineData("-0", 0, 0, "0")]
    [InlineData("-0.000", 0, 3, "0.000")]
    [InlineData("1.20", 120, 2, "1.20")]
    [InlineData("0.1234567", 1234567, 7, "0.1234567")]
    [InlineData("999999999999999999", 999999999999999999, 0, "999999999999999999")]
    [InlineData("-999999999999999999", -999999999999999999, 0, "-999999999999999999")]
    [InlineData("0.000000000000000001", 1, 18, "0.000000000000000001")]
    [InlineData("000000000000000000000000000001.5", 15, 1, "1.5")]
    public void The_meters_digits_are_kept_without_leading_zeros(string text, long mantissa, byte decimals, string printed)
    {
        Assert.True(FixedPoint.TryRead(Some.Latin(text), out var value));
        Assert.Equal(new FixedPoint(mantissa, decimals), value);
        Assert.Equal(printed, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".5")]
    [InlineData("-.5")]
    [InlineData("5.")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("١")]
    [InlineData("1000000000000000000")]
    [InlineData("10.00000000000000000")]
    [InlineData("0.0000000000000000000")]
    public void What_is_no_number_or_too_long_is_refused(string text)
    {
        Assert.False(FixedPoint.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(default, value);
        Assert.Throws<FormatException>(() => FixedPoint.Parse(text));
    }

    [Fact]
    public void Any_number_of_18_digits_survives_being_printed_and_read()
        => Prop.ForAll(Numbers.ToArbitrary(), static value => FixedPoint.Parse(value.ToString()) == value).Holds(1000);

    [Fact]
    public void Any_number_equals_the_decimal_of_the_same_text()
        => Prop.ForAll(Numbers.ToArbitrary(), static value =>
            value.ToDecimal().ToString(CultureInfo.InvariantCulture) == decimal.Parse(value.ToString(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))
            .Holds(1000);

    [Fact]
    public void Sums_differences_and_comparisons_are_those_of_decimal()
        => Prop.ForAll(Small.ToArbitrary(), Small.ToArbitrary(), static (left, right) =>
            (left + right).ToDecimal() == left.ToDecimal() + right.ToDecimal()
            && (left - right).ToDecimal() == left.ToDecimal() - right.ToDecimal()
            && Math.Sign(left.CompareTo(right)) == left.ToDecimal().CompareTo(right.ToDecimal())
            && (left < right) == left.ToDecimal() < right.ToDecimal()
            && (left >= right) == left.ToDecimal() >= right.ToDecimal()).Holds(1000);

    [Fact]
    public void Numbers_of_any_size_compare()
        => Prop.ForAll(Numbers.ToArbitrary(), Numbers.ToArbitrary(), static (left, right) =>
            Math.Sign(left.CompareTo(right)) == left.ToDecimal().CompareTo(right.ToDecimal())).Holds(1000);

    [Fact]
    public void A_sum_keeps_the_larger_number_of_decimals()
    {
        Assert.Equal("3.50", (Some.Number("1.5") + Some.Number("2.00")).ToString());
        Assert.Equal("-0.500", (Some.Number("1.5") - Some.Number("2.000")).ToString());
    }

    [Fact]
    public void Equal_means_equal_in_digits_level_means_equal_in_value()
    {
        var (one, same) = (Some.Number("1.0"), Some.Number("1.00"));

        Assert.NotEqual(one, same);
        Assert.Equal(0, one.CompareTo(same));
        Assert.True(one <= same && one >= same);
    }

    [Theory]
    [InlineData("4512337", -3, "4512.337")]
    [InlineData("1.5", 3, "1500")]
    [InlineData("1.5", 1, "15")]
    [InlineData("-0.5", -3, "-0.0005")]
    [InlineData("12", 0, "12")]
    public void Scaling_only_moves_the_point(string text, int exponent, string expected)
        => Assert.Equal(expected, Some.Number(text).Scale(exponent).ToString());

    [Theory]
    [InlineData("1.2345", 3, "1.235")]
    [InlineData("-1.2345", 3, "-1.235")]
    [InlineData("1.2344", 3, "1.234")]
    [InlineData("1", 3, "1.000")]
    [InlineData("0.5", 0, "1")]
    [InlineData("-0.5", 0, "-1")]
    public void Rounding_is_half_away_from_zero(string text, int decimals, string expected)
        => Assert.Equal(expected, Some.Number(text).Round(decimals).ToString());

    [Fact]
    public void Rounding_away_every_digit_leaves_zero()
        => Assert.Equal("0.000", new FixedPoint(9, 27).Round(3).ToString());

    [Fact]
    public void What_does_not_fit_overflows_and_never_wraps_around()
    {
        var largest = Some.Number("999999999999999999");

        Assert.Throws<OverflowException>(() => largest.Scale(3));
        Assert.False(largest.TryScale(3, out _));
        Assert.Throws<OverflowException>(() => largest.Scale(-30));
        Assert.Throws<OverflowException>(() => largest.Round(3));
        Assert.Throws<OverflowException>(() => largest.Round(19));
        Assert.Throws<OverflowException>(() => largest + Some.Number("0.001"));
        Assert.Throws<OverflowException>(() => largest - new FixedPoint(1, 27));
    }

    /// <summary>Whatever is published may be stored, and must be readable after a restart.</summary>
    [Theory]
    [InlineData("0.000000000000000001", -1)]
    [InlineData("1000000000000000", 3)]
    [InlineData("-1000000000000000", 3)]
    public void No_point_is_moved_so_far_that_the_number_could_not_be_read_again(string text, int exponent)
        => Assert.False(Some.Number(text).TryScale(exponent, out _));

    [Fact]
    public void No_sum_has_more_digits_than_can_be_read_again()
    {
        Assert.Equal("999999999999999999", (Some.Number("999999999999999998") + Some.Number("1")).ToString());
        Assert.Throws<OverflowException>(() => Some.Number("999999999999999999") + Some.Number("1"));
        Assert.Throws<OverflowException>(() => Some.Number("-999999999999999999") - Some.Number("1"));
    }

    [Fact]
    public void Every_scaled_number_survives_being_printed_and_read()
        => Prop.ForAll(Numbers.ToArbitrary(), Gen.Choose(-20, 20).ToArbitrary(), static (number, exponent)
            => !number.TryScale(exponent, out var scaled) || FixedPoint.Parse(scaled.ToString()) == scaled).Holds(2000);

    /// <summary>Up to 18 digits with up to 18 decimals.</summary>
    static FsCheck.Gen<FixedPoint> Numbers => from high in Gen.Choose(-999_999_999, 999_999_999)
                                              from low in Gen.Choose(0, 999_999_999)
                                              from digits in Gen.Choose(0, 17)
                                              from decimals in Gen.Choose(0, 18)
                                              select new FixedPoint((high * 1_000_000_000L + Math.Sign(high) * low) / (long)Math.Pow(10, digits), (byte)decimals);

    /// <summary>What meters send.</summary>
    static FsCheck.Gen<FixedPoint> Small => from mantissa in Gen.Choose(-1_000_000_000, 1_000_000_000)
                                            from decimals in Gen.Choose(0, 7)
                                            select new FixedPoint(mantissa, (byte)decimals);
}
