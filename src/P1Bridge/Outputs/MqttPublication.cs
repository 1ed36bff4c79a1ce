using System.Text;

namespace P1Bridge.Outputs;

/// <summary>What a message is to the broker connection.</summary>
enum MessageKind
{
    /// <summary>A value: only the latest of a topic counts.</summary>
    State,

    /// <summary>Discovery, availability: like a value, but sent first.</summary>
    Control,

    /// <summary>Worth something only now; dropped while the broker is away.</summary>
    Live,

    /// <summary>A record: kept, on disk too, until the broker has it; in order.</summary>
    History,
}

/// <summary>One message for the broker. A null payload erases a retained topic.</summary>
readonly record struct MqttPublication(string Topic, string? Payload, bool Retain, MessageKind Kind);

/// <summary>One message from the broker; retained ones were there before the subscription.</summary>
readonly record struct MqttArrival(string Topic, ReadOnlyMemory<byte> Payload, bool IsRetained)
{
    /// <summary>The payload as UTF-8 text; what is none becomes replacement characters.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);
}

/// <summary>Hands a message to the broker connection; returns at once.</summary>
delegate void PublishMessage(MqttPublication message);

/// <summary>Hands a record to the broker connection; where nothing may be dropped, it completes when there is room.</summary>
delegate Task RecordMessage(MqttPublication message, CancellationToken cancellation);
