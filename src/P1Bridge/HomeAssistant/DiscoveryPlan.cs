using P1Bridge.Core.Publishing;

namespace P1Bridge.HomeAssistant;

/// <summary>The times that a <see cref="DiscoveryPlan"/> keeps.</summary>
sealed record DiscoveryPlanOptions
{
    /// <summary>An entity is taken back when its meter has not sent its value for this long; the publish policy's own limit.</summary>
    public TimeSpan VanishedAfter { get; init; } = new PublishRules().VanishedAfter;

    /// <summary>Between two messages for one device.</summary>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Home Assistant has much to do when it has started: we wait at least this long.</summary>
    public TimeSpan BirthDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>And up to this much longer, so that not every bridge in the house speaks at once.</summary>
    public TimeSpan BirthDelaySpread { get; init; } = TimeSpan.FromSeconds(4);
}

/// <summary>What is to be sent now, in order. After a birth message, states follow: availability first, then all values.</summary>
readonly record struct DiscoveryBatch(IReadOnlyList<DiscoveryMessage> Messages, bool IsAfterBirth);

/// <summary>
/// Remembers what Home Assistant was told and decides what to tell it next. Decides only; not thread-safe. Times count from any fixed
/// moment and never go back. <paramref name="random"/> gives numbers from 0 up to 1; <paramref name="note"/> takes lines for the log.
/// </summary>
/// <remarks>
/// A sub-meter that falls silent is not forgotten. One that is replaced is: its successor speaks on the same topics, so the old device
/// would go on with the new meter's totals, which is a false total. Its topic is emptied before the successor is announced, and the
/// entity ids, and with them the long-term statistics, go over to the successor.
/// </remarks>
sealed class DiscoveryPlan(DiscoveryBuilder builder, DiscoveryPlanOptions options, Func<double> random, Action<string> note)
{
    readonly List<Announcement> _announcements = [new BridgeAnnouncement(builder)];
    readonly List<string> _erasures = [];
    readonly HashSet<string> _contested = [];
    TimeSpan? _birthAt;
    long _telegrams;

    /// <summary>When there is something to take next; null when nothing is known to come. Zero means at once.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            var next = _erasures.Count > 0 ? TimeSpan.Zero : _birthAt;
            foreach (var announcement in _announcements)
            {
                if (announcement is { IsDue: true, IsWithheld: false } && !(next < announcement.NotBefore)) next = announcement.NotBefore;
            }
            return next;
        }
    }

    /// <summary>Takes a telegram in.</summary>
    public void Observe(DiscoveryMeter meter, MeterSnapshot snapshot, TimeSpan now)
    {
        _telegrams++;
        foreach (var device in snapshot.Devices)
        {
            if (AnnouncementOf(meter, device, now) is not { } announcement) continue;
            announcement.Observe(device, now, options.VanishedAfter);
            announcement.LastTelegram = _telegrams;
        }
    }

    /// <summary>
    /// A broker was reached that may have forgotten everything: all is due again, but for what the user took away.
    /// </summary>
    public void OnConnected()
    {
        foreach (var announcement in _announcements)
            announcement.IsDue |= announcement.WasSent && !announcement.IsWithheld;
    }

    /// <summary>Hears Home Assistant's status. Births that follow each other quickly count as one.</summary>
    public void OnStatus(string payload, TimeSpan now)
    {
        if (payload == builder.Options.BirthPayload) _birthAt ??= now + options.BirthDelay + (options.BirthDelaySpread * random());
    }

    /// <summary>
    /// Hears what arrives on discovery topics. Home Assistant empties ours when the user deletes the device or one of its entities;
    /// announcing again at once would be a fight with the user.
    /// </summary>
    public void OnDiscoveryTopic(string topic, string payload)
    {
        if (payload.Length > 0) return;
        var announcement = _announcements.Find(announcement => announcement.Topic == topic);
        if (announcement is not { WasSent: true, IsWithheld: false }) return;
        announcement.IsWithheld = true;
        note($"Home Assistant: the device of '{topic}' was deleted there. Its values are still published; "
            + "it is announced again when Home Assistant or the bridge starts.");
    }

    /// <summary>Takes what is due, oldest devices first.</summary>
    public DiscoveryBatch TakeDue(TimeSpan now)
    {
        var isAfterBirth = _birthAt <= now;
        if (isAfterBirth) StartOver(now);
        var messages = _erasures.ConvertAll(static topic => new DiscoveryMessage(topic, null));
        _erasures.Clear();
        foreach (var announcement in _announcements)
        {
            if (announcement is { IsDue: true, IsWithheld: false } && announcement.NotBefore <= now)
                messages.Add(announcement.Take(builder, now + options.MinimumInterval));
        }
        return new DiscoveryBatch(messages, isAfterBirth);
    }

    void StartOver(TimeSpan now)
    {
        _birthAt = null;
        foreach (var announcement in _announcements.Where(static announcement => announcement.WasSent))
            (announcement.IsDue, announcement.IsWithheld, announcement.NotBefore) = (true, false, now);
    }

    MeterAnnouncement? AnnouncementOf(DiscoveryMeter meter, DeviceSnapshot device, TimeSpan now)
    {
        var holder = HolderOf(meter.Name, device.TopicName);
        if (holder is not null && MeterAnnouncement.KnowledgeOf(meter, device) < holder.Knowledge) return null;
        if (holder?.Identity == device.Identity) return holder;
        var topic = builder.TopicOf(meter, device);
        if (IsContested(topic, meter, device)) return null;
        if (holder is not null) Replace(holder);
        return FindOrAdd(topic, meter, device, holder is null ? now : now + options.MinimumInterval);
    }

    MeterAnnouncement? HolderOf(string meter, string topicName)
    {
        foreach (var announcement in _announcements)
        {
            if (announcement is MeterAnnouncement known && known.TopicName == topicName && known.Meter.Name == meter) return known;
        }
        return null;
    }

    /// <summary>
    /// One identifier in two places - a meter on two ports, or a sub-meter that shows another's number - would be announced to and fro
    /// for ever. The first place keeps it.
    /// </summary>
    bool IsContested(string topic, DiscoveryMeter meter, DeviceSnapshot device)
    {
        if (_announcements.Find(known => known.Topic == topic) is not MeterAnnouncement owner) return false;
        if (owner.Meter.Name == meter.Name && owner.LastTelegram != _telegrams) return false;
        var (first, second) = (PlaceOf(owner.Meter, owner.TopicName), PlaceOf(meter, device.TopicName));
        if (_contested.Add($"{second} {topic}"))
        {
            note($"Home Assistant: '{first}' and '{second}' have the same equipment identifier '{owner.Identity}'; only the first is announced. "
                + "If both read one meter, remove one of them from the configuration.");
        }
        return true;
    }

    static string PlaceOf(DiscoveryMeter meter, string topicName) => topicName.Length == 0 ? meter.Name : $"{meter.Name}/{topicName}";

    void Replace(MeterAnnouncement old)
    {
        _announcements.Remove(old);
        if (!old.WasSent) return;
        _erasures.Add(old.Topic);
        note($"Home Assistant: meter '{old.Identity}' was replaced; its device is removed and the new meter announced.");
    }

    /// <summary>A meter that comes back takes up its own announcement, also when it has another topic name now.</summary>
    MeterAnnouncement FindOrAdd(string topic, DiscoveryMeter meter, DeviceSnapshot device, TimeSpan notBefore)
    {
        if (_announcements.Find(known => known.Topic == topic) is MeterAnnouncement known) return known;
        var announcement = new MeterAnnouncement(topic, meter, device) { NotBefore = notBefore };
        _announcements.Add(announcement);
        return announcement;
    }
}
