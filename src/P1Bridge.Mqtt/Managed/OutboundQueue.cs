namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// What waits to be sent beside History: control messages before all others, in order of arrival; of State and Control only the latest
/// value per topic, in the place of the one that it replaces. Bounded by count and bytes. No I/O; the caller locks.
/// </summary>
sealed class OutboundQueue(int maximumCount, long maximumBytes, Action<Entry, MqttOutcome> finished)
{
    readonly LinkedList<Entry> _control = new();
    readonly LinkedList<Entry> _others = new();
    readonly LinkedList<Entry> _suspects = new();
    readonly Dictionary<string, Entry> _latest = new(StringComparer.Ordinal);

    public int Count => _control.Count + _others.Count + _suspects.Count;

    public long Bytes { get; private set; }

    /// <summary>Monotonic time at which the oldest waiting message was enqueued.</summary>
    public long? Oldest => Count == 0 ? null : new[] { _control.First, _others.First, _suspects.First }.Min(node => node?.Value.Enqueued);

    public bool Contains(string topic) => _latest.ContainsKey(topic);

    /// <summary>Takes the message in; false when it had no room.</summary>
    public bool Add(Entry entry)
    {
        if (entry.Size > maximumBytes)
        {
            finished(entry, MqttOutcome.DroppedQueueFull);
            return false;
        }
        if (!TryReplace(entry)) Insert(Lane(entry), entry, atFront: false);
        return MakeRoom(entry);
    }

    /// <summary>
    /// Puts back what a broken connection did not deliver, in front and in order, unless a newer value waits already. Those under
    /// suspicion go behind all others, so that a connection has proved itself before they are tried.
    /// </summary>
    public void Return(IReadOnlyList<Entry> inOrder)
    {
        foreach (var entry in inOrder.Reverse())
        {
            if (entry.Delivery == MqttDelivery.Live) finished(entry, MqttOutcome.DroppedOffline);
            else if (_latest.ContainsKey(entry.Message.Topic)) finished(entry, MqttOutcome.Superseded);
            else Insert(Lane(entry), entry, atFront: true);
        }
        while (IsOverfull) Evict(keep: null);
    }

    /// <summary>The message to send next, still in the queue.</summary>
    public Entry? Peek() => Next?.Value;

    /// <summary>Takes out what <see cref="Peek"/> showed.</summary>
    public void Take() => Remove(Next!.Value);

    /// <summary>Drops what is of no use any more once the broker is away.</summary>
    public void DropLive()
    {
        for (var node = _others.First; node is not null;) // A live message never becomes a suspect: it is not put back.
        {
            var next = node.Next;
            if (node.Value.Delivery == MqttDelivery.Live) End(node.Value, MqttOutcome.DroppedOffline);
            node = next;
        }
    }

    public void Clear(MqttOutcome outcome)
    {
        while (Next is { } node) End(node.Value, outcome);
    }

    bool IsOverfull => Count > maximumCount || Bytes > maximumBytes;

    LinkedListNode<Entry>? Next => _control.First ?? _others.First ?? _suspects.First;

    LinkedList<Entry> Lane(Entry entry) => entry.IsSuspect ? _suspects : entry.Delivery == MqttDelivery.Control ? _control : _others;

    bool TryReplace(Entry entry)
    {
        if (entry.Delivery == MqttDelivery.Live || !_latest.TryGetValue(entry.Message.Topic, out var old)) return false;
        var lane = old.Node.List!;
        var isSameLane = lane == Lane(entry);
        if (isSameLane)
        {
            lane.AddBefore(old.Node, entry.Node);
            Bytes += entry.Size;
        }
        End(old, MqttOutcome.Superseded);
        if (isSameLane) _latest[entry.Message.Topic] = entry;
        return isSameLane;
    }

    void Insert(LinkedList<Entry> lane, Entry entry, bool atFront)
    {
        if (atFront) lane.AddFirst(entry.Node);
        else lane.AddLast(entry.Node);
        Bytes += entry.Size;
        if (entry.Delivery != MqttDelivery.Live) _latest[entry.Message.Topic] = entry;
    }

    // The oldest go first, control messages last of all; a new State finds no room in a queue full of control messages.
    bool MakeRoom(Entry added)
    {
        while (IsOverfull)
        {
            if (!Evict(keep: added)) return false;
        }
        return true;
    }

    bool Evict(Entry? keep)
    {
        var victim = _suspects.First ?? FirstExcept(_others, keep);
        if (keep is null or { Delivery: MqttDelivery.Control }) victim ??= FirstExcept(_control, keep);
        victim ??= Lane(keep!).Last!;
        var isKept = victim.Value == keep;
        End(victim.Value, MqttOutcome.DroppedQueueFull);
        return !isKept;
    }

    static LinkedListNode<Entry>? FirstExcept(LinkedList<Entry> lane, Entry? keep) =>
        lane.First is { } first && first.Value == keep ? first.Next : lane.First;

    void End(Entry entry, MqttOutcome outcome)
    {
        Remove(entry);
        finished(entry, outcome);
    }

    void Remove(Entry entry)
    {
        entry.Node.List!.Remove(entry.Node);
        Bytes -= entry.Size;
        if (entry.Delivery != MqttDelivery.Live) _latest.Remove(entry.Message.Topic);
    }
}
