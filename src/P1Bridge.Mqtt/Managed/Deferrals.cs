namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// Messages to which the broker has said "not now". State and Control wait here and are taken back when their time has come; History
/// keeps its order and waits as a whole. No I/O; the caller locks.
/// </summary>
sealed class Deferrals(ManagedMqttClientOptions options, TimeProvider time)
{
    readonly Dictionary<string, (Entry Entry, long Due)> _byTopic = new(StringComparer.Ordinal);
    long? _historyDue;

    public int Count => _byTopic.Count;

    public bool Contains(string topic) => _byTopic.ContainsKey(topic);

    public void Add(Entry entry) => _byTopic[entry.Message.Topic] = (entry, Due(entry));

    public void PauseHistory(Entry entry) => _historyDue = Due(entry);

    /// <summary>Takes out the message of a topic, because a newer one has come.</summary>
    public Entry? Take(string topic) => _byTopic.Remove(topic, out var deferred) ? deferred.Entry : null;

    /// <summary>Takes out what is due, or everything, the oldest first.</summary>
    public IReadOnlyList<Entry> Take(bool all)
    {
        if (_byTopic.Count == 0) return [];
        Entry[] due = [.. _byTopic.Values.Where(deferred => all || IsOver(deferred.Due)).Select(deferred => deferred.Entry).OrderBy(entry => entry.Enqueued)];
        foreach (var entry in due) _byTopic.Remove(entry.Message.Topic);
        return due;
    }

    public bool IsHistoryPaused()
    {
        if (_historyDue is { } due && IsOver(due)) _historyDue = null;
        return _historyDue is not null;
    }

    public void Restart() => _historyDue = null;

    long Due(Entry entry)
    {
        var delay = options.FirstDelay * Math.Pow(2, Math.Min(entry.Retries - 1, 30));
        if (delay > options.LongestDelay) delay = options.LongestDelay;
        return time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
    }

    bool IsOver(long due) => time.GetTimestamp() >= due;
}
