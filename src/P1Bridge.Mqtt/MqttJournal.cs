namespace P1Bridge.Mqtt;

/// <summary>When what is written to the journal is forced onto the disk (fsync).</summary>
public enum MqttJournalFlush
{
    /// <summary>After each batch: what <see cref="ManagedMqttClient.FlushAsync"/> confirms survives a power failure.</summary>
    EveryBatch,

    /// <summary>Once a second: a power failure costs the last second. Spares an SD card.</summary>
    EverySecond,

    /// <summary>When the operating system likes: survives the end of the process, but not a power failure.</summary>
    OperatingSystem,
}

/// <summary>What happens to History that finds no room.</summary>
public enum MqttHistoryOverflow
{
    /// <summary>The oldest waiting message makes room.</summary>
    DropOldest,

    /// <summary>The new message is not taken in.</summary>
    DropNew,

    /// <summary>
    /// <see cref="IManagedMqttClient.OfferAsync"/> and <see cref="IManagedMqttClient.EnqueueAsync"/> wait for room; <see cref="IManagedMqttClient.Enqueue"/>, which never waits, drops
    /// the new message.
    /// </summary>
    Block,
}

/// <summary>How the journal of History is.</summary>
public sealed record MqttJournalHealth
{
    /// <summary>Its folder; null when History is kept in memory by choice.</summary>
    public string? Directory { get; init; }

    /// <summary>Size of its segments in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Number of its segments.</summary>
    public int Segments { get; init; }

    /// <summary>Since when messages are kept in memory only because the disk does not take them; null: they are on disk.</summary>
    public DateTimeOffset? MemoryOnlySince { get; init; }

    /// <summary>Why, and what to do about it; null: they are on disk.</summary>
    public string? MemoryOnlyReason { get; init; }

    /// <summary>Segments that were found damaged at the start: what stood behind the damage is lost to delivery.</summary>
    public int Damaged { get; init; }

    /// <summary>Copies of damaged segments (<c>*.bad</c>) in the folder, kept for a person to look at or delete; at most 8.</summary>
    public int Quarantined { get; init; }
}
