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

    /// <summary>Whether the user took the device away; then it stays away until Home Assistant or the bridge starts again.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Whether it was sent at least once.</summary>
    public bool WasSent { get; private set; }

    /// <summary>Nothing is sent before.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>Takes the message that is due; the next one must wait until <paramref name="notBefore"/>.</summary>
    public DiscoveryMessage Take(DiscoveryBuilder builder, TimeSpan notBefore)
    {
        (IsDue, WasSent, NotBefore) = (false, true, notBefore);
        return Build(builder);
    }

    protected abstract DiscoveryMessage Build(DiscoveryBuilder builder);
}

/// <summary>The bridge's own device; it never changes while the bridge runs.</summary>
sealed class BridgeAnnouncement : Announcement
{
    public BridgeAnnouncement(DiscoveryBuilder builder)
        : base(builder.Bridge().Topic)
        => IsDue = true;

    protected override DiscoveryMessage Build(DiscoveryBuilder builder) => builder.Bridge();
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

    public string TopicName => _device.TopicName;

    /// <summary>How much a snapshot tells about who the meter is; a telegram whose identifiers cannot be read tells less.</summary>
    public int Knowledge => KnowledgeOf(meter, _device);

    /// <inheritdoc cref="Knowledge"/>
    public static int KnowledgeOf(DiscoveryMeter meter, DeviceSnapshot device)
        => (NodeIds.HasOwnNumber(meter, device) ? 2 : 0) + (device.ParentIdentity == meter.Name ? 0 : 1);

    /// <summary>Takes a telegram in: new values become entities at once, values absent for long cease to be.</summary>
    public void Observe(DeviceSnapshot device, TimeSpan now, TimeSpan vanishedAfter)
    {
        if (device.TopicName != _device.TopicName || device.ParentIdentity != _device.ParentIdentity) IsDue = true;
        _device = device;
        _telegram++;
        foreach (var value in device.Values)
        {
            if (DiscoveryBuilder.IsEntity(value)) See(value.Row);
        }
        Miss(now, vanishedAfter);
    }

    protected override DiscoveryMessage Build(DiscoveryBuilder builder)
    {
        var leaving = _components.Values.Where(static component => component.IsLeaving).Select(static component => component.Row).ToList();
        var staying = _components.Values.Where(static component => !component.IsLeaving).Select(static component => component.Row).ToList();
        foreach (var row in leaving)
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
