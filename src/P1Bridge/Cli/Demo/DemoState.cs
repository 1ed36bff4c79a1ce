using System.Collections.Immutable;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Cli.Demo;

/// <summary>How the broker connection is.</summary>
enum DemoBrokerState
{
    Connecting,
    Connected,
    Away,
}

/// <summary>One message that went out.</summary>
/// <param name="Topic">Its whole topic.</param>
/// <param name="Payload">Its text; null when it erased the topic.</param>
/// <param name="Age">How long ago.</param>
readonly record struct DemoPublication(string Topic, string? Payload, TimeSpan Age);

/// <summary>One device announced to Home Assistant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entities">How many entities it has.</param>
readonly record struct DemoDevice(string Name, int Entities);

/// <summary>Everything that the demo shows at one moment; plain data.</summary>
sealed record DemoState
{
    /// <summary>The latest snapshot of each meter; empty until the first telegram.</summary>
    public ImmutableArray<MeterSnapshot> Meters { get; init; } = [];

    /// <summary>How the broker connection is.</summary>
    public DemoBrokerState Broker { get; init; }

    /// <summary>Why there is no connection; null while there is one or none was tried yet.</summary>
    public string? BrokerFault { get; init; }

    /// <summary>The broker's host.</summary>
    public string BrokerHost { get; init; } = "127.0.0.1";

    /// <summary>The broker's port.</summary>
    public int BrokerPort { get; init; } = 1883;

    /// <summary>The topic before all others.</summary>
    public string BaseTopic { get; init; } = "p1bridge";

    /// <summary>The last messages, newest first; more than fit are cut off.</summary>
    public ImmutableArray<DemoPublication> Publications { get; init; } = [];

    /// <summary>What was announced to Home Assistant.</summary>
    public ImmutableArray<DemoDevice> Devices { get; init; } = [];

    /// <summary>Accepted telegrams.</summary>
    public long Telegrams { get; init; }

    /// <summary>Telegrams with a wrong checksum.</summary>
    public long ChecksumErrors { get; init; }

    /// <summary>All messages that went out.</summary>
    public long Published { get; init; }

    /// <summary>Since the start.</summary>
    public TimeSpan Running { get; init; }
}
