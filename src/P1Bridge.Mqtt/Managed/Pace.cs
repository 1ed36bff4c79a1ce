namespace P1Bridge.Mqtt.Managed;

/// <summary>How fast messages may leave: all of them, their bytes, and what an outage has left of History. No I/O; the caller locks.</summary>
sealed class Pace(ManagedMqttClientOptions options, TimeProvider time)
{
    readonly RateLimit _messages = new(options.MaximumRate, time);
    readonly RateLimit _bytes = new(options.MaximumByteRate, time);
    readonly RateLimit _backlog = new(options.HistoryDrainRate, time);

    /// <summary>Counts the message as sent and says null, or how long it must wait.</summary>
    public TimeSpan? Hold(Entry entry)
    {
        var wait = _messages.WaitFor(1);
        var size = options.MaximumByteRate > 0 ? entry.WireSize : 0;
        if (_bytes.WaitFor(size) is var forBytes && forBytes > wait) wait = forBytes;
        if (entry.IsBacklog && _backlog.WaitFor(1) is var forBacklog && forBacklog > wait) wait = forBacklog;
        if (wait > TimeSpan.Zero) return wait;
        _messages.Take(1);
        _bytes.Take(size);
        if (entry.IsBacklog) _backlog.Take(1);
        return null;
    }
}
