namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Waits between attempts: a random time between nothing and a bound that doubles with each failure ("full jitter"), so that
/// many clients do not come back in step after a broker's restart. The bound begins small again only after a connection has
/// stood for a while; else a broker that accepts and closes would be asked without end.
/// </summary>
sealed class Backoff(ManagedMqttClientOptions options, Random random, TimeProvider time)
{
    TimeSpan _bound = options.FirstDelay;
    long? _connected;

    public void Connected() => _connected = time.GetTimestamp();

    /// <summary>How long the present connection has stood; zero without one.</summary>
    public TimeSpan Uptime => _connected is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The wait after a failed attempt or a lost connection.</summary>
    public TimeSpan Next()
    {
        if (_connected is not null && Uptime >= options.StablePeriod) _bound = options.FirstDelay;
        _connected = null;
        var delay = _bound * random.NextDouble();
        _bound = _bound * 2 < options.LongestDelay ? _bound * 2 : options.LongestDelay;
        return delay;
    }

    /// <summary>The wait when only a person can help: the longest one or the given one, and up to a tenth more to stay out of step.</summary>
    public TimeSpan Longest(TimeSpan? delay = null)
    {
        _connected = null;
        _bound = options.LongestDelay;
        return (delay ?? options.LongestDelay) * (1 + random.NextDouble() / 10);
    }
}
