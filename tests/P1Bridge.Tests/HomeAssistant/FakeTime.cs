namespace P1Bridge.Tests.HomeAssistant;

/// <summary>A clock that only the test moves. Timers fire inside <see cref="Advance"/>, in order, each at its own time.</summary>
sealed class FakeTime : TimeProvider
{
    readonly List<Timer> _timers = [];
    TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, period);
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = _now + by;
        while (_timers.Where(timer => timer.DueAt <= end).MinBy(static timer => timer.DueAt) is { } next)
        {
            _now = next.DueAt!.Value > _now ? next.DueAt.Value : _now;
            next.Fire();
        }
        _now = end;
    }

    sealed class Timer(FakeTime time, Action callback) : ITimer
    {
        public TimeSpan? DueAt { get; private set; }

        public void Fire()
        {
            DueAt = null;
            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
