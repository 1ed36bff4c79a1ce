namespace P1Bridge.Core.Telegrams;

/// <summary>One value of a data object with the groups that belong to it; spans of the telegram.</summary>
public ref struct ObjectValue
{
    /// <summary><c>number*unit</c>, a bare number or a text.</summary>
    public ReadOnlySpan<byte> Content { get; set; }

    /// <summary>The time stamp that belongs to it: capture time, peak time, end of a failure. Empty for none.</summary>
    public ReadOnlySpan<byte> Time { get; set; }

    /// <summary>For monthly peaks: when the month was closed.</summary>
    public ReadOnlySpan<byte> ClosedAt { get; set; }

    /// <summary>The unit, where it has a group of its own (DSMR 2.2 and 3).</summary>
    public ReadOnlySpan<byte> UnitGroup { get; set; }

    /// <summary>DSMR 2.2 and 3: status of the reading.</summary>
    public ReadOnlySpan<byte> Status { get; set; }

    /// <summary>DSMR 2.2 and 3: capture period in minutes.</summary>
    public ReadOnlySpan<byte> Period { get; set; }

    /// <summary>DSMR 2.2 and 3: the object that was captured.</summary>
    public ReadOnlySpan<byte> Source { get; set; }
}

/// <summary>How the groups of a data object hang together.</summary>
public enum ObjectLayout
{
    /// <summary>Each group is a value.</summary>
    Plain,

    /// <summary>A time stamp, then its value.</summary>
    Timed,

    /// <summary>DSMR 3.0 P1 section 5.10: stamp, status, period, count, captured object, unit, value.</summary>
    OldCapture,

    /// <summary>A profile buffer: row count, captured objects, then rows of a stamp and one group per captured object.</summary>
    Buffer,
}

/// <summary>
/// Walks the values of a data object. The layout is read from the groups themselves, not from the reference, because one
/// reference has different layouts in different countries.
/// </summary>
public ref struct ObjectValues
{
    ValueGroups _groups;
    readonly int _columns;
    ObjectValue _current;

    /// <summary>Starts before the first value of <paramref name="dataObject"/>.</summary>
    public ObjectValues(in DataObject dataObject) : this(dataObject.Groups)
    {
    }

    /// <summary>Starts before the first value of these groups.</summary>
    internal ObjectValues(ReadOnlySpan<byte> groups)
    {
        _groups = new ValueGroups(groups);
        (Layout, _columns) = Detect(_groups);
        for (var skip = Layout == ObjectLayout.Buffer ? _columns + 1 : 0; skip > 0; skip--)
            _groups.MoveNext();
    }

    /// <summary>How the groups hang together.</summary>
    public ObjectLayout Layout { get; }

    /// <summary>The value stepped to.</summary>
    public readonly ObjectValue Current => _current;

    /// <summary>Steps to the next value; false after the last one. A buffer's incomplete last row is left out.</summary>
    public bool MoveNext()
    {
        _current = default;
        return Layout switch
        {
            ObjectLayout.Plain => NextPlain(),
            ObjectLayout.Timed => NextTimed(),
            ObjectLayout.OldCapture => NextOldCapture(),
            _ => NextRow(),
        };
    }

    static (ObjectLayout Layout, int Columns) Detect(ValueGroups groups)
    {
        if (!groups.TryNext(out var first) || !groups.TryNext(out var second)) return (ObjectLayout.Plain, 0);
        if (MeterTime.HasShape(first))
        {
            for (var i = 0; i < 3; i++)
            {
                if (!groups.MoveNext()) return (ObjectLayout.Timed, 0);
            }
            return (IsReference(groups.Current) ? ObjectLayout.OldCapture : ObjectLayout.Timed, 0);
        }
        if (first.Length > 3 || !(first.IsEmpty || ValueReader.IsDigits(first)) || !IsReference(second)) return (ObjectLayout.Plain, 0);
        var columns = 1;
        while (groups.TryNext(out var group) && IsReference(group))
            columns++;
        return (ObjectLayout.Buffer, columns);
    }

    static bool IsReference(ReadOnlySpan<byte> group) => ObisReference.TryRead(group, out _, out var length) && length == group.Length;

    bool NextPlain()
    {
        if (!_groups.TryNext(out var content)) return false;
        _current.Content = content;
        return true;
    }

    bool NextTimed()
    {
        if (!_groups.TryNext(out var time) || !_groups.TryNext(out var content)) return false;
        _current.Time = time;
        _current.Content = content;
        return true;
    }

    bool NextOldCapture()
    {
        if (!_groups.TryNext(out var time)) return false;
        _current.Time = time;
        _current.Status = Next();
        _current.Period = Next();
        Next();
        _current.Source = Next();
        _current.UnitGroup = Next();
        _current.Content = Next();
        return true;
    }

    /// <summary>One captured object: end and duration of a failure. Two: closing time, peak time and peak of a month.</summary>
    bool NextRow()
    {
        if (!_groups.TryNext(out var stamp) || !_groups.TryNext(out var captured)) return false;
        if (_columns == 1)
        {
            _current.Time = stamp;
            _current.Content = captured;
            return true;
        }
        _current.ClosedAt = stamp;
        _current.Time = captured;
        if (!_groups.TryNext(out var value)) return false;
        _current.Content = value;
        for (var skip = 2; skip < _columns; skip++)
            _groups.MoveNext();
        return true;
    }

    ReadOnlySpan<byte> Next()
    {
        _groups.TryNext(out var group);
        return group;
    }
}
