namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Messages under way, in the order of sending. Bounded by count and bytes. A message that was under way at several breaks is
/// suspected of causing them and travels alone, so that the next break convicts or clears it. No I/O; the caller locks.
/// </summary>
sealed class SendWindow(int maximumCount)
{
    const long MaximumBytes = 1024 * 1024;
    readonly LinkedList<Entry> _entries = new();
    // A share that History leaves free: the display must not wait for the past.
    readonly int _maximumHistory = maximumCount - maximumCount / 8;
    long _bytes;

    public int Count => _entries.Count;

    /// <summary>The message that has waited longest for its acknowledgement.</summary>
    public Entry? Oldest => _entries.First?.Value;

    /// <summary>True when a message is under way that was so already at an earlier break.</summary>
    public bool HasBrokenBefore => _entries.Any(entry => entry.Breaks > 0);

    public IEnumerable<string> Topics => _entries.Select(entry => entry.Message.Topic);

    public bool HasRoomFor(Entry entry)
    {
        if (_entries.Count == 0) return true;
        if (entry.IsSuspect || _entries.First!.Value.IsSuspect) return false;
        var most = entry.Delivery == MqttDelivery.History ? _maximumHistory : maximumCount;
        return _entries.Count < most && _bytes + entry.Size <= MaximumBytes;
    }

    public void Add(Entry entry, long now)
    {
        entry.Sent = now;
        _entries.AddLast(entry.Node);
        _bytes += entry.Size;
    }

    /// <summary>Ends a message; false when it was not under way.</summary>
    public bool Remove(Entry entry)
    {
        if (entry.Node.List != _entries) return false;
        _entries.Remove(entry.Node);
        _bytes -= entry.Size;
        return true;
    }

    /// <summary>The connection broke under messages that the link itself sends again.</summary>
    public void CountBreak()
    {
        foreach (var entry in _entries) entry.Breaks++;
    }

    /// <summary>The link itself sends all of these again: their waiting time begins anew.</summary>
    public void Restart(long now)
    {
        foreach (var entry in _entries) entry.Sent = now;
    }

    /// <summary>Takes out everything, in the order of sending.</summary>
    public IReadOnlyList<Entry> TakeAll()
    {
        Entry[] all = [.. _entries];
        _entries.Clear();
        _bytes = 0;
        return all;
    }
}
