namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>What a segment holds, up to its first record that cannot be read. No I/O.</summary>
sealed class SegmentScan
{
    SegmentScan(string? error) => HeaderError = error;

    /// <summary>Why nothing of it can be read; null when its header is in order.</summary>
    public string? HeaderError { get; }

    public long FirstSequence { get; private init; }

    public List<StoredMessage> Messages { get; } = [];

    public List<DoneRange> Done { get; } = [];

    /// <summary>Bytes up to the end of the last good record.</summary>
    public int GoodLength { get; private set; }

    /// <summary><see cref="RecordState.End"/> when all of it is good.</summary>
    public RecordState Ending { get; private set; }

    public static SegmentScan Of(ReadOnlyMemory<byte> segment, TopicCache topics)
    {
        if (JournalFormat.HeaderError(segment.Span) is { } error) return new SegmentScan(error);
        var scan = new SegmentScan(error: null) { FirstSequence = JournalFormat.FirstSequence(segment.Span), GoodLength = JournalFormat.HeaderSize };
        while ((scan.Ending = JournalFormat.Read(segment.Span[scan.GoodLength..], out var size)) == RecordState.Good)
        {
            if (scan.Take(segment.Slice(scan.GoodLength, size), topics)) continue;
            scan.Ending = RecordState.Bad;
            break;
        }
        return scan;
    }

    bool Take(ReadOnlyMemory<byte> record, TopicCache topics)
    {
        if (!JournalFormat.TryDecode(record, topics, out var message, out var done)) return false;
        if (message is not null) Messages.Add(message);
        if (done is { } range) Done.Add(range);
        GoodLength += record.Length;
        return true;
    }
}
