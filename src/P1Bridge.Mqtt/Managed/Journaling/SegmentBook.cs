namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>One file of the journal.</summary>
sealed class Segment(string path, long firstSequence)
{
    public string Path => path;

    public long FirstSequence => firstSequence;

    public long Bytes { get; set; }

    /// <summary>Messages in it that are not done.</summary>
    public int Live { get; set; }
}

/// <summary>
/// Which segments there are and how many of their messages still matter. A segment is of no use when all its messages are done and it is
/// the oldest: a later one may hold the marks of an earlier one, and must not go before it. No I/O.
/// </summary>
sealed class SegmentBook
{
    readonly List<Segment> _segments = [];

    public int Count => _segments.Count;

    public long Bytes => _segments.Sum(segment => segment.Bytes);

    /// <summary>The segment that is written to; the last one.</summary>
    public Segment? Last => _segments.Count > 0 ? _segments[^1] : null;

    public void Add(Segment segment) => _segments.Add(segment);

    public void Done(long sequence)
    {
        if (Find(sequence) is { } segment) segment.Live--;
    }

    /// <summary>The oldest segment when it may be deleted; the one that is written to only from <paramref name="keptSize"/> bytes on.</summary>
    public Segment? Removable(long keptSize)
    {
        if (_segments.Count == 0 || _segments[0].Live > 0) return null;
        return _segments.Count > 1 || _segments[0].Bytes >= keptSize ? _segments[0] : null;
    }

    public void Remove(Segment segment) => _segments.Remove(segment);

    Segment? Find(long sequence)
    {
        int low = 0, high = _segments.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_segments[middle].FirstSequence <= sequence) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? null : _segments[low - 1];
    }
}
