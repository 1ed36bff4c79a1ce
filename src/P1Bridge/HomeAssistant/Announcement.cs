using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;

namespace P1Bridge.HomeAssistant;

/// <summary>What was told to Home Assistant about one device, and what is still to be told. Times count from any fixed moment.</summary>
abstract class Announcement(string topic)
{
    readonly Dictionary<string, string> _leaving = [];

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
        List<DiscoveredComponent> leaving = [.. _leaving.Select(static pair => new DiscoveredComponent(pair.Key, pair.Value))];
        // First the reduced form, which removes the entities; then, with the next message, the payload without them.
        (IsDue, IsUrgent, WasSent, NotBefore) = (leaving.Count > 0, false, true, notBefore);
        var message = Build(builder, leaving);
        if (isConnected) _leaving.Clear();
        return message;
    }

    /// <summary>Takes over what an earlier run announced of this device: what this run does not announce must be taken back.</summary>
    public abstract void Inherit(IEnumerable<DiscoveredComponent> components, DiscoveryBuilder builder, TimeSpan now);

    protected abstract DiscoveryMessage Build(DiscoveryBuilder builder, IReadOnlyCollection<DiscoveredComponent> leaving);

    /// <summary>An entity is to be taken back.</summary>
    protected void Leave(DiscoveredComponent component)
    {
        _leaving[component.Id] = component.Platform;
        IsDue = true;
    }

    /// <summary>An entity that was to be taken back is there again.</summary>
    protected void Stay(string id) => _leaving.Remove(id);
}

/// <summary>The bridge's own device; it never changes while the bridge runs.</summary>
sealed class BridgeAnnouncement : Announcement
{
    readonly HashSet<string> _own;

    public BridgeAnnouncement(DiscoveryBuilder builder)
        : base(builder.Bridge([]).Topic)
    {
        _own = [.. builder.BridgeEntities.Select(static entity => entity.Id)];
        IsDue = true;
    }

    public override void Inherit(IEnumerable<DiscoveredComponent> components, DiscoveryBuilder builder, TimeSpan now)
    {
        foreach (var component in components.Where(component => !_own.Contains(component.Id)))
            Leave(component);
    }

    protected override DiscoveryMessage Build(DiscoveryBuilder builder, IReadOnlyCollection<DiscoveredComponent> leaving) => builder.Bridge(leaving);
}

/// <summary>A physical meter: the set of its entities follows what it sends.</summary>
sealed class MeterAnnouncement(string topic, DiscoveryMeter meter, DeviceSnapshot device) : Announcement(topic)
{
    readonly SortedList<int, Component> _components = [];
    readonly Dictionary<string, (string Platform, TimeSpan Since)> _inherited = [];
    DeviceSnapshot _device = device;
    long _telegram;

    public DiscoveryMeter Meter => meter;

    public string Identity => _device.Identity;

    /// <summary>Number of the telegram that it was seen in last, as the plan counts.</summary>
    public long LastTelegram { get; set; }

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

    /// <inheritdoc/>
    public override void Inherit(IEnumerable<DiscoveredComponent> components, DiscoveryBuilder builder, TimeSpan now)
    {
        foreach (var component in components.Where(component => !_components.Values.Any(known => known.Row.Id == component.Id)))
        {
            // What the user does not want goes at once; a value may only not have been sent yet.
            if (builder.IsExcluded(_device.Medium.Id, component.Id)) Leave(component);
            else _inherited.TryAdd(component.Id, (component.Platform, now));
        }
    }

    /// <summary>Takes a telegram in: new values become entities at once, values absent for long cease to be.</summary>
    public void Observe(DeviceSnapshot device, DiscoveryBuilder builder, TimeSpan now, TimeSpan vanishedAfter)
    {
        var hasMoved = device.TopicName != _device.TopicName;
        if (hasMoved || device.ParentIdentity != _device.ParentIdentity) IsDue = true;
        // Until it is told of the move, Home Assistant would take the values of whoever speaks on the old topics now for this meter's.
        IsUrgent |= hasMoved && WasSent;
        _device = device;
        _telegram++;
        foreach (var value in device.Values)
        {
            if (builder.IsEntity(value)) See(value.Row);
        }
        Miss(now, vanishedAfter);
    }

    protected override DiscoveryMessage Build(DiscoveryBuilder builder, IReadOnlyCollection<DiscoveredComponent> leaving)
        => builder.Meter(meter, _device, _components.Values.Select(static component => component.Row), leaving);

    void See(Measurement row)
    {
        _inherited.Remove(row.Id);
        if (!_components.TryGetValue(row.Index, out var component))
        {
            _components[row.Index] = component = new Component(row);
            Stay(row.Id);
            IsDue = true;
        }
        component.Telegram = _telegram;
        component.AbsentSince = null;
    }

    /// <summary>A device that sends nothing at all any more is silent, not without entities: it keeps them.</summary>
    void Miss(TimeSpan now, TimeSpan vanishedAfter)
    {
        var isSilent = true;
        foreach (var component in _components.Values)
            isSilent &= component.Telegram != _telegram;
        if (isSilent) return;
        for (var i = _components.Count - 1; i >= 0; i--)
        {
            var component = _components.Values[i];
            if (component.Telegram == _telegram) continue;
            component.AbsentSince ??= now;
            if (now - component.AbsentSince < vanishedAfter) continue;
            Leave(new DiscoveredComponent(component.Row.Id, component.Row.HomeAssistant!.Platform));
            _components.RemoveAt(i);
        }
        foreach (var (id, (platform, since)) in _inherited)
        {
            if (now - since < vanishedAfter) continue;
            Leave(new DiscoveredComponent(id, platform));
            _inherited.Remove(id);
        }
    }

    sealed class Component(Measurement row)
    {
        public Measurement Row => row;

        public long Telegram { get; set; }

        public TimeSpan? AbsentSince { get; set; }
    }
}
