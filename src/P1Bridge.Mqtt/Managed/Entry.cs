using System.Text;
using P1Bridge.Mqtt.Managed.Journaling;

namespace P1Bridge.Mqtt.Managed;

/// <summary>An enqueued message on its way through queue and window.</summary>
sealed class Entry
{
    // What keeping a message costs beside its own bytes, roughly: it keeps many tiny ones within the byte bound.
    const int Overhead = 200;

    // First byte, remaining length, length of the topic, identifier, length of the properties; at most, and rounded.
    const int Header = 10;

    /// <summary>From so many breaks on, a message is suspected of causing them.</summary>
    public const int SuspectAfter = 2;

    // At most one of the two waits; each message costs memory.
    readonly object? _waiter;
    volatile bool _isDone;

    public Entry(MqttMessage message, MqttDelivery delivery, long enqueued)
    {
        (Message, Delivery, Enqueued) = (message, delivery, enqueued);
        Size = message.Payload.Length + 2 * message.Topic.Length + Overhead;
        Node = new LinkedListNode<Entry>(this);
    }

    public MqttMessage Message { get; }

    public MqttDelivery Delivery { get; }

    /// <summary>Monotonic time of enqueueing.</summary>
    public long Enqueued { get; }

    /// <summary>Wall time of enqueueing, for the journal.</summary>
    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Its one place: in a lane of the queue, or among those under way.</summary>
    public LinkedListNode<Entry> Node { get; }

    public int Size { get; }

    /// <summary>Bytes that it takes on the wire, but for properties.</summary>
    public int WireSize => Message.Payload.Length + Encoding.UTF8.GetByteCount(Message.Topic) + Header;

    /// <summary>Monotonic time of handing to the link.</summary>
    public long Sent { get; set; }

    /// <summary>How often the connection broke while this message was under way.</summary>
    public int Breaks { get; set; }

    /// <summary>How often it was the only one under way, on a connection that had delivered others.</summary>
    public int LonelyBreaks { get; set; }

    /// <summary>How often the broker said "not now".</summary>
    public int Retries { get; set; }

    /// <summary>Waited already when the present connection came up: it is sent at the limited rate.</summary>
    public bool IsBacklog { get; set; }

    /// <summary>Number in the journal; set by its writer, which alone uses it.</summary>
    public long Sequence { get; set; }

    /// <summary>The journal has it on disk; set and used by its writer alone.</summary>
    public bool IsWritten { get; set; }

    /// <summary>It need not be written or sent any more.</summary>
    public bool IsDone
    {
        get => _isDone;
        set => _isDone = value;
    }

    public bool IsSuspect => Breaks >= SuspectAfter;

    /// <summary>Tells the caller what became of it; null when nobody asked.</summary>
    public TaskCompletionSource<MqttResult>? Handle
    {
        get => _waiter as TaskCompletionSource<MqttResult>;
        init => _waiter ??= value;
    }

    /// <summary>Tells who waits for room that there is some (true), or that there will be none; null when nobody waits.</summary>
    public TaskCompletionSource<bool>? Room
    {
        get => _waiter as TaskCompletionSource<bool>;
        init => _waiter ??= value;
    }

    public bool IsExpired(TimeProvider time) => Message.Expiry is { } expiry && time.GetElapsedTime(Enqueued) >= expiry;

    /// <summary>What goes to the broker: of the expiry, what is left, in whole seconds.</summary>
    public MqttMessage ToSend(TimeProvider time) => Message.Expiry is { } expiry
        ? Message with { Expiry = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((expiry - time.GetElapsedTime(Enqueued)).TotalSeconds))) }
        : Message;

    public StoredMessage ToStored() => new(Sequence, Delivery, EnqueuedAt, EnqueuedAt + Message.Expiry, Message);

    /// <summary>
    /// Takes up a message of an earlier process: its age counts by the wall clock, and from here on by the monotonic one. A clock that
    /// was set back in between makes it young again, never older than it is.
    /// </summary>
    public static Entry FromStored(StoredMessage stored, TimeProvider time)
    {
        var age = time.GetUtcNow() - stored.Enqueued;
        if (age < TimeSpan.Zero) age = TimeSpan.Zero;
        var message = stored.Expires is { } expires ? stored.Message with { Expiry = expires - stored.Enqueued } : stored.Message;
        return new Entry(message, MqttDelivery.History, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency))
        {
            EnqueuedAt = stored.Enqueued,
            Sequence = stored.Sequence,
            IsWritten = true,
        };
    }
}
