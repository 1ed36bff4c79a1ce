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

    /// <summary>After connecting, what the broker retains is awaited for so long: it tells what an earlier run announced.</summary>
    public TimeSpan ReadBack { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After the first telegram, devices that nobody speaks for any more are removed when so much time has passed.</summary>
    public TimeSpan OrphansAfter { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What is to be sent now, in order. After a birth message, states follow: availability first, then all values.</summary>
readonly record struct DiscoveryBatch(IReadOnlyList<DiscoveryMessage> Messages, bool IsAfterBirth);

/// <summary>
/// Remembers what Home Assistant was told and decides what to tell it next. Decides only; not thread-safe. Times count from any fixed
/// moment and never go back. <paramref name="random"/> gives numbers from 0 up to 1; <paramref name="note"/> takes lines for the log.
/// </summary>
/// <remarks>
/// A sub-meter that falls silent is not forgotten. One that is replaced is: its successor speaks on the same topics, so the old device
/// would go on with the new meter's totals, which is a false total. Its topic is emptied at once, before any value of the successor and
/// also while there is no connection; the successor is announced a little later, so that the entity ids, and with them the long-term
/// statistics, go over to it. A meter that moves to another topic name is announced anew at once too.
/// </remarks>
sealed class DiscoveryPlan(DiscoveryBuilder builder, DiscoveryPlanOptions options, Func<double> random, Action<string> note, FormerDiscovery? former = null)
{
    /// <summary>Most meters and topics of which it is remembered that something was done about them; after that it may be done again.</summary>
    const int MaximumDone = 500;

    readonly List<Announcement> _announcements = [new BridgeAnnouncement(builder)];
    readonly List<string> _erasures = [];
    readonly HashSet<string> _contested = [];
    readonly HashSet<(string Meter, string TopicName, string Identity)> _replaced = [];
    readonly HashSet<string> _cleaned = [];
    readonly EarlierDiscovery _earlier = new(builder.TopicPrefix);
    readonly ForeignDiscovery _foreign = new(builder.BridgeState, former ?? FormerDiscovery.Unknown, builder.DiscoveryPrefix);
    FormerTopics? _former = new(builder.TopicPrefix, former ?? FormerDiscovery.Unknown);
    readonly Dictionary<string, string> _retained = [];
    readonly HashSet<string> _claimed = [];
    TimeSpan? _birthAt;
    TimeSpan? _orphansAt;
    TimeSpan _readBackUntil;
    bool _looksForOrphans;
    long _telegrams;

    /// <summary>When there is something to take next; null when nothing is known to come. Zero means at once.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            var next = HasUrgent ? TimeSpan.Zero : Earlier(_birthAt, _orphansAt);
            foreach (var announcement in _announcements.Where(CanBeSent))
                next = Earlier(next, TimeOf(announcement));
            return next;
        }
    }

    /// <summary>The discovery topics of all devices that were announced.</summary>
    public IEnumerable<string> Announced => _announcements.Where(static announcement => announcement.WasSent).Select(static announcement => announcement.Topic);

    /// <summary>Whether something must be sent before the values of the telegrams that were taken in, connection or not.</summary>
    public bool HasUrgent => _erasures.Count > 0 || _announcements.Exists(IsUrgent);

    /// <summary>Takes a telegram in.</summary>
    public void Observe(DiscoveryMeter meter, MeterSnapshot snapshot, TimeSpan now)
    {
        _telegrams++;
        foreach (var device in snapshot.Devices)
        {
            if (AnnouncementOf(meter, device, snapshot, now) is not { } announcement) continue;
            announcement.Observe(device, builder, now, options.VanishedAfter);
            announcement.LastTelegram = _telegrams;
        }
        if (!_earlier.IsEmpty && _announcements.Exists(static announcement => announcement.IsDue)) EraseEarlier();
        if (!_looksForOrphans || snapshot.Devices.IsEmpty) return;
        _orphansAt = now + options.OrphansAfter;
        _looksForOrphans = false;
    }

    /// <summary>
    /// A broker was reached that may have forgotten everything: all is due again, but for what the user took away. What it does retain is
    /// awaited first.
    /// </summary>
    public void OnConnected(TimeSpan now)
    {
        _readBackUntil = now + options.ReadBack;
        // What was to be looked for on the last connection must be heard of on this one first.
        (_orphansAt, _looksForOrphans) = (null, true);
        Renew();
    }

    /// <summary>The connection is gone, and with it the knowledge of what the broker retains.</summary>
    public void OnDisconnected() => _retained.Clear();

    /// <summary>The next topic that must be listened to; null when there is none.</summary>
    public string? TakeWanted() => _foreign.TakeWanted();

    /// <summary>Hears a message on a topic of <see cref="TakeWanted"/>.</summary>
    public void OnWanted(string topic, string payload, bool isRetained, TimeSpan now)
    {
        if (!_foreign.HearState(topic, payload)) OnDiscoveryTopic(topic, payload, isRetained, now);
    }

    /// <summary>The user wants everything to be announced again, now; states follow as after a birth.</summary>
    public void Announce(TimeSpan now) => _birthAt = now;

    /// <summary>
    /// The user wants the device of a meter to go away: false when none with this equipment identifier was announced. One that still sends
    /// comes back with its next telegram.
    /// </summary>
    public bool Forget(string identity)
    {
        var known = _announcements.OfType<MeterAnnouncement>().Where(announcement => announcement.Identity == identity).ToList();
        foreach (var announcement in known)
        {
            _announcements.Remove(announcement);
            if (!_erasures.Contains(announcement.Topic)) _erasures.Add(announcement.Topic);
            var isLive = announcement.LastTelegram == _telegrams;
            note($"Home Assistant: meter '{identity}' is forgotten, as asked{(isLive ? "; it still sends, so that it is announced anew" : "")}.");
        }
        return known.Count > 0;
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
    /// <param name="topic">The discovery topic.</param>
    /// <param name="payload">What was published there.</param>
    /// <param name="isRetained">Whether it stood there before we listened: then it may be what an earlier run left.</param>
    /// <param name="now">The time.</param>
    public void OnDiscoveryTopic(string topic, string payload, bool isRetained, TimeSpan now)
    {
        var device = payload.Length > 0 ? DiscoveredDevice.Parse(payload) : null;
        var announcement = _announcements.Find(announcement => announcement.Topic == topic);
        _foreign.Hear(topic, device);
        if (isRetained) _former?.Hear(device);
        _retained.Remove(topic);
        if (isRetained || payload.Length == 0)
        {
            _earlier.Hear(topic, device);
            EraseEarlier();
        }
        if (isRetained && device is not null && _retained.Count < MaximumDone)
        {
            _retained[topic] = payload;
            announcement?.Inherit(device.Components, builder, now);
        }
        if (payload.Length > 0) return;
        if (announcement is not { WasSent: true, IsWithheld: false }) return;
        announcement.IsWithheld = true;
        note($"Home Assistant: the announcement '{topic}' was deleted from the broker, as Home Assistant does when a user deletes the device, and 'p1bridge discovery --clear' does. "
            + "Its values are still published; it is announced again when Home Assistant or the bridge starts.");
    }

    /// <summary>What was taken could not be handed on: it is still to be sent, and what was urgent is so again.</summary>
    public void PutBack(IEnumerable<DiscoveryMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.Payload is null && !_erasures.Contains(message.Topic)) _erasures.Add(message.Topic);
            if (message.Payload is not null && _announcements.Find(known => known.Topic == message.Topic) is { } announcement)
                announcement.IsDue = announcement.IsUrgent = true;
        }
    }

    /// <summary>Takes what cannot wait: the removal of replaced devices, then those that moved.</summary>
    public List<DiscoveryMessage> TakeUrgent(TimeSpan now, bool isConnected)
    {
        var messages = _erasures.ConvertAll(static topic => new DiscoveryMessage(topic, null));
        _erasures.Clear();
        messages.AddRange(_announcements.FindAll(IsUrgent).Select(announcement => announcement.Take(builder, now + options.MinimumInterval, isConnected)));
        return messages;
    }

    /// <summary>Takes what is due: first what cannot wait, then the others, oldest devices first. What the broker retains anyway is not sent.</summary>
    public DiscoveryBatch TakeDue(TimeSpan now)
    {
        var isAfterBirth = _birthAt <= now;
        if (isAfterBirth) StartOver(now);
        if (_orphansAt <= now) EraseOrphans();
        var messages = TakeUrgent(now, isConnected: true);
        foreach (var announcement in _announcements)
        {
            if (!CanBeSent(announcement) || TimeOf(announcement) > now) continue;
            var message = announcement.Take(builder, now + options.MinimumInterval);
            if (_retained.Remove(message.Topic, out var retained) && retained == message.Payload) announcement.NotBefore = now;
            else messages.Add(message);
        }
        return new DiscoveryBatch(messages, isAfterBirth);
    }

    static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    /// <summary>Not what the user took away, and not what another bridge announces.</summary>
    bool CanBeSent(Announcement announcement)
    {
        if (announcement is not { IsDue: true, IsWithheld: false }) return false;
        if (_foreign.OwnerOf(announcement.Topic) is not { } owner) return true;
        if (IsFirst(_claimed, announcement.Topic))
        {
            note($"Home Assistant: the device of '{announcement.Topic}' is announced by another bridge already, the one of '{owner}', and left to it. "
                + "If both read one meter, set homeassistant.enabled to false in one of them.");
        }
        return false;
    }

    TimeSpan TimeOf(Announcement announcement) => announcement.NotBefore > _readBackUntil ? announcement.NotBefore : _readBackUntil;

    void Renew()
    {
        foreach (var announcement in _announcements)
            announcement.IsDue |= announcement.WasSent && !announcement.IsWithheld;
    }

    /// <summary>Removes the devices of former settings, and of bridges that have gone without a trace.</summary>
    void EraseOrphans()
    {
        _orphansAt = null;
        foreach (var topic in _foreign.TakeOrphans())
        {
            if (_announcements.Exists(announcement => announcement.Topic == topic) || !IsFirst(_cleaned, topic)) continue;
            _erasures.Add(topic);
            note($"Home Assistant: the device of '{topic}' was announced with other settings or by a bridge that is gone; it is removed.");
        }
        if (_foreign.IsFormerGone) EraseFormer();
        // Whoever speaks there from now on is somebody else.
        _foreign.ForgetFormer();
        _former = null;
    }

    void EraseFormer()
    {
        if (_former?.Take() is not { Count: > 0 } topics) return;
        _erasures.AddRange(topics);
        var old = _former.Prefix.TrimEnd('/');
        note($"The values that this bridge retained below its former base topic '{old}' are taken back. Should more be left there, or on another broker: "
            + $"p1bridge discovery --clear --set mqtt.base_topic={old}");
    }

    void StartOver(TimeSpan now)
    {
        _birthAt = null;
        _retained.Clear();
        foreach (var announcement in _announcements.Where(static announcement => announcement.WasSent))
            (announcement.IsDue, announcement.IsWithheld, announcement.NotBefore) = (true, false, now);
    }

    static bool IsUrgent(Announcement announcement) => announcement is { IsUrgent: true, IsWithheld: false };

    MeterAnnouncement? AnnouncementOf(DiscoveryMeter meter, DeviceSnapshot device, MeterSnapshot snapshot, TimeSpan now)
    {
        var holder = HolderOf(meter.Name, device.TopicName);
        if (holder is not null && MeterAnnouncement.KnowledgeOf(meter, device) < holder.Knowledge) return null;
        var isSuccessor = ErasePredecessor(meter, device, snapshot);
        if (holder?.Identity == device.Identity) return holder;
        if (holder is not null && !IsIn(snapshot, holder.Identity))
        {
            isSuccessor = true;
            Replace(holder);
        }
        var topic = builder.TopicOf(meter, device);
        if (IsContested(topic, meter, device)) return null;
        return FindOrAdd(topic, meter, device, isSuccessor ? now + options.MinimumInterval : now);
    }

    /// <summary>A meter that sends on, under another topic name, is not replaced but moved.</summary>
    static bool IsIn(MeterSnapshot snapshot, string identity) => snapshot.Devices.Any(device => device.Identity == identity);

    /// <summary>The meter that had this topic name before, perhaps in an earlier run: true when its device was still to be removed.</summary>
    bool ErasePredecessor(DiscoveryMeter meter, DeviceSnapshot device, MeterSnapshot snapshot)
    {
        if (device.Predecessor is not { } identity || identity == device.Identity || !IsFirst(_replaced, (meter.Name, device.TopicName, identity))) return false;
        var topic = builder.TopicOf(meter, device with { Identity = identity });
        if (IsIn(snapshot, identity) || _announcements.Exists(known => known.Topic == topic)) return false;
        Erase(topic, identity);
        return true;
    }

    /// <summary>Removes the devices of an earlier run whose topics now carry the values of another meter; each once.</summary>
    void EraseEarlier()
    {
        foreach (var announcement in _announcements)
            _earlier.Forget(announcement.Topic);
        // A meter that does not tell its number may well be the very one that the earlier run knew by it.
        var known = _announcements.OfType<MeterAnnouncement>().Where(static announcement => announcement.HasOwnNumber).ToList();
        foreach (var topic in _earlier.TakeOut(stateTopics => known.Exists(announcement => announcement.Speaks(builder, stateTopics))))
        {
            if (!IsFirst(_cleaned, topic)) continue;
            _erasures.Add(topic);
            note($"Home Assistant: the device of '{topic}', announced in an earlier run, listens to topics that belong to another meter now; it is removed.");
        }
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
        if (IsFirst(_contested, $"{second} {topic}"))
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
        // Also when this run has not sent it: an earlier one may have.
        Erase(old.Topic, old.Identity);
    }

    void Erase(string topic, string identity)
    {
        // Two roads lead here when the broker retains what an earlier run announced; Home Assistant warns of a second removal.
        if (_erasures.Contains(topic) || !IsFirst(_cleaned, topic)) return;
        _erasures.Add(topic);
        note($"Home Assistant: meter '{identity}' was replaced; its device is removed and the new meter announced.");
    }

    static bool IsFirst<T>(HashSet<T> done, T one)
    {
        if (done.Count >= MaximumDone && !done.Contains(one)) done.Clear();
        return done.Add(one);
    }

    /// <summary>A meter that comes back takes up its own announcement, also when it has another topic name now.</summary>
    MeterAnnouncement FindOrAdd(string topic, DiscoveryMeter meter, DeviceSnapshot device, TimeSpan notBefore)
    {
        if (_announcements.Find(known => known.Topic == topic) is MeterAnnouncement known) return known;
        var announcement = new MeterAnnouncement(topic, meter, device) { NotBefore = notBefore };
        if (_retained.TryGetValue(topic, out var retained) && DiscoveredDevice.Parse(retained) is { } earlier)
            announcement.Inherit(earlier.Components, builder, notBefore);
        _announcements.Add(announcement);
        _cleaned.Remove(topic);
        return announcement;
    }
}
