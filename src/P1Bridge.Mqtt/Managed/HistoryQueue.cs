namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// History that waits, in the order of acceptance, bounded by count and bytes. A State or Control message of a topic of which History
/// still waits stands in this line too, the latest only: order per topic holds over the classes. No I/O; the caller locks.
/// </summary>
sealed class HistoryQueue(ManagedMqttClientOptions options)
{
    readonly LinkedList<Entry> _waiting = new();
    readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);
    readonly Dictionary<string, Entry> _states = new(StringComparer.Ordinal);

    public int Count => _waiting.Count;

    public long Bytes { get; private set; }

    /// <summary>The message to send next, still in the queue.</summary>
    public Entry? First => _waiting.First?.Value;

    public bool IsOverfull => Count > options.MaximumHistoryMessages || Bytes > options.MaximumHistoryBytes;

    public bool Contains(string topic) => _topics.ContainsKey(topic);

    /// <summary>True when the message is within the bounds beside what waits.</summary>
    public bool HasRoomFor(Entry entry) => Count < options.MaximumHistoryMessages && Bytes + entry.Size <= options.MaximumHistoryBytes;

    /// <summary>True when it would find room in an empty queue.</summary>
    public bool CanEverHold(Entry entry) => entry.Size <= options.MaximumHistoryBytes;

    public void Add(Entry entry)
    {
        _waiting.AddLast(entry.Node);
        Account(entry);
    }

    public bool HasState(string topic) => _states.ContainsKey(topic);

    /// <summary>Adds a State or Control message of a topic that waits here; returns the one that it replaces.</summary>
    public Entry? AddState(Entry entry)
    {
        var replaced = _states.GetValueOrDefault(entry.Message.Topic);
        Add(entry);
        if (replaced is not null) Remove(replaced);
        _states[entry.Message.Topic] = entry;
        return replaced;
    }

    /// <summary>Puts back in front, in order; what came back may stand above the bounds for a while.</summary>
    public void Return(IReadOnlyList<Entry> inOrder)
    {
        foreach (var entry in inOrder.Reverse())
        {
            _waiting.AddFirst(entry.Node);
            Account(entry);
            if (entry.Delivery != MqttDelivery.History) _states.TryAdd(entry.Message.Topic, entry);
        }
    }

    public Entry TakeFirst()
    {
        var entry = First!;
        Remove(entry);
        return entry;
    }

    void Remove(Entry entry)
    {
        _waiting.Remove(entry.Node);
        if (entry.Delivery != MqttDelivery.History) _states.Remove(entry.Message.Topic);
        Bytes -= entry.Size;
        if (--_topics.CountOf(entry.Message.Topic) == 0) _topics.Remove(entry.Message.Topic);
    }

    /// <summary>A connection came up: what waits now is what the outage has left.</summary>
    public void MarkBacklog()
    {
        foreach (var entry in _waiting) entry.IsBacklog = true;
    }

    void Account(Entry entry)
    {
        Bytes += entry.Size;
        _topics.CountOf(entry.Message.Topic)++;
    }
}

static class CountExtensions
{
    /// <summary>The count behind a key, 0 when it is new, to be changed in place.</summary>
    public static ref int CountOf(this Dictionary<string, int> counts, string key) =>
        ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
}
