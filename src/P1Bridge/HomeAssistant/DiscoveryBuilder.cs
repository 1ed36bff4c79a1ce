using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// Makes the discovery messages: one device-based payload per physical meter, and one for the bridge. Pure; the same input gives the
/// same text. Keys outside the components must be ones that Home Assistant knows, or it refuses the whole device.
/// </summary>
sealed class DiscoveryBuilder(DiscoveryOptions options, Topics topics, string version)
{
    public const string SupportUrl = "https://github.com/p1bridge/p1bridge";
    public const string ProgramName = "P1Bridge";

    /// <summary>Readable text: Home Assistant is no browser, m³ and names with accents stay as they are.</summary>
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public DiscoveryOptions Options => options;

    public Topics Topics => topics;

    /// <summary>Every device topic below the prefix, ours and those of others.</summary>
    public string TopicFilter => TopicOf("+");

    /// <summary>What all discovery topics below the configured prefix begin with.</summary>
    public string DiscoveryPrefix => $"{options.Prefix}/";

    /// <summary>The topic of the bridge's own state.</summary>
    public string BridgeState => topics.BridgeState;

    /// <summary>The entities of the bridge's own device.</summary>
    public ImmutableArray<BridgeEntity> BridgeEntities { get; } = HomeAssistant.BridgeEntities.Of(options.Meters);

    /// <summary>The topic of a physical meter.</summary>
    public string TopicOf(DiscoveryMeter meter, DeviceSnapshot device) => TopicOf(NodeIds.OfMeter(topics, meter, device).Node);

    /// <summary>Where the value of an entity comes from.</summary>
    public string StateTopic(DiscoveryMeter meter, DeviceSnapshot device, Measurement row) => topics.Value(meter.Name, device.TopicName, row.Id);

    /// <summary>What all topics of this bridge begin with.</summary>
    public string TopicPrefix => $"{topics.Base}/";

    /// <summary>All messages for one telegram of each meter: the bridge first, then each P1 meter with its sub-meters.</summary>
    public IEnumerable<DiscoveryMessage> All(params IEnumerable<(DiscoveryMeter Meter, MeterSnapshot Snapshot)> telegrams)
        => telegrams
            .SelectMany(
                static telegram => telegram.Snapshot.Devices,
                (telegram, device) => (telegram.Meter, device, rows: EntityRows(device).ToList()))
            .Where(static entry => entry.rows.Count > 0)
            .Select(entry => Meter(entry.Meter, entry.device, entry.rows, []))
            .Prepend(Bridge([]));

    /// <summary>The rows of a device that are entities, in the catalogue's order: never one that its meter does not send.</summary>
    public IEnumerable<Measurement> EntityRows(DeviceSnapshot device) => device.Values.Where(IsEntity).Select(static value => value.Row);

    /// <summary>Whether a value is an entity. The months of a history are topics only, and some the user does not want.</summary>
    public bool IsEntity(PublishedValue value) => CanBeEntity(value) && !IsExcluded(value.Row.Medium.Id, value.Row.Id);

    /// <summary>Whether a value is an entity where the user says nothing else.</summary>
    public static bool CanBeEntity(PublishedValue value) => value.Row.HomeAssistant is not null && value.Key == value.Row.Id;

    /// <summary>Whether the user keeps a measurement from Home Assistant.</summary>
    public bool IsExcluded(string medium, string id) => options.Overrides.IsExcluded(medium, id);

    /// <summary>The bridge's own device; <paramref name="leaving"/> are what an earlier version had, in the reduced form.</summary>
    public DiscoveryMessage Bridge(IReadOnlyCollection<DiscoveredComponent> leaving)
    {
        var ids = NodeIds.OfBridge(topics);
        return Message(ids.Node, json =>
        {
            WriteDevice(json, ids, topics.Base == "p1bridge" ? ProgramName : $"{ProgramName} ({topics.Base})", null, null, isBridge: true);
            WriteOrigin(json);
            json.WriteNumber("qos", 1);
            json.WriteStartObject("components");
            foreach (var entity in BridgeEntities)
                new ComponentWriter(json, options, topics).Write(entity, ids);
            foreach (var component in leaving)
                new ComponentWriter(json, options, topics).Write(component);
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// A physical meter with entities for <paramref name="rows"/>. <paramref name="leaving"/> are written in the reduced form that makes
    /// Home Assistant remove them; leaving them out alone would not.
    /// </summary>
    public DiscoveryMessage Meter(
        DiscoveryMeter meter, DeviceSnapshot device, IEnumerable<Measurement> rows, IReadOnlyCollection<DiscoveredComponent> leaving)
    {
        var ids = NodeIds.OfMeter(topics, meter, device);
        return Message(ids.Node, json =>
        {
            var number = NodeIds.HasOwnNumber(meter, device) ? device.Identity : null;
            WriteDevice(json, ids, DeviceName(meter, device), number, NodeIds.OfParent(topics, meter, device).Node, isBridge: false);
            WriteOrigin(json);
            WriteAvailability(json, meter, device);
            json.WriteNumber("qos", 1);
            json.WriteStartObject("components");
            foreach (var row in rows.OrderBy(static row => row.Index))
                new ComponentWriter(json, options, topics).Write(row, meter, device, ids);
            foreach (var component in leaving)
                new ComponentWriter(json, options, topics).Write(component);
            json.WriteEndObject();
        });
    }

    string TopicOf(string node) => $"{options.Prefix}/device/{node}/config";

    DiscoveryMessage Message(string node, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Encoder }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new DiscoveryMessage(TopicOf(node), Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>The medium's name, with a number for a second meter of a kind, and the meter's name where it has one of its own.</summary>
    string DeviceName(DiscoveryMeter meter, DeviceSnapshot device)
    {
        var name = device.Medium.Names.In(options.Language);
        var numbered = $"{device.Medium.Id}_";
        if (device.TopicName.StartsWith(numbered, StringComparison.Ordinal)) name += $" {device.TopicName[numbered.Length..]}";
        return meter.HasUsualName ? name : $"{name} ({meter.Name})";
    }

    void WriteDevice(Utf8JsonWriter json, DeviceIds ids, string name, string? number, string? parent, bool isBridge)
    {
        json.WriteStartObject("device");
        json.WriteStartArray("identifiers");
        json.WriteStringValue(ids.Node);
        json.WriteEndArray();
        json.WriteString("name", name);
        if (isBridge) json.WriteString("sw_version", version);
        if (number is not null) json.WriteString("serial_number", number);
        if (parent is not null) json.WriteString("via_device", parent);
        json.WriteEndObject();
    }

    void WriteOrigin(Utf8JsonWriter json)
    {
        json.WriteStartObject("origin");
        json.WriteString("name", ProgramName);
        json.WriteString("sw_version", version);
        json.WriteString("support_url", SupportUrl);
        json.WriteEndObject();
    }

    void WriteAvailability(Utf8JsonWriter json, DiscoveryMeter meter, DeviceSnapshot device)
    {
        json.WriteStartArray("availability");
        ComponentWriter.WriteTopic(json, topics.BridgeState);
        ComponentWriter.WriteTopic(json, topics.MeterAvailability(meter.Name));
        if (device.TopicName.Length > 0) ComponentWriter.WriteTopic(json, topics.DeviceAvailability(meter.Name, device.TopicName));
        json.WriteEndArray();
        json.WriteString("availability_mode", "all");
    }
}
