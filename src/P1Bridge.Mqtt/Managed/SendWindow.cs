namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Messages under way, in the order of sending. Bounded by count and bytes. A message that was under way at several breaks is
/// suspected of causing them and travels alone, so that the next break convicts or clears it. No I/O; the caller locks.
/// </summary>
sealed class SendWindow(int maximumCount)
{
    const long MaximumBytes = 1024 * 1024;
    readonly LinkedList<Entry> _entries = new();
    readonly Dictionary<Entry, LinkedListNode<Entry>> _nodes = [];
    long _bytes;
    long _order;

    public int Count => _entries.Count;

    /// <summary>The message that has waited longest for its acknowledgement.</summary>
    public Entry? Oldest => _entries.First?.Value;

    public bool HasRoomFor(Entry entry)
    {
        if (_entries.Count == 0) return true;
        if (entry.IsSuspect || _entries.First!.Value.IsSuspect) return false;
        return _entries.Count < maximumCount && _bytes + entry.Size <= MaximumBytes;
    }

    public bool Contains(string topic) => _entries.Any(entry => entry.Message.Topic == topic);

    public void Add(Entry entry, long now)
    {
        (entry.Sent, entry.Order) = (now, _order++);
        _nodes[entry] = _entries.AddLast(entry);
        _bytes += entry.Size;
    }

    /// <summary>Ends a message; false when it was not under way.</summary>
    public bool Remove(Entry entry)
    {
        if (!_nodes.Remove(entry, out var node)) return false;
        _entries.Remove(node);
        _bytes -= entry.Size;
        return true;
    }

    /// <summary>The link itself sends all of these again: their waiting time begins anew.</summary>
    public void Restart(long now)
    {
        foreach (var entry in _entries) entry.Sent = now;
    }

    /// <summary>Takes out everything, in the order of sending.</summary>
    public IReadOnlyList<Entry> TakeAll()
    {
        Entry[] all = [.. _entries.OrderBy(entry => entry.Order)];
        _entries.Clear();
        _nodes.Clear();
        _bytes = 0;
        return all;
    }
}
