namespace P1Bridge.Mqtt.Managed;

/// <summary>An enqueued message on its way through queue and window.</summary>
sealed class Entry(MqttMessage message, MqttDelivery delivery, long enqueued)
{
    // What keeping a message costs beside its own bytes, roughly: it keeps many tiny ones within the byte bound.
    const int Overhead = 200;

    /// <summary>From so many breaks on, a message is suspected of causing them.</summary>
    public const int SuspectAfter = 2;

    public MqttMessage Message => message;

    public MqttDelivery Delivery => delivery;

    /// <summary>Monotonic time of enqueueing.</summary>
    public long Enqueued => enqueued;

    public int Size { get; } = message.Payload.Length + 2 * message.Topic.Length + Overhead;

    /// <summary>Monotonic time of handing to the link.</summary>
    public long Sent { get; set; }

    /// <summary>Place in the order of sending.</summary>
    public long Order { get; set; }

    /// <summary>How often the connection broke while this message was under way.</summary>
    public int Breaks { get; set; }

    /// <summary>How often it was the only one under way, on a connection that had delivered others.</summary>
    public int LonelyBreaks { get; set; }

    public bool IsSuspect => Breaks >= SuspectAfter;

    /// <summary>Tells the caller what became of it; null when nobody asked.</summary>
    public TaskCompletionSource<MqttOutcome>? Handle { get; init; }
}
