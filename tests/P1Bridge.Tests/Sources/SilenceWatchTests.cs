using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class SilenceWatchTests
{
    readonly TestTimeProvider _time = new();

    /// <summary>Intervals of the markets: Belgium and DSMR 5; DSMR 2.2 to 4, Luxembourg, Sweden.</summary>
    [Theory]
    [InlineData(1, 15)]
    [InlineData(10, 30)]
    [InlineData(60, 30)]
    public void Silence_is_fifteen_seconds_for_meters_of_a_second_and_thirty_for_those_of_ten(double interval, int limit)
    {
        var watch = new SilenceWatch(TimeSpan.FromSeconds(15), _time);
        for (var i = 0; i < 3; i++)
        {
            watch.Note();
            _time.Advance(TimeSpan.FromSeconds(interval));
        }
        watch.Note();

        _time.Advance(TimeSpan.FromSeconds(limit - 0.5));
        Assert.False(watch.IsOver);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(watch.IsOver);
    }

    [Fact]
    public void Before_the_first_telegram_the_configured_time_holds()
    {
        var watch = new SilenceWatch(TimeSpan.FromSeconds(15), _time);

        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(watch.IsOver);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(watch.IsOver);
    }

    [Fact]
    public void The_time_that_a_cable_was_out_is_no_interval_of_the_meter()
    {
        var watch = new SilenceWatch(TimeSpan.FromSeconds(15), _time);
        watch.Note();
        _time.Advance(TimeSpan.FromSeconds(9));
        watch.Pause();
        watch.Note();

        Assert.Equal(TimeSpan.FromSeconds(15), watch.Limit);
    }
}
