namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>Sequences that are done, as ranges: delivery is in order nearly always, so that a few ranges say it all. No I/O.</summary>
sealed class DoneSet
{
    readonly SortedList<long, long> _lastByFirst = [];

    public int Count => _lastByFirst.Count;

    public IEnumerable<DoneRange> Ranges => _lastByFirst.Select(range => new DoneRange(range.Key, range.Value));

    public void Add(long sequence) => Add(new DoneRange(sequence, sequence));

    public void Add(DoneRange added)
    {
        var (first, last) = (added.First, added.Last);
        if (first > last) return;
        var at = IndexOfLastBeginningAtOrBefore(first);
        // A neighbour without a gap between is part of the same range.
        if (at >= 0 && _lastByFirst.Values[at] >= first - 1) (first, last) = (_lastByFirst.Keys[at], Math.Max(last, _lastByFirst.Values[at]));
        else at++;
        while (at < _lastByFirst.Count && _lastByFirst.Keys[at] <= last + 1)
        {
            last = Math.Max(last, _lastByFirst.Values[at]);
            _lastByFirst.RemoveAt(at);
        }
        _lastByFirst[first] = last;
    }

    public bool Contains(long sequence)
    {
        var at = IndexOfLastBeginningAtOrBefore(sequence);
        return at >= 0 && _lastByFirst.Values[at] >= sequence;
    }

    public void Clear() => _lastByFirst.Clear();

    int IndexOfLastBeginningAtOrBefore(long sequence)
    {
        int low = 0, high = _lastByFirst.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_lastByFirst.Keys[middle] <= sequence) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }
}
