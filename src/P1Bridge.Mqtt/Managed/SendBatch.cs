namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Messages whose sending ends with one and the same task, as those of QoS 0 that are written together: one wait serves all of them.
/// </summary>
sealed class SendBatch(Task<MqttPublishResult> sending)
{
    readonly Lock _gate = new();
    List<Entry>? _entries = [];

    /// <summary>Adds a message; false when it ends with another task, or this one has been dealt with.</summary>
    public bool TryAdd(Entry entry, Task<MqttPublishResult> task)
    {
        if (task != sending) return false;
        lock (_gate)
        {
            if (_entries is null) return false;
            _entries.Add(entry);
            return true;
        }
    }

    /// <summary>All of them, once; nothing can be added any more.</summary>
    public IReadOnlyList<Entry> TakeAll()
    {
        lock (_gate)
        {
            var entries = _entries ?? [];
            _entries = null;
            return entries;
        }
    }
}
