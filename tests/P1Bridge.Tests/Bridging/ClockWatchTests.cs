using P1Bridge.Bridging;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

public class ClockWatchTests
{
    readonly ClockWatch _watch = new();

    [Fact]
    public void A_clock_that_is_off_is_told_once_and_once_when_it_is_good_again()
    {
        var lines = new[] { 0, 720, 720, 720, 720, 720, 200, 200, 200, 60, 60, 60, 60, 0 }.Select(Take).OfType<string>().ToList();

        Assert.Equal(
            [
                "warning: the meter's clock is 12 minutes ahead of this machine's. Times and quarter-hours follow the meter's; 'p1bridge doctor' says what to do",
                "the meter's clock and this machine's agree again",
            ],
            lines);
    }

    [Fact]
    public void A_clock_that_is_behind_is_off_too()
        => Assert.StartsWith("warning: the meter's clock is 3 hours behind this machine's.", Enumerable.Repeat(-3 * 3600, 3).Select(Take).OfType<string>().Single(), StringComparison.Ordinal);

    [Fact]
    public void A_single_telegram_that_was_held_up_is_no_clock_that_is_off()
        => Assert.Empty(Enumerable.Range(0, 100).Select(i => Take(i % 3 == 0 ? 0 : -900)).OfType<string>());

    [Fact]
    public void A_meter_without_a_clock_has_none_that_is_off() => Assert.Null(_watch.Take(null, Some.Now));

    string? Take(int secondsAhead)
        => _watch.Take(Some.Now.AddSeconds(secondsAhead), Some.Now) is var (isWarning, text) ? (isWarning ? $"warning: {text}" : text) : null;
}
