namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>A message as the journal keeps it. Times are wall time: the process that reads them is not the one that wrote them.</summary>
/// <param name="Sequence">Place in the order of acceptance; rises without repetition over all segments.</param>
/// <param name="Delivery">Its class.</param>
/// <param name="Enqueued">When it was accepted; kept to the millisecond.</param>
/// <param name="Expires">From when on it is of no use; null: never. Kept to the millisecond.</param>
/// <param name="Message">What is to be published.</param>
sealed record StoredMessage(long Sequence, MqttDelivery Delivery, DateTimeOffset Enqueued, DateTimeOffset? Expires, MqttMessage Message);

/// <summary>Messages that need not be delivered any more: all from the first to the last sequence, both included.</summary>
readonly record struct DoneRange(long First, long Last);

/// <summary>What stands at one place of a segment.</summary>
enum RecordState
{
    /// <summary>A whole record with a right checksum.</summary>
    Good,

    /// <summary>Nothing: the segment ends here.</summary>
    End,

    /// <summary>The beginning of a record that the segment's end cuts off, as a crash in the middle of a write leaves it.</summary>
    Torn,

    /// <summary>Bytes that are no record: the checksum is wrong, or the content makes no sense.</summary>
    Bad,
}
