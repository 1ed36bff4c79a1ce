using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>An entity of the bridge's own device.</summary>
/// <param name="Id">Its part of the ids.</param>
/// <param name="Platform"><c>sensor</c> or <c>binary_sensor</c>.</param>
/// <param name="Names">Its names.</param>
/// <param name="DeviceClass">Device class, or null.</param>
/// <param name="Template">How its state is taken from the topic, or null.</param>
/// <param name="Icon">Icon, or null for the device class's own.</param>
/// <param name="IsTheState">Whether it is the bridge's state itself, which must not vanish when it is "offline".</param>
sealed record BridgeEntity(string Id, string Platform, Names Names, string? DeviceClass, string? Template, string? Icon, bool IsTheState = false)
{
    /// <summary>Its topic.</summary>
    public string TopicIn(Topics topics) => IsTheState ? topics.BridgeState : topics.BridgeInfo;
}

/// <summary>
/// What the bridge says of itself. The retained JSON on <see cref="Topics.BridgeInfo"/> has these keys, all of them always:
/// <c>version</c> (text), <c>started_at</c> (ISO 8601 with offset), <c>meters</c> (list of objects with the <c>name</c> of each).
/// </summary>
static class BridgeEntities
{
    public static readonly ImmutableArray<BridgeEntity> All =
    [
        new("state", "binary_sensor", new Names("Connection", "Verbinding", "Connexion", "Verbindung"),
            "connectivity", null, null, IsTheState: true),
        new("version", "sensor", new Names("Version", "Versie", "Version", "Version"),
            null, "{{ value_json.version }}", "mdi:tag-outline"),
        new("started_at", "sensor", new Names("Started", "Gestart", "Démarré", "Gestartet"),
            "timestamp", "{{ value_json.started_at }}", null),
        new("meters", "sensor", new Names("Meters", "Meters", "Compteurs", "Zähler"),
            null, "{{ (value_json.meters | map(attribute='name') | join(', '))[:255] }}", "mdi:meter-electric-outline"),
    ];
}
