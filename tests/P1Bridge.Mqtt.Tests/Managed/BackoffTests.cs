using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

public class BackoffTests
{
    /// <summary>A "random" number that is always the same.</summary>
    sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }

    readonly TestTime _time = new();

    Backoff Backoff(double random) => new(new ManagedMqttClientOptions(), new Fixed(random), _time);

    [Fact]
    public void The_bound_doubles_from_1_s_to_60_s()
    {
        var backoff = Backoff(1);
        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], Enumerable.Range(0, 9).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void The_jitter_is_full()
    {
        Assert.Equal(TimeSpan.Zero, Backoff(0).Next());
        var backoff = Backoff(0.5);
        Assert.Equal([0.5, 1, 2], Enumerable.Range(0, 3).Select(_ => backoff.Next().TotalSeconds));
    }

    [Theory]
    [InlineData(59.9, 8)]
    [InlineData(60, 1)]
    public void Only_a_stable_minute_lets_the_waits_begin_small_again(double uptime, double next)
    {
        var backoff = Backoff(1);
        for (var i = 0; i < 3; i++) backoff.Next();
        backoff.Connected();
        _time.Advance(uptime);
        Assert.Equal(next, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void Failed_attempts_after_a_stable_connection_do_not_count_as_stable()
    {
        var backoff = Backoff(1);
        backoff.Connected();
        _time.Advance(100);
        Assert.Equal([1, 2, 4], Enumerable.Range(0, 3).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void A_configuration_problem_waits_the_longest_interval()
    {
        Assert.Equal(60, Backoff(0).Longest().TotalSeconds);
        Assert.Equal(66, Backoff(1).Longest().TotalSeconds);
    }
}
