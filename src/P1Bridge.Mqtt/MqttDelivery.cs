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

    /// <summary>The broker does not take it: refused, or the connection broke each time that it was sent.</summary>
    Refused,

    /// <summary>Not sent before the client stopped.</summary>
    Abandoned,
}
