namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Spreads what an outage has left: at most so many messages a second, in bursts of a tenth of that. No I/O; the caller locks.
/// </summary>
sealed class DrainRate(int perSecond, TimeProvider time)
{
    readonly double _burst = Math.Max(1, perSecond / 10.0);
    double _tokens = Math.Max(1, perSecond / 10.0);
    long _counted = time.GetTimestamp();

    /// <summary>Allows one more; else says how long to wait for it.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (perSecond == 0) return true;
        var now = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + time.GetElapsedTime(_counted, now).TotalSeconds * perSecond);
        _counted = now;
        if (_tokens < 1)
        {
            wait = TimeSpan.FromSeconds((1 - _tokens) / perSecond);
            return false;
        }
        _tokens--;
        return true;
    }
}
