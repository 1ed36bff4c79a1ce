using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>
/// The capacity-tariff part of the meter (e-MUCS P1 1.7.1, 1.4.0 "current average"): the running quarter-hour's import divided by the whole
/// quarter, the highest quarter of the month with the time of its END, and thirteen closed months, oldest first.
/// </summary>
sealed class DemandRegister
{
    /// <summary>Months kept.</summary>
    public const int Months = 13;

    readonly List<MonthlyPeak> _history;
    long _quarterWattSeconds;

    /// <summary>Begins at the start of a quarter.</summary>
    public DemandRegister(IEnumerable<MonthlyPeak> history, FixedPoint peak, DateTimeOffset peakTime)
    {
        _history = [.. history];
        (Peak, PeakTime) = (peak, peakTime);
    }

    /// <summary>The running quarter so far, in kW with three decimals.</summary>
    public FixedPoint Demand => new(_quarterWattSeconds / MeterClock.QuarterSeconds, 3);

    /// <summary>The highest quarter of the running month, in kW; 0 until its first quarter ended.</summary>
    public FixedPoint Peak { get; private set; }

    /// <summary>The end of that quarter.</summary>
    public DateTimeOffset PeakTime { get; private set; }

    /// <summary>Closed months, oldest first.</summary>
    public IReadOnlyList<MonthlyPeak> History => _history;

    /// <summary>Adds what was imported in one second that ended at <paramref name="now"/>.</summary>
    public void Add(int importWatts, DateTimeOffset now)
    {
        _quarterWattSeconds += importWatts;
        if (now.ToUnixTimeSeconds() % MeterClock.QuarterSeconds == 0) CloseQuarter(now);
    }

    void CloseQuarter(DateTimeOffset now)
    {
        if (Demand > Peak) (Peak, PeakTime) = (Demand, now);
        _quarterWattSeconds = 0;
        if (now is { Day: 1, Hour: 0, Minute: 0 }) CloseMonth(now);
    }

    void CloseMonth(DateTimeOffset now)
    {
        _history.Add(new MonthlyPeak(now, PeakTime, Peak, MeterUnit.Find("kW"), IssueClass.None));
        if (_history.Count > Months) _history.RemoveAt(0);
        (Peak, PeakTime) = (new FixedPoint(0, 3), now);
    }
}
