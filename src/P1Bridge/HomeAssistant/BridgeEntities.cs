using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>Where an entity of the bridge takes its state from.</summary>
enum BridgeTopic
{
    /// <summary>The bridge's state itself, which must not vanish when it is "offline".</summary>
    State,

    /// <summary>The retained JSON about the program.</summary>
    Info,

    /// <summary>The counters, sent each minute and after each start of Home Assistant.</summary>
    Health,

    /// <summary>No state: it is pressed.</summary>
    Command,
}

/// <summary>An entity of the bridge's own device.</summary>
/// <param name="Id">Its part of the ids.</param>
/// <param name="Names">Its names.</param>
/// <param name="Topic">Where its state comes from.</param>
/// <param name="Entity">How Home Assistant shows it.</param>
/// <param name="Template">How its state is taken from the topic, or null.</param>
sealed record BridgeEntity(string Id, Names Names, BridgeTopic Topic, HomeAssistantEntity Entity, string? Template)
{
    /// <summary>Its topic.</summary>
    public string TopicIn(Topics topics) => Topic switch
    {
        BridgeTopic.State => topics.BridgeState,
        BridgeTopic.Info => topics.BridgeInfo,
        BridgeTopic.Health => topics.BridgeHealth,
        _ => topics.BridgeCommand,
    };
}

/// <summary>
/// What the bridge says of itself. The retained JSON on <see cref="Topics.BridgeInfo"/> has these keys, all of them always:
/// <c>version</c> (text), <c>started_at</c> (ISO 8601 with offset), <c>meters</c> (list of objects with the <c>name</c> of each). The one on
/// <see cref="Topics.BridgeHealth"/> has, for each meter, <c>telegram_age_seconds</c> (null before the first), <c>crc_errors</c> and the list
/// <c>unknown</c>.
/// </summary>
static class BridgeEntities
{
    static readonly ImmutableArray<BridgeEntity> OfTheBridge =
    [
        new("state", new Names("Connection", "Verbinding", "Connexion", "Verbindung"),
            BridgeTopic.State, Diagnostic("binary_sensor") with { DeviceClass = "connectivity" }, null),
        new("version", new Names("Version", "Versie", "Version", "Version"),
            BridgeTopic.Info, Diagnostic() with { Icon = "mdi:tag-outline" }, "{{ value_json.version }}"),
        new("started_at", new Names("Started", "Gestart", "Démarré", "Gestartet"),
            BridgeTopic.Info, Diagnostic() with { DeviceClass = "timestamp" }, "{{ value_json.started_at }}"),
        new("meters", new Names("Meters", "Meters", "Compteurs", "Zähler"),
            BridgeTopic.Info, Diagnostic() with { Icon = "mdi:meter-electric-outline" }, "{{ (value_json.meters | map(attribute='name') | join(', '))[:255] }}"),
        new("announce", new Names("Announce again", "Opnieuw aankondigen", "Annoncer à nouveau", "Erneut ankündigen"),
            BridgeTopic.Command, Diagnostic("button") with { Icon = "mdi:bullhorn-outline" }, null),
    ];

    /// <summary>The connection of the bridge.</summary>
    public static BridgeEntity State => OfTheBridge[0];

    /// <summary>The bridge's own, then the line quality of each meter.</summary>
    public static ImmutableArray<BridgeEntity> Of(IEnumerable<string> meters)
        => [.. OfTheBridge, .. meters.SelectMany(OfMeter)];

    /// <summary>A meter with the usual name is not named: most houses have one.</summary>
    static IEnumerable<BridgeEntity> OfMeter(string meter)
    {
        var isUsual = new DiscoveryMeter(meter).HasUsualName;
        var (prefix, suffix) = isUsual ? ("", "") : ($"{meter}_", $" ({meter})");
        var json = $"value_json.meters['{meter}']";
        yield return new($"{prefix}telegram_age", Named("Telegram age", "Ouderdom telegram", "Âge du télégramme", "Alter des Telegramms"),
            BridgeTopic.Health, Number("measurement") with { DeviceClass = "duration", Unit = "s", Precision = 0 }, $"{{{{ {json}.telegram_age_seconds }}}}");
        yield return new($"{prefix}crc_errors", Named("CRC errors", "CRC-fouten", "Erreurs CRC", "CRC-Fehler"),
            BridgeTopic.Health, Number("total_increasing") with { Icon = "mdi:alert-circle-outline" }, $"{{{{ {json}.crc_errors }}}}");
        yield return new($"{prefix}unknown_objects", Named("Unknown objects", "Onbekende objecten", "Objets inconnus", "Unbekannte Objekte"),
            BridgeTopic.Health, Number("measurement") with { Icon = "mdi:help-circle-outline" }, $"{{{{ {json}.unknown | count }}}}");

        Names Named(string english, string dutch, string french, string german) => new(english + suffix, dutch + suffix, french + suffix, german + suffix);
    }

    static HomeAssistantEntity Diagnostic(string platform = "sensor") => new() { Platform = platform, Category = "diagnostic" };

    static HomeAssistantEntity Number(string stateClass) => Diagnostic() with { StateClass = stateClass };
}
