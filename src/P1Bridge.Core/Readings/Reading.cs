using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>Whether a measurement has a value.</summary>
public enum ReadingState : byte
{
    /// <summary>The meter did not send it, or sent it empty.</summary>
    Absent,

    /// <summary>Good: it may be published.</summary>
    Good,

    /// <summary>Sent, but held back; <see cref="Reading.Issue"/> says why.</summary>
    Held,
}

/// <summary>One measurement's value at one moment, in the catalogue's unit.</summary>
public record struct Reading
{
    /// <summary>The word for a limit that is not active, and for an empty message.</summary>
    public const string NoneWord = "none";

    FixedPoint _number;

    /// <summary>Whether there is a value.</summary>
    public ReadingState State { get; init; }

    /// <summary>Why it is held back.</summary>
    public IssueClass Issue { get; init; }

    /// <summary>The number, for numbers and counts.</summary>
    public FixedPoint Number { readonly get => _number; init => _number = value; }

    /// <summary>The text, for words and texts; then it is what is published.</summary>
    public string? Text { get; init; }

    /// <summary>The value itself for time stamps, otherwise the capture time, if any.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Months of a peak history in the order sent, in the catalogue's unit; only for that kind.</summary>
    public IReadOnlyList<MonthlyPeak>? Peaks { get; init; }

    /// <summary>Whether it may be published.</summary>
    public readonly bool IsGood => State == ReadingState.Good;

    /// <summary>Whether it is a good number and nothing besides.</summary>
    internal readonly bool IsPlainNumber => State == ReadingState.Good && Text is null && Time is null && Peaks is null;

    /// <summary>Another number for an <see cref="IsPlainNumber"/>, in its place: copying all of a reading costs more than reading it.</summary>
    internal void Renew(FixedPoint number) => _number = number;

    /// <summary>A good number.</summary>
    public static Reading Of(FixedPoint number) => new() { State = ReadingState.Good, Number = number };

    /// <summary>A good text.</summary>
    public static Reading Of(string text) => new() { State = ReadingState.Good, Text = text };

    /// <summary>A value that is held back.</summary>
    public static Reading Held(IssueClass issue) => new() { State = ReadingState.Held, Issue = issue };

    /// <summary>Makes the reading of <paramref name="row"/> from what its data object holds.</summary>
    public static Reading From(Measurement row, ObjectSlot slot)
    {
        if (row.Position > 1)
        {
            if (slot.At(row.Position) is not { } other) return default;
            slot = other;
        }
        var issue = ReadingRules.Examine(row, slot);
        // A history with one bad month keeps the others; they are told apart when it is published.
        if (issue != IssueClass.None && row.Kind != ValueKind.MonthlyPeaks) return Held(issue);
        if (row.Part == ValuePart.Time || row.Kind == ValueKind.Timestamp)
            return slot.TimeStatus == TimestampStatus.Valid ? new Reading { State = ReadingState.Good, Time = slot.Time } : default;
        // A total that is sent without a number is not absent: sums must not be made without it.
        if (!slot.HasContent) return row.EmptyMeansNone ? Of(NoneWord) : row.IsTotal ? Held(IssueClass.Missing) : default;
        return row.Kind switch
        {
            ValueKind.Number => FromNumber(row, slot),
            ValueKind.Count => FromNumber(row, slot),
            ValueKind.Word => Of(row.Words[slot.Number.Mantissa]),
            ValueKind.Text or ValueKind.HexText => slot.Text is { } text && !IsPlaceholder(text) ? Of(text) : default,
            ValueKind.MonthlyPeaks => new Reading { State = ReadingState.Good, Peaks = PeaksOf(row, slot) },
            _ => default,
        };
    }

    static Reading FromNumber(Measurement row, ObjectSlot slot)
    {
        foreach (var off in row.OffValues)
        {
            if (off.CompareTo(slot.Number) == 0) return Of(NoneWord);
        }
        ReadingRules.TryConvert(slot.Number, slot.Unit, row.Unit, out var number);
        return new Reading
        {
            State = ReadingState.Good,
            Number = number,
            Time = slot.TimeStatus == TimestampStatus.Valid ? slot.Time : null,
        };
    }

    /// <summary>The months in the row's unit; copied only when they are not so already.</summary>
    static IReadOnlyList<MonthlyPeak> PeaksOf(Measurement row, ObjectSlot slot)
    {
        MonthlyPeak[]? settled = null;
        for (var i = 0; i < slot.Peaks.Count; i++)
        {
            var peak = ReadingRules.SettlePeak(row, slot.Peaks[i]);
            if (peak == slot.Peaks[i]) continue;
            settled ??= [.. slot.Peaks];
            settled[i] = peak;
        }
        return settled ?? slot.Peaks;
    }

    /// <summary>An identifier that was never set is filled with zeros or hyphens.</summary>
    internal static bool IsPlaceholder(string text) => text.Length >= 8 && text.AsSpan().IndexOfAnyExcept(text[0]) < 0;
}
