using System.Collections.Immutable;
using System.Text.Json.Nodes;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>Short ways to discovery messages.</summary>
static class Discovery
{
    public static readonly Topics Topics = new("p1bridge");

    public static readonly DiscoveryMeter Meter = new("meter")
    {
        TariffNames = DiscoveryMeter.TariffNamesOf(Some.Catalogue, ImmutableSortedDictionary<long, string>.Empty),
    };

    public static DiscoveryBuilder Builder(DiscoveryOptions? options = null, Topics? topics = null)
        => new(options ?? new DiscoveryOptions(), topics ?? Topics, "1.2.3");

    public static List<DiscoveryMessage> Messages(string telegram, DiscoveryOptions? options = null, Topics? topics = null)
        => [.. Builder(options, topics).All((Meter, Corpus.Snapshot(telegram)))];

    public static JsonObject Json(this DiscoveryMessage message) => JsonNode.Parse(message.Payload!)!.AsObject();

    public static JsonObject Components(this DiscoveryMessage message) => message.Json()["components"]!.AsObject();

    /// <summary>The device of a medium, or the bridge's.</summary>
    public static DiscoveryMessage Of(this IEnumerable<DiscoveryMessage> messages, string deviceName)
        => messages.Single(message => (string?)message.Json()["device"]!["name"] == deviceName);

    public static DeviceSnapshot With(this DeviceSnapshot device, params IEnumerable<PublishedValue> values) => device with { Values = [.. values] };

    public static MeterSnapshot With(this MeterSnapshot snapshot, params IEnumerable<DeviceSnapshot> devices) => snapshot with { Devices = [.. devices] };
}
