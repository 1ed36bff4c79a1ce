using P1Bridge.Mqtt.Link;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

public class KeepAliveClockTests
{
    readonly TestTime _time = new();

    KeepAliveClock Clock(double seconds) => new(TimeSpan.FromSeconds(seconds), _time);

    [Fact]
    public void A_ping_is_due_in_time()
    {
        var clock = Clock(60);
        var written = _time.GetTimestamp();
        _time.Advance(44.9);
        clock.Received();
        Assert.Equal(KeepAliveStep.Wait, clock.Next(written, out var wait));
        Assert.Equal(0.1, wait.TotalSeconds, 3);
        _time.Advance(0.1);
        Assert.Equal(KeepAliveStep.Ping, clock.Next(written, out _));
    }

    [Fact]
    public void A_link_that_sends_all_the_time_but_hears_nothing_is_pinged_too()
    {
        var clock = Clock(60);
        _time.Advance(45);
        Assert.Equal(KeepAliveStep.Ping, clock.Next(_time.GetTimestamp(), out _));
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(60, 20)]
    [InlineData(600, 20)]
    public void A_missing_answer_closes_after_half_the_keep_alive_and_at_most_20_s(double keepAlive, double answer)
    {
        var clock = Clock(keepAlive);
        clock.PingSent();
        _time.Advance(answer - 0.1);
        Assert.Equal(KeepAliveStep.Wait, clock.Next(_time.GetTimestamp(), out _));
        clock.Received(); // Other packets do not excuse the missing PINGRESP.
        _time.Advance(0.1);
        Assert.Equal(KeepAliveStep.Close, clock.Next(_time.GetTimestamp(), out _));
    }

    [Fact]
    public void An_answered_ping_starts_the_interval_anew()
    {
        var clock = Clock(60);
        _time.Advance(45);
        clock.PingSent();
        _time.Advance(1);
        clock.Received();
        clock.PingAnswered();
        Assert.Equal(KeepAliveStep.Wait, clock.Next(_time.GetTimestamp(), out var wait));
        Assert.Equal(45, wait.TotalSeconds, 3);
    }
}
