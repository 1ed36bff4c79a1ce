namespace P1Bridge.Mqtt;

/// <summary>What the managed client is doing.</summary>
public enum ManagedMqttState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Opening a connection.</summary>
    Connecting,

    /// <summary>Connected; subscriptions and kept messages are being restored.</summary>
    Resuming,

    /// <summary>Connected, subscriptions stand.</summary>
    Online,

    /// <summary>Waiting before the next attempt.</summary>
    Backoff,

    /// <summary>
    /// Another client uses the client identifier: this one keeps away for the longest interval, so that the two do not drive each other
    /// out without end. A person must stop one of them or give it another identifier.
    /// </summary>
    StoodDown,

    /// <summary>Stopping: the last messages are on their way.</summary>
    Draining,
}

/// <summary>The state, why, and since when.</summary>
/// <param name="State">What the client is doing.</param>
/// <param name="Reason">Why, in words for the user, without secrets.</param>
/// <param name="Since">When it began.</param>
public sealed record ManagedMqttStatus(ManagedMqttState State, string Reason, DateTimeOffset Since)
{
    /// <summary>The kind of failure behind <see cref="ManagedMqttState.Backoff"/> and <see cref="ManagedMqttState.StoodDown"/>.</summary>
    public MqttFailure? Failure { get; init; }

    /// <summary>True when only a changed configuration, here or at the broker, can help; attempts go on at the longest interval.</summary>
    public bool IsConfigurationProblem { get; init; }

    /// <summary>In <see cref="ManagedMqttState.Backoff"/> and <see cref="ManagedMqttState.StoodDown"/>: the time until the next attempt, counted from <see cref="Since"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>A connection stands and subscriptions are in place: the moment for birth messages.</summary>
/// <param name="SessionPresent">The broker resumed the session of an earlier connection.</param>
/// <param name="Count">How many times the client has been online, this one included.</param>
public sealed record MqttOnline(bool SessionPresent, long Count)
{
    /// <summary>The broker keeps the session after the connection: see <see cref="MqttConnectResult.KeepsSession"/>.</summary>
    public bool KeepsSession { get; init; }

    /// <summary>What the user should know about this connection, one sentence each: see <see cref="MqttConnectResult.Notices"/>.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}
