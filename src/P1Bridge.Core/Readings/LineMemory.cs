using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>
/// Reads telegrams into a <see cref="ReadingSet"/>, and of each telegram that is laid out like the one before only what changed: a meter
/// sends the same objects in the same places for years, and most of its digits stay the same from one second to the next.
/// </summary>
/// <remarks>
/// Exactly equal to reading all of it. Bytes outside value groups must be the same, and within them only digits and letters may give
/// way to digits and letters; then every line is cut as before and is the same object as before, and what it holds is read anew if a byte of
/// it changed. With anything else, and after a telegram that was refused or named an object twice, everything is read.
/// </remarks>
sealed class LineMemory(ReadingSet readings)
{
    /// <summary>Stands for the slot of an object that the catalogue does not know.</summary>
    const int Unknown = -1;

    readonly ReadingSet _readings = readings;
    readonly List<Line> _lines = [];
    readonly List<ObisReference> _unknown = [];
    byte[] _telegram = [];
    int _length;

    /// <summary>The value groups of an object: where they start and end in the telegram, and the slot that they fill.</summary>
    readonly record struct Line(int Start, int End, int Slot);

    /// <summary>Lines of the telegram read last that are no data objects.</summary>
    public int BadLines { get; private set; }

    /// <summary>Reads a telegram, '/' to '!'. True when that took no more than reading its changes.</summary>
    public bool Read(ReadOnlySpan<byte> telegram)
    {
        var isLikeBefore = TryReadChanges(telegram);
        if (!isLikeBefore) ReadAll(telegram);
        return isLikeBefore;
    }

    /// <summary>Reads all of the next telegram: what the slots hold is not to be built upon.</summary>
    public void Forget() => _length = 0;

    void ReadAll(ReadOnlySpan<byte> telegram)
    {
        _lines.Clear();
        _unknown.Clear();
        BadLines = 0;
        _readings.Begin();
        var collector = new Collector(this);
        TelegramParser.Parse(telegram, ref collector);
        if (_telegram.Length < telegram.Length) _telegram = new byte[telegram.Length];
        telegram.CopyTo(_telegram);
        // Of an object that is there twice the last line counts; which one that was would have to be remembered too.
        _length = _readings.Duplicates == 0 ? telegram.Length : 0;
    }

    bool TryReadChanges(ReadOnlySpan<byte> telegram)
    {
        if (telegram.Length != _length) return false;
        var before = _telegram.AsSpan(0, _length);
        var next = 0;
        for (var at = before.CommonPrefixLength(telegram); at < _length;)
        {
            while (next < _lines.Count && _lines[next].End <= at) next++;
            if (next == _lines.Count) return false;
            var (start, end, slot) = _lines[next];
            if (at < start || !HasSameShape(before[at..end], telegram[at..end])) return false;
            if (slot != Unknown) _readings.Refill(slot, telegram[start..end]);
            telegram[at..end].CopyTo(before[at..]);
            at = end + before[end..].CommonPrefixLength(telegram[end..]);
        }
        foreach (var reference in _unknown)
            _readings.CountUnknown(reference);
        return true;
    }

    /// <summary>
    /// Whether lines and groups are cut in the same places, because only digits and letters changed: parentheses and line ends come
    /// before them in ASCII.
    /// </summary>
    static bool HasSameShape(ReadOnlySpan<byte> before, ReadOnlySpan<byte> now)
    {
        for (var i = 0; i < before.Length && i < now.Length; i++)
        {
            if (before[i] != now[i] && Math.Min(before[i], now[i]) < '0') return false;
        }
        return true;
    }

    readonly struct Collector(LineMemory memory) : IDataObjectHandler
    {
        public void OnHeader(ReadOnlySpan<byte> header)
        {
        }

        public void OnObject(in DataObject dataObject)
        {
            var slot = memory.Add(dataObject);
            memory._lines.Add(new Line(dataObject.GroupsOffset, dataObject.GroupsOffset + dataObject.Groups.Length, slot));
        }

        public void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault)
        {
            memory.BadLines++;
            memory._readings.AddBadLine(line);
        }
    }

    int Add(in DataObject dataObject)
    {
        if (_readings.TryAdd(dataObject, out var slot)) return slot;
        _readings.CountUnknown(dataObject.Reference);
        _unknown.Add(dataObject.Reference);
        return Unknown;
    }
}
