namespace P1Bridge.Tests.Support;

/// <summary>A clock that stands still until a test moves it; timers run on the thread that moves it, in the order they fall due.</summary>
sealed class TestTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    readonly List<TestTimer> _timers = [];
    readonly Lock _lock = new();
    DateTimeOffset _now = start ?? new DateTimeOffset(2025, 2, 12, 18, 22, 31, TimeSpan.Zero);
    long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return _ticks;
    }

    /// <summary>Timers that wait.</summary>
    public int Timers
    {
        get
        {
            lock (_lock) return _timers.Count(static timer => timer.DueAt < long.MaxValue);
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by)
    {
        long until;
        lock (_lock) until = _ticks + by.Ticks;
        while (TakeNext(until) is { } due)
            due.Run();
        lock (_lock)
        {
            _now += TimeSpan.FromTicks(until - _ticks);
            _ticks = until;
        }
    }

    /// <summary>Sets the wall clock as a user or NTP does: no time passes, timers do not notice.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_lock) _now += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_lock) _timers.Add(timer);
        return timer;
    }

    TestTimer? TakeNext(long until)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= until).MinBy(static timer => timer.DueAt);
            if (next is null) return null;
            var step = Math.Max(0, next.DueAt - _ticks);
            _ticks += step;
            _now += TimeSpan.FromTicks(step);
            next.Rearm();
            return next;
        }
    }

    sealed class TestTimer(TestTimeProvider owner, Action run) : ITimer
    {
        TimeSpan _period;

        public long DueAt { get; private set; } = long.MaxValue;

        public void Run() => run();

        public void Rearm() => DueAt = _period > TimeSpan.Zero ? DueAt + _period.Ticks : long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                _period = period;
                DueAt = dueTime < TimeSpan.Zero ? long.MaxValue : owner._ticks + dueTime.Ticks;
            }
            return true;
        }

        public void Dispose()
        {
            lock (owner._lock) owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
