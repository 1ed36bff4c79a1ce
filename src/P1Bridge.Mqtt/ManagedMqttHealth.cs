namespace P1Bridge.Mqtt;

/// <summary>Counters and figures of a managed client at one moment. Counters start at zero with the object.</summary>
public sealed record ManagedMqttHealth
{
    /// <summary>State, reason and time.</summary>
    public required ManagedMqttStatus Status { get; init; }

    /// <summary>True in <see cref="ManagedMqttState.Online"/>, and while draining with a connection.</summary>
    public bool IsConnected { get; init; }

    /// <summary>How many times the client has been online.</summary>
    public long Connects { get; init; }

    /// <summary>Failed attempts and lost connections by kind.</summary>
    public required IReadOnlyDictionary<MqttFailure, long> Failures { get; init; }

    /// <summary>Established connections that were lost, by the reason; each leads to a reconnect.</summary>
    public required IReadOnlyDictionary<MqttFailure, long> Reconnects { get; init; }

    /// <summary>Messages waiting, History among them.</summary>
    public int Queued { get; init; }

    /// <summary>Their size in bytes: topic, payload and a fixed share for keeping them.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Age of the oldest waiting message; zero when none waits.</summary>
    public TimeSpan OldestAge { get; init; }

    /// <summary>Of them, History that waits.</summary>
    public int QueuedHistory { get; init; }

    /// <summary>Size of the waiting History in bytes.</summary>
    public long QueuedHistoryBytes { get; init; }

    /// <summary>The journal of History.</summary>
    public MqttJournalHealth Journal { get; init; } = new();

    /// <summary>Messages sent and not yet acknowledged (QoS 0: not yet written).</summary>
    public int InFlight { get; init; }

    /// <summary>Retained messages kept for the next reconnect.</summary>
    public int Kept { get; init; }

    /// <summary>Ended messages by outcome; <see cref="MqttOutcome.Delivered"/> among them.</summary>
    public required IReadOnlyDictionary<MqttOutcome, long> Outcomes { get; init; }

    /// <summary>Messages received.</summary>
    public long Received { get; init; }

    /// <summary>From handing the last acknowledged QoS 1 or 2 message to the link until its acknowledgement; null before the first.</summary>
    public TimeSpan? LastAcknowledgementLatency { get; init; }

    /// <summary>Filters that the broker refuses at present.</summary>
    public required IReadOnlyList<string> RefusedSubscriptions { get; init; }

    /// <summary>Exceptions thrown by event handlers.</summary>
    public long HandlerFaults { get; init; }
}
