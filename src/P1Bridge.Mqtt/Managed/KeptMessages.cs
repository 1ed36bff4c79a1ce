namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// The retained messages that a broker ought to have, latest per topic, to be told again to one that forgot. Bounded like the
/// queue: beyond that the longest unchanged are forgotten. No I/O; the caller locks.
/// </summary>
sealed class KeptMessages(int maximumCount, long maximumBytes)
{
    readonly LinkedList<Entry> _order = new();
    readonly Dictionary<string, LinkedListNode<Entry>> _byTopic = new(StringComparer.Ordinal);
    long _bytes;

    public int Count => _order.Count;

    /// <summary>All, the longest unchanged first.</summary>
    public IEnumerable<Entry> All => _order;

    /// <summary>Notes what is being published. An empty retained payload erases, so there is nothing to keep.</summary>
    public void Note(Entry entry)
    {
        if (entry.Delivery is MqttDelivery.Live or MqttDelivery.History || !entry.Message.Retain) return;
        if (entry.Message.Payload.IsEmpty || entry.Size > maximumBytes)
        {
            Forget(entry.Message.Topic);
            return;
        }
        if (!Replace(entry)) _byTopic[entry.Message.Topic] = _order.AddLast(entry);
        _bytes += entry.Size;
        while (_order.Count > maximumCount || _bytes > maximumBytes) Forget(_order.First!.Value.Message.Topic);
    }

    /// <summary>A topic keeps its node: most have a new value each second.</summary>
    bool Replace(Entry entry)
    {
        if (!_byTopic.TryGetValue(entry.Message.Topic, out var node)) return false;
        _bytes -= node.Value.Size;
        node.Value = entry;
        _order.Remove(node);
        _order.AddLast(node);
        return true;
    }

    public void Forget(string topic)
    {
        if (!_byTopic.Remove(topic, out var node)) return;
        _order.Remove(node);
        _bytes -= node.Value.Size;
    }
}
