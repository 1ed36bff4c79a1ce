namespace P1Bridge.Configuration;

/// <summary>Files for openHAB.</summary>
sealed record OpenHabOptions
{
    /// <summary>openHAB's conf folder; empty: none.</summary>
    public string Directory { get; init; } = "";

    /// <summary>Whether the running bridge writes the files when the meter sends something else than before.</summary>
    public bool OnChange { get; init; } = true;

    /// <summary><c>5</c> or <c>4.3</c>.</summary>
    public string Version { get; init; } = "5";

    /// <summary>Things and items as one YAML file, which openHAB 5.2 reads.</summary>
    public bool AsYaml { get; init; }

    /// <summary>UID of the broker thing that openHAB has already; empty: the files define one.</summary>
    public string Broker { get; init; } = "";

    /// <summary>First part of all item names.</summary>
    public string Prefix { get; init; } = "P1";

    /// <summary>Language of the labels: en, nl, fr or de.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Folder of the user's own templates; empty: none.</summary>
    public string Templates { get; init; } = "";

    /// <summary>Whether the running bridge keeps files up to date.</summary>
    public bool IsKept => Directory.Length > 0 && OnChange;
}

/// <summary>One kind of message made from templates.</summary>
sealed record MessageOptions
{
    /// <summary>Template of the topic.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Where the topic's template is from, for messages about mistakes.</summary>
    public string TopicPlace { get; init; } = "";

    /// <summary>Template of the payload.</summary>
    public string Payload { get; init; } = "";

    /// <summary>Where the payload's template is from, for messages about mistakes.</summary>
    public string PayloadPlace { get; init; } = "";

    public MessageScope Each { get; init; }

    /// <summary>Name of the broker; empty: the first one.</summary>
    public string Broker { get; init; } = "";

    public bool Retain { get; init; }
    public TimeSpan MinimumInterval { get; init; }
}

/// <summary>What a message is made for.</summary>
enum MessageScope
{
    /// <summary>A telegram of a configured meter.</summary>
    Meter,

    /// <summary>A meter behind it: gas, water, heat.</summary>
    SubMeter,
}
