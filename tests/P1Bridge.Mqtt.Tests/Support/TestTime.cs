namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A clock that moves only when told to. It has no timers: for classes that decide, not for loops that wait.</summary>
sealed class TestTime : TimeProvider
{
    TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _elapsed;

    public void Advance(double seconds) => _elapsed += TimeSpan.FromSeconds(seconds);
}
