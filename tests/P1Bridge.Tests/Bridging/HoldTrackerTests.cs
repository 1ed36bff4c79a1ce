using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Tests.Bridging;

public class HoldTrackerTests
{
    static readonly HeldValue Fell = new("gas", "volume", IssueClass.TotalFell);

    readonly HoldTracker _tracker = new();
    TimeSpan _now;

    [Fact]
    public void A_hold_is_told_of_when_it_begins_and_when_it_ends_and_each_telegram_is_counted()
    {
        var line = Assert.Single(Take(Fell));
        Assert.True(line.IsGrave);
        Assert.StartsWith("gas/volume is held back (total_fell): the total is lower", line.Text, StringComparison.Ordinal);
        Assert.Empty(Take(Fell));

        Assert.Equal("gas/volume is no longer held back, after 2 telegrams", Assert.Single(Take()).Text);
        Assert.Empty(Take());
        Assert.Equal([new HoldCount("gas/volume", IssueClass.TotalFell, 2)], _tracker.Counts);
    }

    [Fact]
    public void A_value_that_flaps_is_told_of_once_per_ten_minutes_and_counted_all_the_time()
    {
        var lines = 0;
        for (var second = 0; second < 600; second++)
            lines += (second % 2 == 0 ? Take(Fell) : Take()).Count;
        Assert.Equal(2, lines);

        Assert.Contains("299 more times", Assert.Single(Take(Fell)).Text, StringComparison.Ordinal);
        Assert.Equal(301, Assert.Single(_tracker.Counts).Telegrams);
    }

    [Fact]
    public void Reasons_and_values_are_counted_apart_and_the_main_meter_has_no_name_before_the_id()
    {
        Take(Fell, new HeldValue("", "power", IssueClass.BadNumber));
        Take(Fell with { Issue = IssueClass.Stale });

        Assert.Equal(
            [new("gas/volume", IssueClass.TotalFell, 1), new("gas/volume", IssueClass.Stale, 1), new HoldCount("power", IssueClass.BadNumber, 1)],
            _tracker.Counts);
    }

    [Fact]
    public void Every_reason_has_words_of_its_own()
    {
        var texts = Enum.GetValues<IssueClass>().Where(static issue => issue != IssueClass.None).Select(HoldTexts.Of).ToList();

        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    /// <summary>What a telegram holds back, a second after the last.</summary>
    IReadOnlyList<HoldLine> Take(params HeldValue[] held)
    {
        var lines = _tracker.Take(held, _now);
        _now += TimeSpan.FromSeconds(1);
        return lines;
    }
}
