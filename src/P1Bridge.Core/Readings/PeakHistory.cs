using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>Where a kept peak comes from; the later ones are believed before the earlier ones.</summary>
public enum PeakOrigin
{
    /// <summary>A quarter-hour that the bridge saw end.</summary>
    Quarter,

    /// <summary>The meter's peak of the month while it ran.</summary>
    Running,

    /// <summary>The meter's own history.</summary>
    History,
}

/// <summary>The highest quarter-hour of a month of one meter, as it survives a restart.</summary>
/// <param name="Meter">The equipment identifier.</param>
/// <param name="Month">The first of the month, without offset.</param>
/// <param name="Time">The end of the quarter-hour.</param>
/// <param name="Value">Its average, in kW.</param>
/// <param name="Origin">Who said so.</param>
public sealed record KeptPeak(string Meter, DateOnly Month, DateTimeOffset Time, FixedPoint Value, PeakOrigin Origin);

/// <summary>
/// The bridge's own history of monthly peaks, by equipment identifier: a new meter's history is empty and an old one's may have holes,
/// but the bill goes on.
/// </summary>
public sealed class PeakHistory
{
    /// <summary>Months that are kept, as meters do.</summary>
    public const int Months = 13;

    /// <summary>Meters whose months are kept: the bill of a year may have been counted by several.</summary>
    public const int MaximumMeters = 8;

    readonly Dictionary<(string Meter, DateOnly Month), KeptPeak> _peaks = [];

    /// <summary>All months of all meters, for storing.</summary>
    public IEnumerable<KeptPeak> Peaks => _peaks.Values;

    /// <summary>Takes over stored months, before the first telegram.</summary>
    public void Restore(IEnumerable<KeptPeak> peaks)
    {
        foreach (var peak in peaks)
        {
            _peaks[(peak.Meter, peak.Month)] = peak;
            ForgetOthers(peak.Meter);
        }
    }

    /// <summary>Takes in a quarter-hour that ended at <paramref name="time"/>. One of 00:00 on the 1st is the last one of the old month.</summary>
    public void Add(string meter, DateTimeOffset time, FixedPoint value, PeakOrigin origin)
        => Add(meter, MonthOf(time.AddSeconds(-1)), time, value, origin);

    /// <summary>Takes in a closed month as the meter sends it.</summary>
    public void Add(string meter, in MonthlyPeak peak) => Add(meter, MonthOf(peak), peak.Time, peak.Value, PeakOrigin.History);

    void Add(string meter, DateOnly month, DateTimeOffset time, FixedPoint value, PeakOrigin origin)
    {
        // An empty month has a zero with any stamp.
        if (value.Mantissa <= 0) return;
        if (_peaks.TryGetValue((meter, month), out var known))
        {
            if (known.Origin > origin) return;
            if (known.Origin == origin && origin != PeakOrigin.History && known.Value >= value) return;
            if (known.Time == time && known.Value == value && known.Origin == origin) return;
        }
        else
        {
            Forget(meter);
        }
        _peaks[(meter, month)] = new KeptPeak(meter, month, time, value, origin);
        if (known is null) ForgetOthers(meter);
    }

    /// <summary>
    /// The meter's closed months with those that it lacks and the bridge knows, oldest first; <paramref name="sent"/> itself when there
    /// is nothing to add. In the month of a meter swap the higher of both meters' peaks counts.
    /// </summary>
    public IReadOnlyList<MonthlyPeak> Complete(string meter, IReadOnlyList<MonthlyPeak> sent, MeterUnit unit, DateTimeOffset now)
    {
        List<MonthlyPeak>? added = null;
        var running = MonthOf(now);
        foreach (var kept in _peaks.Values)
        {
            if (kept.Month >= running || kept.Month < running.AddMonths(-Months) || !IsWanted(kept, meter, sent)) continue;
            added ??= [];
            var twin = added.FindIndex(peak => MonthOf(peak) == kept.Month);
            var peak = new MonthlyPeak(ClosingOf(kept.Month), kept.Time, kept.Value, unit, IssueClass.None);
            if (twin < 0) added.Add(peak);
            else if (added[twin].Value < kept.Value) added[twin] = peak;
        }
        if (added is null) return sent;
        // What the meter sent of such a month is empty or lower; a month that could not be read stays, so that it is named.
        var staying = sent.Where(peak => peak.Issue != IssueClass.None || !added.Exists(other => MonthOf(other) == MonthOf(peak)));
        return [.. staying.Concat(added).OrderBy(static peak => peak.ClosedAt)];
    }

    static bool IsWanted(KeptPeak kept, string meter, IReadOnlyList<MonthlyPeak> sent)
    {
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent[i].Issue != IssueClass.None || MonthOf(sent[i]) != kept.Month) continue;
            // Of its own months the meter knows best, unless it was off and sends a zero.
            return kept.Meter == meter ? sent[i].Value.Mantissa == 0 : sent[i].Value < kept.Value;
        }
        return true;
    }

    /// <summary>Of too many meters the one whose last month is the oldest goes.</summary>
    void ForgetOthers(string meter)
    {
        var meters = _peaks.Keys.GroupBy(static key => key.Meter).ToList();
        if (meters.Count <= MaximumMeters) return;
        var oldest = meters.Where(other => other.Key != meter).MinBy(static other => other.Max(static key => key.Month))!.Key;
        foreach (var key in _peaks.Keys.Where(key => key.Meter == oldest).ToList())
            _peaks.Remove(key);
    }

    /// <summary>Makes room for one more month of a meter.</summary>
    void Forget(string meter)
    {
        var months = _peaks.Keys.Where(key => key.Meter == meter).Order().ToList();
        // The running month is kept besides the closed ones.
        foreach (var key in months.Take(months.Count - Months))
            _peaks.Remove(key);
    }

    static DateOnly MonthOf(in MonthlyPeak peak) => MonthOf(peak.ClosedAt.AddSeconds(-1));

    static DateOnly MonthOf(DateTimeOffset time) => new(time.Year, time.Month, 1);

    static DateTimeOffset ClosingOf(DateOnly month)
        => month.AddMonths(1).ToDateTime(TimeOnly.MinValue) is var local ? new DateTimeOffset(local, MeterTime.CentralEuropeanOffset(local)) : default;
}
