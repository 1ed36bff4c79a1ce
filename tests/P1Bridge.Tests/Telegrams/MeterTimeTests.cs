using System.Globalization;
using FsCheck.Fluent;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Telegrams;

public class MeterTimeTests
{
    [Theory]
    [InlineData("251105175348W", "2025-11-05T17:53:48+01:00")]
    [InlineData("250715120000S", "2025-07-15T12:00:00+02:00")]
    [InlineData("250715184019W", "2025-07-15T18:40:19+01:00")] // Sweden stays on normal time
    [InlineData("251026025959S", "2025-10-26T02:59:59+02:00")]
    [InlineData("251026020000W", "2025-10-26T02:00:00+01:00")]
    [InlineData("250330015959W", "2025-03-30T01:59:59+01:00")]
    [InlineData("250330030000S", "2025-03-30T03:00:00+02:00")]
    [InlineData("240229120000W", "2024-02-29T12:00:00+01:00")]
    [InlineData("000101010000W", "2000-01-01T01:00:00+01:00")]
    [InlineData("991231235959W", "2099-12-31T23:59:59+01:00")]
    public void The_letter_is_the_offset(string text, string expected)
    {
        Assert.Equal(TimestampStatus.Valid, MeterTime.Read(Some.Latin(text), out var time));
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("250120210000", 1)]
    [InlineData("250715120000", 2)]
    [InlineData("250330015959", 1)]
    [InlineData("250330030000", 2)]
    [InlineData("251026015959", 2)]
    [InlineData("251026020000", 2)] // the repeated hour: the first pass
    [InlineData("251026025959", 2)]
    [InlineData("251026030000", 1)]
    [InlineData("240331020000", 2)]
    [InlineData("231029030000", 1)]
    public void Without_a_letter_the_Central_European_rules_decide(string text, int hours)
    {
        Assert.Equal(TimestampStatus.Valid, MeterTime.Read(Some.Latin(text), out var time));
        Assert.Equal(TimeSpan.FromHours(hours), time.Offset);
    }

    [Theory]
    [InlineData("632525252525W")]
    [InlineData("632525252525S")]
    [InlineData("632525252525")]
    [InlineData("700101010000W")]
    [InlineData("700101000000")]
    public void A_stamp_that_was_never_set_is_unset(string text) => AssertUnusable(TimestampStatus.Unset, text);

    [Theory]
    [InlineData("251315120000W")]
    [InlineData("250015120000W")]
    [InlineData("250100120000W")]
    [InlineData("250132120000W")]
    [InlineData("250229120000W")]
    [InlineData("250431120000S")]
    [InlineData("250101240000W")]
    [InlineData("250101126000W")]
    [InlineData("250101120060W")]
    [InlineData("250715120000X")]
    [InlineData("250715120000s")]
    [InlineData("25071512000W")]
    [InlineData("2507151200000W")]
    [InlineData("25O715120000W")]
    [InlineData("-50715120000W")]
    [InlineData("W")]
    public void What_is_no_date_is_bad(string text) => AssertUnusable(TimestampStatus.Bad, text);

    [Fact]
    public void Nothing_is_none() => AssertUnusable(TimestampStatus.None, "");

    [Fact]
    public void Every_second_of_the_century_survives_being_printed_as_a_stamp()
    {
        var moment = Gen.Choose(0, 36_500).Zip(Gen.Choose(0, 86_399)).ToArbitrary();
        Prop.ForAll(moment, Gen.Elements('S', 'W').ToArbitrary(), static (at, letter) =>
        {
            var local = new DateTime(2000, 1, 1).AddDays(at.Item1).AddSeconds(at.Item2);
            var text = local.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture) + letter;
            if (text.StartsWith("700101", StringComparison.Ordinal)) return true;
            return MeterTime.Read(Some.Latin(text), out var time) == TimestampStatus.Valid
                && time == new DateTimeOffset(local, TimeSpan.FromHours(letter == 'S' ? 2 : 1));
        }).Holds(1000);
    }

    [Fact]
    public void The_rules_are_those_of_the_zone_data_where_there_are_some()
    {
        // Two instants of each change, ten years: last Sunday of March at 01:00 UTC, of October at 01:00 UTC.
        for (var year = 2020; year < 2030; year++)
        {
            foreach (var (month, before, after) in new[] { (3, 1, 2), (10, 2, 1) })
            {
                var sunday = Enumerable.Range(25, 7).Select(day => new DateTime(year, month, day)).Single(static day => day.DayOfWeek == DayOfWeek.Sunday);
                Assert.Equal(TimeSpan.FromHours(before), MeterTime.CentralEuropeanOffset(sunday.AddHours(1.99)));
                Assert.Equal(TimeSpan.FromHours(after), MeterTime.CentralEuropeanOffset(sunday.AddHours(3)));
            }
        }
    }

    static void AssertUnusable(TimestampStatus expected, string text)
    {
        Assert.Equal(expected, MeterTime.Read(Some.Latin(text), out var time));
        Assert.Equal(default, time);
    }
}
