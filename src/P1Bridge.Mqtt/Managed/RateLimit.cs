namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// At most so much a second, in bursts of a tenth of that. What costs more than a burst goes when a whole burst is saved up, and is paid
/// for afterwards. No I/O; the caller locks.
/// </summary>
/// <param name="perSecond">Messages, or bytes; 0: no limit.</param>
/// <param name="time">Its monotonic clock counts.</param>
sealed class RateLimit(long perSecond, TimeProvider time)
{
    readonly double _burst = Math.Max(1, perSecond / 10.0);
    double _saved = Math.Max(1, perSecond / 10.0);
    long _counted = time.GetTimestamp();

    /// <summary>How long to wait for so much; zero: it may go now.</summary>
    public TimeSpan WaitFor(long cost)
    {
        if (perSecond == 0) return TimeSpan.Zero;
        var now = time.GetTimestamp();
        _saved = Math.Min(_burst, _saved + time.GetElapsedTime(_counted, now).TotalSeconds * perSecond);
        _counted = now;
        var missing = Math.Min(cost, _burst) - _saved;
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(missing / perSecond);
    }

    /// <summary>It goes.</summary>
    public void Take(long cost) => _saved -= cost;
}
