using System.Globalization;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>The bridge's own months: a new meter's empty history is no gap.</summary>
public class PeakHistoryTests
{
    static readonly DateTimeOffset March = new(2025, 3, 5, 12, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void A_new_meters_empty_history_is_filled_with_the_old_meters_months()
    {
        var pipeline = Flanders();
        pipeline.Feed(Telegram("OLD", March, ("2025-01", "05.000"), ("2025-02", "03.000")));

        var snapshot = pipeline.FeedUntilBelieved(Telegram("NEW", March.AddHours(1)));

        Assert.Equal(("5.000", "3.000", "4.0000"), (snapshot.Payload("peaks/2025-01"), snapshot.Payload("peaks/2025-02"), snapshot.Payload("peak_average")));
    }

    [Fact]
    public void A_month_missing_in_the_meters_history_comes_from_the_bridges()
    {
        var pipeline = Flanders();
        pipeline.Feed(Telegram("A", March, ("2024-12", "06.000"), ("2025-01", "05.000"), ("2025-02", "03.000")));

        var snapshot = pipeline.Feed(Telegram("A", March.AddHours(1), ("2024-12", "06.000"), ("2025-02", "03.000")));

        Assert.Equal(["peaks/2024-12 6.000", "peaks/2025-01 5.000", "peaks/2025-02 3.000"], Peaks(snapshot));
    }

    [Fact]
    public void The_month_that_ran_out_is_there_before_the_meter_closes_it()
    {
        var pipeline = Flanders();
        pipeline.Feed([.. Lines("A", March, []), "1-0:1.6.0(250303181500W)(05.337*kW)"]);

        Assert.Equal(["peaks/2025-03 5.337"], Peaks(pipeline.Feed(Telegram("A", March.AddMonths(1)))));
    }

    [Fact]
    public void A_quarter_that_the_bridge_saw_end_counts_where_the_meter_says_nothing()
    {
        var pipeline = Flanders();
        var end = new DateTimeOffset(2025, 4, 1, 0, 0, 0, TimeSpan.FromHours(2));
        foreach (var (second, energy) in new[] { (-900, "100.000"), (-1, "101.000"), (0, "101.000") })
            pipeline.Feed([.. Lines("A", end.AddSeconds(second), []), $"1-0:1.8.1({energy}*kWh)"]);

        // It ended at 00:00 of the 1st: the last one of March.
        Assert.Equal(["peaks/2025-03 4.000"], Peaks(pipeline.Feed(Telegram("A", end.AddHours(1)))));
    }

    [Fact]
    public void The_meters_own_month_is_believed_before_the_bridges()
    {
        var history = new PeakHistory();
        history.Add("A", March, Some.Number("5.400"), PeakOrigin.Quarter);
        history.Add("A", March, Some.Number("5.337"), PeakOrigin.Running);
        history.Add("A", March, Some.Number("9.000"), PeakOrigin.Quarter);
        Assert.Equal("5.337", Assert.Single(history.Peaks).Value.ToString());

        history.Add("A", Month("2025-03", "5.336"));
        history.Add("A", March, Some.Number("9.000"), PeakOrigin.Running);
        Assert.Equal("5.336", Assert.Single(history.Peaks).Value.ToString());
    }

    [Fact]
    public void In_the_month_of_a_swap_the_higher_peak_of_both_meters_counts()
    {
        var pipeline = Flanders();
        pipeline.Feed([.. Lines("OLD", March, []), "1-0:1.6.0(250303181500W)(05.337*kW)"]);

        Assert.Equal(["peaks/2025-03 5.337"], Peaks(pipeline.FeedUntilBelieved(Telegram("NEW", March.AddMonths(1), ("2025-03", "02.000")))));
        Assert.Equal(["peaks/2025-03 7.000"], Peaks(pipeline.Feed(Telegram("NEW", March.AddMonths(1), ("2025-03", "07.000")))));
    }

    [Fact]
    public void An_empty_month_of_the_meter_is_filled_and_a_full_one_left_alone()
    {
        var pipeline = Flanders();
        pipeline.Feed(Telegram("A", March, ("2025-01", "05.000")));

        Assert.Equal(["peaks/2025-01 5.000"], Peaks(pipeline.Feed(Telegram("A", March.AddHours(1), ("2025-01", "00.000")))));
        Assert.Equal(["peaks/2025-01 4.000"], Peaks(pipeline.Feed(Telegram("A", March.AddHours(2), ("2025-01", "04.000")))));
    }

    [Fact]
    public void Months_older_than_13_are_neither_published_nor_kept()
    {
        var history = new PeakHistory();
        for (var month = 0; month < 40; month++)
            history.Add("A", March.AddMonths(month), Some.Number("4.000"), PeakOrigin.Quarter);

        Assert.Equal(PeakHistory.Months + 1, history.Peaks.Count());
        Assert.Equal(PeakHistory.Months, history.Complete("A", [], Some.Row("peaks").Unit!, March.AddMonths(39)).Count);
    }

    [Fact]
    public void With_nothing_to_add_the_meters_own_list_is_handed_on()
    {
        var history = new PeakHistory();
        MonthlyPeak[] sent = [Month("2025-02", "3.000")];
        history.Add("A", sent[0]);

        Assert.Same(sent, history.Complete("A", sent, Some.Row("peaks").Unit!, March));
    }

    [Fact]
    public void A_history_has_any_number_of_rows_and_none_stays_from_the_telegram_before()
    {
        var reader = new TelegramReader(Some.Catalogue);
        foreach (var count in new[] { 13, 1, 0, 5 })
        {
            var months = Enumerable.Range(0, count).Select(static i => (new DateTime(2024, 1, 1).AddMonths(i).ToString("yyyy-MM", CultureInfo.InvariantCulture), "04.000")).ToArray();
            Some.Outcomes(reader, Some.Telegram([.. Lines("A", March, months)]));
            Assert.Equal(count, reader.Readings.Main[Some.Row("peaks")].Peaks!.Count);
        }
    }

    static Pipeline Flanders() => new(new MeterPipelineOptions { CapacityTariff = true });

    static IEnumerable<string> Peaks(MeterSnapshot snapshot) => snapshot.Topics().Where(static line => line.StartsWith("peaks/", StringComparison.Ordinal));

    static MonthlyPeak Month(string month, string value)
    {
        var first = DateTime.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture);
        var zone = TimeSpan.FromHours(1);
        return new MonthlyPeak(new DateTimeOffset(first.AddMonths(1), zone), new DateTimeOffset(first.AddDays(9), zone), Some.Number(value), Some.Row("peaks").Unit, IssueClass.None);
    }

    static byte[] Telegram(string meter, DateTimeOffset clock, params (string Month, string Value)[] months) => Some.Telegram([.. Lines(meter, clock, months)]);

    static List<string> Lines(string meter, DateTimeOffset clock, (string Month, string Value)[] months)
    {
        var rows = months.Select(static month => $"({DateTime.ParseExact(month.Month, "yyyy-MM", CultureInfo.InvariantCulture).AddMonths(1):yyMMdd}000000W)(240115120000W)({month.Value}*kW)");
        return [$"0-0:96.1.1({Some.Hex(meter)})", $"0-0:1.0.0({clock:yyMMddHHmmss}W)", $"0-0:98.1.0({months.Length})(1-0:1.6.0)(1-0:1.6.0){string.Concat(rows)}"];
    }
}
