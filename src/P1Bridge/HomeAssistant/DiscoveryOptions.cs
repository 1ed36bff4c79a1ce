using System.Collections.Immutable;
using P1Bridge.Core.Publishing;

namespace P1Bridge.HomeAssistant;

/// <summary>How the bridge shows itself to Home Assistant. Everything but the names stays the same in every language.</summary>
sealed record DiscoveryOptions
{
    /// <summary>The discovery prefix set in Home Assistant's MQTT integration; topic levels without wildcards.</summary>
    public string Prefix { get; init; } = "homeassistant";

    /// <summary>Where Home Assistant says that it has started; a setting of its own, independent of the prefix.</summary>
    public string StatusTopic { get; init; } = "homeassistant/status";

    /// <summary>What it says there.</summary>
    public string BirthPayload { get; init; } = "online";

    /// <summary>The language of the names: one of <see cref="Core.Measurements.Names.Languages"/>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>What the entity ids begin with: <c>sensor.p1_power</c>. Empty for nothing.</summary>
    public string EntityPrefix { get; init; } = "p1";

    /// <summary>The configured meters; the bridge's device shows how each one's line fares.</summary>
    public ImmutableArray<string> Meters { get; init; } = [new MeterPipelineOptions().Name];

    /// <summary>Entities that the user wants otherwise.</summary>
    public EntityOverrides Overrides { get; init; } = EntityOverrides.None;
}

/// <summary>
/// One message for a discovery topic, retained. A null payload removes the device from Home Assistant.
/// </summary>
/// <param name="Topic">The device's topic.</param>
/// <param name="Payload">JSON with full key names.</param>
sealed record DiscoveryMessage(string Topic, string? Payload);
