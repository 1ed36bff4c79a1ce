using System.Text;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>When only the changes are read; that it gives the same as reading all is shown in <see cref="LineMemoryProperties"/>.</summary>
public class LineMemoryTests
{
    static readonly string[] Lines =
    [
        "0-0:96.1.4(50217)", "0-0:1.0.0(251105175348W)", "1-0:1.7.0(04.662*kW)", "1-0:2.7.0(00.000*kW)", "9-9:9.9.9(17)",
        "0-1:24.1.0(003)", "0-1:24.2.3(251105175003W)", "(02871.504*m3)",
    ];

    [Fact]
    public void The_same_telegram_again_is_compared_only() => Assert.Equal((false, true), Read(Lines, Lines));

    [Theory]
    [InlineData(1, "0-0:1.0.0(251105175349W)")]
    [InlineData(1, "0-0:1.0.0(251105175348S)")]
    [InlineData(2, "1-0:1.7.0(99.999*kW)")]
    [InlineData(4, "9-9:9.9.9(18)")]
    [InlineData(5, "0-1:24.1.0(007)")]
    [InlineData(7, "(02871.505*m3)")]
    public void Of_a_telegram_with_other_values_only_they_are_read(int line, string text) => Assert.Equal((false, true), Read(Lines, With(line, text)));

    [Theory]
    [InlineData(1, "0-0:1.0.0()")]
    [InlineData(2, "1-0:1.8.0(04.662*kW)")]
    [InlineData(2, "1-0:1.7.0(-4.662*kW)")]
    [InlineData(2, "1-0:1.7.0(04)662*kW)")]
    [InlineData(2, "1-0:1.7.0(04.662*kW(")]
    [InlineData(2, "1-0:1.7.0(\r\n.662*kW)")]
    [InlineData(4, "9-9:9.9.8(17)")]
    [InlineData(7, "002871.504*m3)")]
    [InlineData(7, "(02871.504*m3)(1)")]
    public void A_telegram_that_is_laid_out_otherwise_is_read_in_full(int line, string text) => Assert.Equal((false, false), Read(Lines, With(line, text)));

    [Fact]
    public void A_telegram_that_names_an_object_twice_is_always_read_in_full()
    {
        string[] twice = [.. Lines, "1-0:1.7.0(01.000*kW)"];

        Assert.Equal((false, false), Read(twice, twice));
    }

    [Fact]
    public void A_bad_line_is_counted_each_time()
    {
        var reader = new TelegramReader(Some.Catalogue);
        for (var i = 0; i < 3; i++)
            Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(00.500*kW)", "garbage"));

        Assert.Equal((3L, 3L), (reader.Counters.Accepted, reader.Counters.BadLines));
    }

    [Fact]
    public void A_number_that_falls_below_zero_digit_by_digit_is_held()
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(-0.000*kW)"));
        Assert.True(reader.Readings.Main[Some.Row("power_import")].IsGood);

        Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(-0.001*kW)"));

        Assert.Equal(IssueClass.NegativeValue, reader.Readings.Main[Some.Row("power_import")].Issue);
    }

    [Fact]
    public void A_stamp_without_letter_in_the_repeated_hour_of_autumn_stays_in_its_pass_while_it_is_the_same()
    {
        var (reader, inFull) = (new TelegramReader(Some.Catalogue), new TelegramReader(Some.Catalogue));
        foreach (var (stamp, power) in new[] { ("251026025959", 1), ("251026020000", 2), ("251026020000", 3), ("251026020001", 3), ("251026020001", 3) })
        {
            var telegram = Some.Telegram($"0-0:1.0.0({stamp})", $"1-0:1.7.0(0{power}.000*kW)");
            inFull.Reset();
            Some.Outcomes(reader, telegram);
            Some.Outcomes(inFull, telegram);
            Assert.Equal(inFull.Readings.Clock, reader.Readings.Clock);
            Assert.Equal(inFull.Readings.Clock?.Offset, reader.Readings.Clock?.Offset);
        }
        Assert.Equal(TimeSpan.FromHours(1), reader.Readings.Clock?.Offset);
    }

    static (bool First, bool Second) Read(string[] first, string[] second)
    {
        var readings = new ReadingSet(Some.Catalogue);
        var memory = new LineMemory(readings);
        var results = (memory.Read(Body(first)), memory.Read(Body(second)));
        readings.Complete();
        return results;
    }

    static string[] With(int line, string text) => [.. Lines[..line], text, .. Lines[(line + 1)..]];

    static byte[] Body(string[] lines) => Encoding.Latin1.GetBytes($"{Some.Header}\r\n\r\n{string.Concat(lines.Select(static line => line + "\r\n"))}!");
}
