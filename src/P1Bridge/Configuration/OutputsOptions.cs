namespace P1Bridge.Configuration;

/// <summary>Which outputs run.</summary>
sealed record OutputsOptions
{
    public MqttValuesOptions MqttValues { get; init; } = new();
    public MqttJsonOptions MqttJson { get; init; } = new();
    public IReadOnlyList<MessageOptions> Messages { get; init; } = [];
    public ConsoleOptions Console { get; init; } = new();
}

/// <summary>One topic per value.</summary>
sealed record MqttValuesOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Name of the broker; empty: the first one.</summary>
    public string Broker { get; init; } = "";
}

/// <summary>One JSON document per telegram.</summary>
sealed record MqttJsonOptions
{
    public bool Enabled { get; init; }

    /// <summary>Name of the broker; empty: the first one.</summary>
    public string Broker { get; init; } = "";

    /// <summary>Also publish each document as a record that no outage loses.</summary>
    public bool History { get; init; }

    public bool Retain { get; init; } = true;
    public TimeSpan MinimumInterval { get; init; }
}

/// <summary>Values on the terminal.</summary>
sealed record ConsoleOptions
{
    public bool Enabled { get; init; }
    public ConsoleFormat Format { get; init; } = ConsoleFormat.Table;
}

enum ConsoleFormat { Table, Lines }
