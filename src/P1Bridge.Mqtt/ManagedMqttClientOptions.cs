namespace P1Bridge.Mqtt;

/// <summary>How the managed client queues, retries and stops.</summary>
public sealed record ManagedMqttClientOptions
{
    /// <summary>The broker and how to connect.</summary>
    public MqttClientOptions Client { get; init; } = new();

    /// <summary>Upper bound of the first wait after a failure; each further one doubles it. 1 ms to 1 h. Default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Upper bound of every wait, and the wait after a configuration problem; not below <see cref="FirstDelay"/>, at most 1 h.
    /// Default 60 s.
    /// </summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection must have stood for the waits to begin small again. 0 to 1 h. Default 60 s.</summary>
    public TimeSpan StablePeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The wait after another client with the same client identifier took the connection's place several times; 1 s to 24 h. Default 5 min.</summary>
    public TimeSpan EvictionDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most State, Control and Live messages that wait, and most that are kept for a reconnect; 1 to 1 000 000 each. Default 10 000.</summary>
    public int MaximumMessages { get; init; } = 10_000;

    /// <summary>Most bytes of them that wait, and most that are kept for a reconnect; 1 KiB to 1 GiB each. Default 16 MiB.</summary>
    public long MaximumBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most History that waits; 1 to 10 000 000. Default 100 000: a day of one telegram a second.</summary>
    public int MaximumHistoryMessages { get; init; } = 100_000;

    /// <summary>Most bytes of History that wait, in memory and (but for what is done and not deleted yet) on disk; 1 KiB to 16 GiB. Default 64 MiB.</summary>
    public long MaximumHistoryBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What happens to History that finds no room. Default: the oldest makes room.</summary>
    public MqttHistoryOverflow HistoryOverflow { get; init; }

    /// <summary>
    /// Most messages a second of the History that an outage has left, so that the broker and the way to it are not flooded; 0 (no limit)
    /// to 1 000 000. What was enqueued since the connection stands is not limited. Default 500.
    /// </summary>
    public int HistoryDrainRate { get; init; } = 500;

    /// <summary>
    /// Most messages a second, of all kinds; 0 (no limit) to 1 000 000. What is more waits: of State and Control the latest of each topic, all in
    /// turn. Repetitions on a resumed session and the last messages of a stop are not counted. Default 0.
    /// </summary>
    public int MaximumRate { get; init; }

    /// <summary>Most bytes of messages a second, topics included, properties not; 0 (no limit) to 1 GiB. A larger message goes alone. Default 0.</summary>
    public long MaximumByteRate { get; init; }

    /// <summary>
    /// Folder of the journal that keeps History over the end of the process; created when missing, one per client. Default null: History
    /// is kept in memory only.
    /// </summary>
    public string? JournalDirectory { get; init; }

    /// <summary>When the journal is forced onto the disk. Default: after each batch.</summary>
    public MqttJournalFlush JournalFlush { get; init; }

    /// <summary>Size from which on the journal begins a new segment; 4 KiB to 1 GiB. Default 4 MiB.</summary>
    public long JournalSegmentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How often a disk that does not take the journal is tried again; 10 ms to 1 h. Default 10 s.</summary>
    public TimeSpan JournalRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most messages under way without acknowledgement; 1 to 1000. Default 100.</summary>
    public int MaximumInFlight { get; init; } = 100;

    /// <summary>A connection on which an acknowledgement is missing for this long is closed; 1 s to 1 h. Default 60 s.</summary>
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often a message may be under way when the connection breaks, the last times alone, before it is given up as the cause;
    /// 3 to 100. So often too it is sent to a broker that answers "not now". Default 5.
    /// </summary>
    public int MaximumAttempts { get; init; } = 5;

    /// <summary>Most filters in one SUBSCRIBE or UNSUBSCRIBE; 1 to 1000. Default 8, which every broker takes.</summary>
    public int FiltersPerRequest { get; init; } = 8;

    /// <summary>Time for the answers to subscriptions before the client goes online without them; 1 s to 1 h. Default 10 s.</summary>
    public TimeSpan SubscribeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before a refused or unanswered filter is tried again; 1 s to 24 h. Default 5 min.</summary>
    public TimeSpan RefusedFilterDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks the values against their limits.</summary>
    /// <exception cref="ArgumentException">A value cannot work; the text names the option.</exception>
    public void Validate()
    {
        Client.Validate();
        var hour = TimeSpan.FromHours(1);
        Require(FirstDelay >= TimeSpan.FromMilliseconds(1) && FirstDelay <= hour, nameof(FirstDelay), "must be 1 ms to 1 h");
        Require(LongestDelay >= FirstDelay && LongestDelay <= hour, nameof(LongestDelay), "must be FirstDelay to 1 h");
        Require(StablePeriod >= TimeSpan.Zero && StablePeriod <= hour, nameof(StablePeriod), "must be 0 to 1 h");
        Require(MaximumMessages is >= 1 and <= 1_000_000, nameof(MaximumMessages), "must be 1 to 1000000");
        Require(MaximumBytes is >= 1024 and <= 1L << 30, nameof(MaximumBytes), "must be 1 KiB to 1 GiB");
        Require(MaximumHistoryMessages is >= 1 and <= 10_000_000, nameof(MaximumHistoryMessages), "must be 1 to 10000000");
        Require(MaximumHistoryBytes is >= 1024 and <= 16L << 30, nameof(MaximumHistoryBytes), "must be 1 KiB to 16 GiB");
        Require(Enum.IsDefined(HistoryOverflow), nameof(HistoryOverflow), "must be DropOldest, DropNew or Block");
        Require(HistoryDrainRate is >= 0 and <= 1_000_000, nameof(HistoryDrainRate), "must be 0 to 1000000");
        Require(MaximumRate is >= 0 and <= 1_000_000, nameof(MaximumRate), "must be 0 to 1000000");
        Require(MaximumByteRate is >= 0 and <= 1L << 30, nameof(MaximumByteRate), "must be 0 to 1 GiB");
        Require(JournalDirectory is not "", nameof(JournalDirectory), "must name a folder, or be null");
        Require(Enum.IsDefined(JournalFlush), nameof(JournalFlush), "must be EveryBatch, EverySecond or OperatingSystem");
        Require(JournalSegmentBytes is >= 4096 and <= 1L << 30, nameof(JournalSegmentBytes), "must be 4 KiB to 1 GiB");
        Require(JournalRetryDelay >= TimeSpan.FromMilliseconds(10) && JournalRetryDelay <= hour, nameof(JournalRetryDelay), "must be 10 ms to 1 h");
        Require(MaximumInFlight is >= 1 and <= 1000, nameof(MaximumInFlight), "must be 1 to 1000");
        Require(MaximumAttempts is >= 3 and <= 100, nameof(MaximumAttempts), "must be 3 to 100");
        Require(FiltersPerRequest is >= 1 and <= 1000, nameof(FiltersPerRequest), "must be 1 to 1000");
        Require(InSeconds(AcknowledgementTimeout, hour), nameof(AcknowledgementTimeout), "must be 1 s to 1 h");
        Require(InSeconds(SubscribeTimeout, hour), nameof(SubscribeTimeout), "must be 1 s to 1 h");
        Require(InSeconds(EvictionDelay, TimeSpan.FromDays(1)), nameof(EvictionDelay), "must be 1 s to 24 h");
        Require(InSeconds(RefusedFilterDelay, TimeSpan.FromDays(1)), nameof(RefusedFilterDelay), "must be 1 s to 24 h");
    }

    static bool InSeconds(TimeSpan value, TimeSpan longest) => value >= TimeSpan.FromSeconds(1) && value <= longest;

    static void Require(bool condition, string option, string rule)
    {
        if (!condition) throw new ArgumentException($"Option {option} {rule}.");
    }
}
