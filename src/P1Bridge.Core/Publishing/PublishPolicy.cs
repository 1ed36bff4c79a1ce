using P1Bridge.Core.Measurements;

namespace P1Bridge.Core.Publishing;

/// <summary>How often the values of a group are published.</summary>
/// <param name="MinimumInterval">Changes that follow sooner wait; 0 publishes each change.</param>
/// <param name="RepeatAfter">An unchanged value is published again after this long.</param>
public sealed record PublishRule(TimeSpan MinimumInterval, TimeSpan RepeatAfter);

/// <summary>The rules of all groups.</summary>
public sealed record PublishRules
{
    static readonly TimeSpan Repeat = TimeSpan.FromMinutes(10);

    /// <summary>Power, voltage, current.</summary>
    public PublishRule Live { get; init; } = new(TimeSpan.FromSeconds(5), Repeat);

    /// <summary>Meter counters.</summary>
    public PublishRule Totals { get; init; } = new(TimeSpan.FromSeconds(60), Repeat);

    /// <summary>What changes by event.</summary>
    public PublishRule Static { get; init; } = new(TimeSpan.Zero, Repeat);

    /// <summary>A value that its meter stopped sending is taken back after this long.</summary>
    public TimeSpan VanishedAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The rule of a group.</summary>
    public PublishRule this[PolicyGroup group] => group switch
    {
        PolicyGroup.Live => Live,
        PolicyGroup.Totals => Totals,
        _ => Static,
    };
}

/// <summary>A topic below the meter's and what to publish there; a null payload erases it.</summary>
public readonly record struct Publication(string Topic, string? Payload);

/// <summary>
/// Decides which values of a snapshot are due: changed and not too soon after the last time, or not repeated for long. Values that their
/// meter no longer sends are taken back. Decides only; one per output and meter.
/// </summary>
public sealed class PublishPolicy(PublishRules rules)
{
    /// <summary>The level below a meter's for objects that no catalogue row reads.</summary>
    const string RawLevel = "raw";

    readonly Dictionary<string, Entry> _entries = [];
    readonly Dictionary<string, string> _identities = [];

    /// <summary>What is due at <paramref name="now"/>, in the catalogue's order.</summary>
    public IReadOnlyList<Publication> Decide(MeterSnapshot snapshot, DateTimeOffset now)
    {
        var due = new List<Publication>();
        TakeBackMoved(snapshot, due);
        foreach (var raw in snapshot.Raw)
            Consider("", $"{RawLevel}/{raw.Reference}", raw.Text, rules.Live, now, due);
        foreach (var device in snapshot.Devices)
        {
            ForgetPredecessor(device, due);
            foreach (var value in device.Values)
                Consider(device.TopicName, value.Key, value.Payload, rules[value.Row.Group], now, due);
            TakeBackVanished(device, now, due);
        }
        return due;
    }

    /// <summary>Makes everything due again.</summary>
    public void Reset()
    {
        // What vanishes is still to be taken back, so the topics themselves are kept.
        foreach (var entry in _entries.Values)
            entry.IsDue = true;
    }

    /// <summary>
    /// Another meter on the same topics: what it sends is due, and nothing of the old one's may stand beside it, not even for as long as a
    /// value of the new one is held back.
    /// </summary>
    void ForgetPredecessor(DeviceSnapshot device, List<Publication> due)
    {
        var isOther = _identities.TryGetValue(device.TopicName, out var before) && before != device.Identity;
        _identities[device.TopicName] = device.Identity;
        if (!isOther) return;
        var filled = device.Values.Select(value => TopicOf(device.TopicName, value.Key)).ToHashSet();
        foreach (var (topic, entry) in _entries)
        {
            if (entry.Device != device.TopicName || topic.StartsWith(RawLevel, StringComparison.Ordinal)) continue;
            if (filled.Contains(topic)) entry.IsDue = true;
            else if (_entries.Remove(topic)) due.Add(new Publication(topic, null));
        }
    }

    static string TopicOf(string device, string key) => device.Length == 0 ? key : $"{device}/{key}";

    /// <summary>A sub-meter that took over another topic name leaves nothing behind on its old one.</summary>
    void TakeBackMoved(MeterSnapshot snapshot, List<Publication> due)
    {
        foreach (var device in snapshot.Devices)
        {
            foreach (var (name, identity) in _identities)
            {
                if (identity != device.Identity || name == device.TopicName || snapshot.Devices.Any(other => other.TopicName == name)) continue;
                _identities.Remove(name);
                foreach (var (topic, entry) in _entries)
                {
                    if (entry.Device == name && _entries.Remove(topic)) due.Add(new Publication(topic, null));
                }
            }
        }
    }

    void Consider(string device, string key, string payload, PublishRule rule, DateTimeOffset now, List<Publication> due)
    {
        var topic = TopicOf(device, key);
        if (!_entries.TryGetValue(topic, out var entry))
            _entries[topic] = entry = new Entry(device) { IsDue = true };
        entry.SeenAt = now;
        var age = now - entry.PublishedAt;
        // A clock set back must not silence a topic.
        var isDue = entry.IsDue || age < TimeSpan.Zero || age >= rule.RepeatAfter || (payload != entry.Payload && age >= rule.MinimumInterval);
        if (!isDue) return;
        entry.IsDue = false;
        entry.Payload = payload;
        entry.PublishedAt = now;
        due.Add(new Publication(topic, payload));
    }

    void TakeBackVanished(DeviceSnapshot device, DateTimeOffset now, List<Publication> due)
    {
        foreach (var (topic, entry) in _entries)
        {
            if (entry.Device != device.TopicName) continue;
            // A clock set back must not keep a vanished value for as long as it was set back.
            if (entry.SeenAt > now) entry.SeenAt = now;
            if (now - entry.SeenAt < rules.VanishedAfter) continue;
            _entries.Remove(topic);
            due.Add(new Publication(topic, null));
        }
    }

    sealed class Entry(string device)
    {
        public string Device { get; } = device;

        public string? Payload { get; set; }

        public DateTimeOffset PublishedAt { get; set; }

        public DateTimeOffset SeenAt { get; set; }

        public bool IsDue { get; set; }
    }
}
