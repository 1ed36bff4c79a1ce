using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>One month of a peak history: when it was closed, when its peak was, and the peak.</summary>
public readonly record struct MonthlyPeak(DateTimeOffset ClosedAt, DateTimeOffset Time, FixedPoint Value, MeterUnit? Unit, IssueClass Issue);

/// <summary>
/// What was read from one data object; reused from telegram to telegram, so that reading allocates nothing once texts and
/// buffers have been seen.
/// </summary>
public sealed class ObjectSlot
{
    static readonly IReadOnlyList<MonthlyPeak> None = [];

    List<MonthlyPeak>? _peaks;
    byte[] _raw = [];
    int _rawLength;
    string? _text;
    string? _rawText;
    ValueKind _textKind;
    MeterUnit? _usualUnit;
    ObjectSlot? _second;

    /// <summary>The telegram in which it was filled last; compared with the running number of telegrams.</summary>
    internal long Telegram { get; set; }

    /// <summary>Whether the object was sent on a line that could not be read.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>Whether a value group was there and held something.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Whether <see cref="Number"/> was read.</summary>
    public bool HasNumber { get; private set; }

    /// <summary>The number as sent.</summary>
    public FixedPoint Number { get; private set; }

    /// <summary>How many digits the number had before its point, leading zeros included.</summary>
    public int WholeDigits { get; private set; }

    /// <summary>Whether a unit was sent, known or not.</summary>
    public bool HasUnit { get; private set; }

    /// <summary>The unit; null when none or an unknown one was sent.</summary>
    public MeterUnit? Unit { get; private set; }

    /// <summary>Whether <see cref="Time"/> can be used.</summary>
    public TimestampStatus TimeStatus { get; private set; }

    /// <summary>The time stamp: the value's own, or the one that stands before it.</summary>
    public DateTimeOffset Time { get; private set; }

    /// <summary>The decoded text; null when there is none or it is not printable.</summary>
    public string? Text => _text;

    /// <summary>The characters of a text as sent; null when there are none.</summary>
    public string? RawText => _rawLength == 0 ? null : _rawText ??= Encoding.Latin1.GetString(_raw, 0, _rawLength);

    /// <summary>Whether the text is not pairs of hexadecimal digits although it should be.</summary>
    public bool HasBadHex { get; private set; }

    /// <summary>The rows of a peak history, in the order sent.</summary>
    public IReadOnlyList<MonthlyPeak> Peaks => _peaks ?? None;

    /// <summary>The value at a position: this slot for the first, one of its own for the second plain value, null when there is none.</summary>
    public ObjectSlot? At(int position) => position == 1 ? this : _second is { HasContent: true } ? _second : null;

    /// <summary>Takes over what <paramref name="dataObject"/> holds; of several plain values the first two.</summary>
    public void Fill(in DataObject dataObject, ValueKind kind) => Fill(dataObject.Groups, kind);

    /// <summary>The same from the object's value groups.</summary>
    internal void Fill(ReadOnlySpan<byte> groups, ValueKind kind)
    {
        Clear();
        if (kind == ValueKind.MonthlyPeaks) FillPeaks(groups);
        // Nearly every object is one group: its value. The walk through all layouts is for the others.
        else if (groups[0] == (byte)'(' && groups.IndexOf((byte)')') == groups.Length - 1) FillValue(groups[1..^1], default, default, kind);
        else FillValues(groups, kind);
    }

    /// <summary>Notes that the object's line could not be read.</summary>
    internal void MarkUnreadable()
    {
        Clear();
        IsUnreadable = true;
    }

    void Clear()
    {
        IsUnreadable = HasContent = HasNumber = HasUnit = false;
        Unit = null;
        TimeStatus = TimestampStatus.None;
        _peaks?.Clear();
        _second?.Clear();
    }

    void FillValues(ReadOnlySpan<byte> groups, ValueKind kind)
    {
        var values = new ObjectValues(groups);
        if (values.MoveNext()) FillValue(values.Current.Content, values.Current.Time, values.Current.UnitGroup, kind);
        if (kind != ValueKind.Number || values.Layout != ObjectLayout.Plain || !values.MoveNext()) return;
        _second ??= new ObjectSlot();
        _second.FillValue(values.Current.Content, default, default, kind);
    }

    void FillValue(ReadOnlySpan<byte> content, ReadOnlySpan<byte> time, ReadOnlySpan<byte> unitGroup, ValueKind kind)
    {
        HasContent = !content.IsEmpty;
        TimeStatus = MeterTime.Read(kind == ValueKind.Timestamp ? content : time, Time, out var at);
        // The time of the last good stamp stays: the next one may need it in the repeated hour of autumn.
        if (TimeStatus == TimestampStatus.Valid) Time = at;
        if (kind is ValueKind.Text or ValueKind.HexText) FillText(content, kind);
        else if (kind != ValueKind.Timestamp) FillNumber(content, unitGroup);
    }

    void FillNumber(ReadOnlySpan<byte> content, ReadOnlySpan<byte> unitGroup)
    {
        HasNumber = ValueReader.TryReadNumber(content, out var number, out var unit);
        Number = number;
        WholeDigits = content.IndexOfAny((byte)'.', (byte)'*') is var end and >= 0 ? end : content.Length;
        if (unit.IsEmpty) unit = unitGroup;
        HasUnit = !unit.IsEmpty;
        // A meter does not change its units.
        if (HasUnit && _usualUnit?.IsWrittenAs(unit) != true) _usualUnit = MeterUnit.Find(unit);
        Unit = HasUnit ? _usualUnit : null;
    }

    void FillText(ReadOnlySpan<byte> content, ValueKind kind)
    {
        // The same text comes every second for years: it is decoded again only when its bytes change.
        if (kind == _textKind && content.SequenceEqual(_raw.AsSpan(0, _rawLength))) return;
        if (_raw.Length < content.Length) _raw = new byte[content.Length];
        content.CopyTo(_raw);
        _rawLength = content.Length;
        _textKind = kind;
        _rawText = null;
        (_text, HasBadHex) = Decode(content, kind);
    }

    /// <summary>The text of a group: plain, or pairs of hexadecimal digits whose bytes are printable ASCII; null otherwise.</summary>
    public static (string? Text, bool BadHex) Decode(ReadOnlySpan<byte> content, ValueKind kind)
    {
        if (content.IsEmpty) return (null, false);
        if (kind == ValueKind.Text) return (Encoding.Latin1.GetString(content), false);
        var bytes = new byte[content.Length / 2];
        if (!ValueReader.TryReadHex(content, bytes, out _)) return (null, true);
        return (ValueReader.IsPrintable(bytes) ? Encoding.ASCII.GetString(bytes) : null, false);
    }

    void FillPeaks(ReadOnlySpan<byte> groups)
    {
        HasContent = true;
        _peaks ??= [];
        var values = new ObjectValues(groups);
        while (values.Layout == ObjectLayout.Buffer && values.MoveNext())
            _peaks.Add(ReadPeak(values.Current));
    }

    /// <summary>Reads one row of a peak history; unusable stamps and numbers are named in <see cref="MonthlyPeak.Issue"/>.</summary>
    public static MonthlyPeak ReadPeak(in ObjectValue value)
    {
        var closed = MeterTime.Read(value.ClosedAt, out var closedAt);
        var status = MeterTime.Read(value.Time, out var time);
        var isNumber = ValueReader.TryReadNumber(value.Content, out var number, out var unit);
        var issue = closed == TimestampStatus.Unset || status == TimestampStatus.Unset ? IssueClass.UnsetTimestamp
            : closed != TimestampStatus.Valid || status != TimestampStatus.Valid ? IssueClass.BadTimestamp
            : !isNumber ? IssueClass.BadNumber
            : number.IsNegative ? IssueClass.NegativeValue
            : IssueClass.None;
        return new MonthlyPeak(closedAt, time, number, MeterUnit.Find(unit), issue);
    }
}
