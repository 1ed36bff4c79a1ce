using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;

namespace P1Bridge.HomeAssistant;

/// <summary>What was told to Home Assistant about one device, and what is still to be told. Times count from any fixed moment.</summary>
abstract class Announcement(string topic)
{
    /// <summary>The device's discovery topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Whether there is something new to send.</summary>
    public bool IsDue { get; set; }

    /// <summary>Whether it cannot wait: no rate holds it back, not even a missing connection.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>Whether the user took the device away; then it stays away until Home Assistant or the bridge starts again.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Whether it was sent at least once.</summary>
    public bool WasSent { get; private set; }

    /// <summary>Nothing is sent before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>
    /// Takes the message that is due; the next one must wait until <paramref name="notBefore"/>. Without a connection nothing that is
    /// only a step counts as done: the queue keeps the latest message of a topic only.
    /// </summary>
    public DiscoveryMessage Take(DiscoveryBuilder builder, TimeSpan notBefore, bool isConnected = true)
    {
        (IsDue, IsUrgent, WasSent, NotBefore) = (false, false, true, notBefore);
        return Build(builder, isConnected);
    }

    protected abstract DiscoveryMessage Build(DiscoveryBuilder builder, bool isConnected);
}

/// <summary>The bridge's own device; it never changes while the bridge runs.</summary>
sealed class BridgeAnnouncement : Announcement
{
    public BridgeAnnouncement(DiscoveryBuilder builder)
        : base(builder.Bridge().Topic)
        => IsDue = true;

    protected override DiscoveryMessage Build(DiscoveryBuilder builder, bool isConnected) => builder.Bridge();
}

/// <summary>A physical meter: the set of its entities follows what it sends.</summary>
sealed class MeterAnnouncement(string topic, DiscoveryMeter meter, DeviceSnapshot device) : Announcement(topic)
{
    readonly SortedList<int, Component> _components = [];
    DeviceSnapshot _device = device;
    long _telegram;

    public DiscoveryMeter Meter => meter;

    public string Identity => _device.Identity;

    /// <summary>Number of the telegram that it was seen in last, as the plan counts.</summary>
    public long LastTelegram { get; set; }

    /// <summary>The replaced meter whose device was removed.</summary>
    public string? Predecessor { get; set; }

    public string TopicName => _device.TopicName;

    /// <summary>Whether it is known by a number of its own and not by a stand-in.</summary>
    public bool HasOwnNumber => NodeIds.HasOwnNumber(meter, _device);

    /// <summary>Whether one of its entities listens to one of these topics.</summary>
    public bool Speaks(DiscoveryBuilder builder, IReadOnlySet<string> stateTopics)
        => _components.Values.Any(component => stateTopics.Contains(builder.StateTopic(meter, _device, component.Row)));

    /// <summary>How much a snapshot tells about who the meter is; a telegram whose identifiers cannot be read tells less.</summary>
    public int Knowledge => KnowledgeOf(meter, _device);

    /// <inheritdoc cref="Knowledge"/>
    public static int KnowledgeOf(DiscoveryMeter meter, DeviceSnapshot device)
        => (NodeIds.HasOwnNumber(meter, device) ? 2 : 0) + (device.ParentIdentity == meter.Name ? 0 : 1);

    /// <summary>Takes a telegram in: new values become entities at once, values absent for long cease to be.</summary>
    public void Observe(DeviceSnapshot device, TimeSpan now, TimeSpan vanishedAfter)
    {
        var hasMoved = device.TopicName != _device.TopicName;
        if (hasMoved || device.ParentIdentity != _device.ParentIdentity) IsDue = true;
        // Until it is told of the move, Home Assistant would take the values of whoever speaks on the old topics now for this meter's.
        IsUrgent |= hasMoved && WasSent;
        _device = device;
        _telegram++;
        foreach (var value in device.Values)
        {
            if (DiscoveryBuilder.IsEntity(value)) See(value.Row);
        }
        Miss(now, vanishedAfter);
    }

    protected override DiscoveryMessage Build(DiscoveryBuilder builder, bool isConnected)
    {
        var leaving = _components.Values.Where(static component => component.IsLeaving).Select(static component => component.Row).ToList();
        var staying = _components.Values.Where(static component => !component.IsLeaving).Select(static component => component.Row).ToList();
        foreach (var row in isConnected ? leaving : [])
            _components.Remove(row.Index);
        // First the reduced form, which removes the entities; then, with the next message, the payload without them.
        IsDue = leaving.Count > 0;
        return builder.Meter(meter, _device, staying, leaving);
    }

    void See(Measurement row)
    {
        if (!_components.TryGetValue(row.Index, out var component))
        {
            _components[row.Index] = component = new Component(row);
            IsDue = true;
        }
        component.Telegram = _telegram;
        component.AbsentSince = null;
        component.IsLeaving = false;
    }

    /// <summary>A device that sends nothing at all any more is silent, not without entities: it keeps them.</summary>
    void Miss(TimeSpan now, TimeSpan vanishedAfter)
    {
        var isSilent = true;
        foreach (var component in _components.Values)
            isSilent &= component.Telegram != _telegram;
        if (isSilent) return;
        foreach (var component in _components.Values)
        {
            if (component.Telegram == _telegram || component.IsLeaving) continue;
            component.AbsentSince ??= now;
            if (now - component.AbsentSince < vanishedAfter) continue;
            component.IsLeaving = IsDue = true;
        }
    }

    sealed class Component(Measurement row)
    {
        public Measurement Row => row;

        public long Telegram { get; set; }

        public TimeSpan? AbsentSince { get; set; }

        public bool IsLeaving { get; set; }
    }
}
