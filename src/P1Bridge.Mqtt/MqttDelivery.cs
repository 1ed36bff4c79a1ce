namespace P1Bridge.Mqtt;

/// <summary>What a message is worth while the broker is away.</summary>
public enum MqttDelivery
{
    /// <summary>
    /// A state: only the latest value per topic waits. Retained ones are kept and sent again after each reconnect, because a
    /// broker without persistence forgets them.
    /// </summary>
    State,

    /// <summary>Discovery and availability: like <see cref="State"/>, but sent before it, and the last to be dropped.</summary>
    Control,

    /// <summary>Only of use now: dropped when the broker is away, lost with the connection. Mostly sent with QoS 0.</summary>
    Live,

    /// <summary>
    /// A record: durable, in order, at least once, also over the end of the process when there is a journal. Sent behind State and
    /// Control; after an outage at a limited rate. QoS 0 is raised to 1: else nobody would say that it has arrived.
    /// </summary>
    History,
}

/// <summary>What became of an enqueued message.</summary>
public enum MqttOutcome
{
    /// <summary>QoS 0: written to the network. QoS 1 and 2: acknowledged by the broker.</summary>
    Delivered,

    /// <summary>A newer value of the same topic took its place.</summary>
    Superseded,

    /// <summary><see cref="MqttDelivery.Live"/> while the broker is away, or on a connection that broke.</summary>
    DroppedOffline,

    /// <summary>The queue was full.</summary>
    DroppedQueueFull,

    /// <summary>Its time had run out before it could be sent.</summary>
    Expired,

    /// <summary>The broker does not take it: refused, too large, or the connection broke each time that it was sent.</summary>
    Refused,

    /// <summary>Not sent before the client stopped. History that is in the journal is sent after the next start.</summary>
    Abandoned,
}

/// <summary>What became of an enqueued message, and why.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="ReasonCode">The broker's reason code, where it gave one.</param>
/// <param name="Reason">Why it was given up, in words for the user; null when it was delivered.</param>
public readonly record struct MqttResult(MqttOutcome Outcome, MqttReasonCode? ReasonCode = null, string? Reason = null);

/// <summary>A message that is given up because the broker does not take it.</summary>
/// <param name="Message">The message.</param>
/// <param name="ReasonCode">The broker's reason code, where it gave one.</param>
/// <param name="Reason">Why, in words for the user.</param>
public sealed record MqttRefusal(MqttMessage Message, MqttReasonCode? ReasonCode, string Reason)
{
    /// <summary>The message's topic.</summary>
    public string Topic => Message.Topic;
}
