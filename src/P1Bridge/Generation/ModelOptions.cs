using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Generation;

/// <summary>What decides how a template model looks, beside what the meters send.</summary>
sealed record ModelOptions
{
    public const string DefaultBroker = "mqtt:broker:p1bridge";
    public const string DefaultPrefix = "P1";

    /// <summary>The topics of the bridge.</summary>
    public required Topics Topics { get; init; }

    /// <summary>en, nl, fr or de.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Which openHAB reads the files.</summary>
    public OpenHabVersion Version { get; init; } = OpenHabVersion.Five;

    /// <summary>UID of the broker thing.</summary>
    public string Broker { get; init; } = DefaultBroker;

    /// <summary>Whether the files define the broker thing.</summary>
    public bool DefinesBroker { get; init; } = true;

    /// <summary>First part of all item names.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    /// <summary>The broker as this bridge reaches it.</summary>
    public BrokerAddress Address { get; init; } = new("localhost", 1883, IsEncrypted: false, NeedsLogin: false);

    /// <summary>First part of the entity ids in Home Assistant.</summary>
    public string EntityPrefix { get; init; } = "p1";

    /// <summary>What the user wants otherwise of Home Assistant's entities.</summary>
    public EntityOverrides Overrides { get; init; } = EntityOverrides.None;

    /// <summary>
    /// After so many minutes without a message a live value is unknown: longer than the bridge takes to repeat an unchanged one. Null: never,
    /// because it does not repeat them.
    /// </summary>
    public int? ExpireMinutes { get; init; } = 25;

    /// <summary>Whether the attributes of Home Assistant's entities are published, as topics beside the values.</summary>
    public bool HasAttributes { get; init; }

    /// <summary>The command that makes the files anew.</summary>
    public string Command { get; init; } = "p1bridge generate-openhab";

    /// <summary>The minutes of <see cref="ExpireMinutes"/> for how often the bridge repeats live values; zero: never.</summary>
    public static int? ExpireMinutesOf(TimeSpan repeatAfter)
        => repeatAfter == TimeSpan.Zero ? null : Math.Max(5, (int)Math.Ceiling(repeatAfter.TotalMinutes * 2.5));
}

/// <summary>Where a broker is.</summary>
sealed record BrokerAddress(string Host, int Port, bool IsEncrypted, bool NeedsLogin);
