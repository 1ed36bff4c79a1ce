using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>Whether what a data object holds is a good reading of a measurement. Pure.</summary>
public static class ReadingRules
{
    /// <summary>A clock before this year was never set; meters start at 2000-01-01 after a power cut.</summary>
    internal const int FirstPlausibleYear = 2010;

    /// <summary>The first thing that is wrong, or <see cref="IssueClass.None"/>. An empty value is no issue; it is just absent.</summary>
    public static IssueClass Examine(Measurement row, ObjectSlot slot)
    {
        if (slot.TimeStatus == TimestampStatus.Unset) return IssueClass.UnsetTimestamp;
        if (slot.TimeStatus == TimestampStatus.Bad) return IssueClass.BadTimestamp;
        if (!slot.HasContent || row.Part == ValuePart.Time) return IssueClass.None;
        return row.Kind switch
        {
            ValueKind.Number => ExamineNumber(row, slot),
            ValueKind.Count => slot.HasNumber ? IssueClass.None : IssueClass.BadNumber,
            ValueKind.Word => ExamineWord(row, slot),
            ValueKind.Timestamp => row.Role == MeasurementRole.Clock && slot.Time.Year < FirstPlausibleYear ? IssueClass.ImplausibleClock : IssueClass.None,
            ValueKind.HexText => slot.HasBadHex ? IssueClass.BadHex : IssueClass.None,
            ValueKind.MonthlyPeaks => ExaminePeaks(row, slot),
            _ => IssueClass.None,
        };
    }

    static IssueClass ExamineNumber(Measurement row, ObjectSlot slot)
    {
        if (!slot.HasNumber) return IssueClass.BadNumber;
        if (!Fits(row.Unit, slot.Unit, slot.HasUnit)) return slot.HasUnit ? IssueClass.UnitMismatch : IssueClass.UnitMissing;
        if (slot.Number.IsNegative && !row.CanBeNegative) return IssueClass.NegativeValue;
        return TryConvert(slot.Number, slot.Unit, row.Unit, out _) ? IssueClass.None : IssueClass.BadNumber;
    }

    /// <summary>The number in the wanted unit, by moving the point; false when it would have more digits than any meter counts.</summary>
    internal static bool TryConvert(FixedPoint number, MeterUnit? sent, MeterUnit? wanted, out FixedPoint converted)
        => number.TryScale(wanted is null ? 0 : sent?.ScaleTo(wanted) ?? 0, out converted);

    static bool Fits(MeterUnit? wanted, MeterUnit? sent, bool hasUnit)
        => wanted is null ? !hasUnit : sent?.ScaleTo(wanted) is not null;

    static IssueClass ExamineWord(Measurement row, ObjectSlot slot)
    {
        if (!slot.HasNumber || slot.Number.Decimals > 0) return IssueClass.BadNumber;
        return row.Words.ContainsKey(slot.Number.Mantissa) ? IssueClass.None : IssueClass.UnknownWord;
    }

    static IssueClass ExaminePeaks(Measurement row, ObjectSlot slot)
    {
        // By index: the enumerator of an interface is an object, and this runs every second.
        for (var i = 0; i < slot.Peaks.Count; i++)
        {
            if (ExaminePeak(row, slot.Peaks[i]) is var issue and not IssueClass.None) return issue;
        }
        return IssueClass.None;
    }

    /// <summary>The same for one month of a peak history; a bad month does not cost the others.</summary>
    public static IssueClass ExaminePeak(Measurement row, in MonthlyPeak peak)
    {
        if (peak.Issue != IssueClass.None) return peak.Issue;
        if (!Fits(row.Unit, peak.Unit, peak.Unit is not null)) return IssueClass.UnitMismatch;
        return TryConvert(peak.Value, peak.Unit, row.Unit, out _) ? IssueClass.None : IssueClass.BadNumber;
    }

    /// <summary>The month as it may be published: in the row's unit, or with what is wrong with it.</summary>
    internal static MonthlyPeak SettlePeak(Measurement row, in MonthlyPeak peak)
    {
        var issue = ExaminePeak(row, peak);
        if (issue != IssueClass.None) return peak with { Issue = issue };
        TryConvert(peak.Value, peak.Unit, row.Unit, out var value);
        return peak with { Value = value, Unit = row.Unit };
    }
}
