using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>
/// What the house's meters have counted before the simulation begins: a plausible past that follows from seed and date alone, grows from
/// day to day and with the seasons.
/// </summary>
sealed class HousePast(Noise noise)
{
    const double DaysOfYear = 365.25;
    static readonly DateTime EarliestInstalled = new(2019, 3, 12);

    /// <summary>
    /// What a register has counted before <paramref name="date"/>, in thousandths (Wh, litres) of the unit of <paramref name="perYear"/>;
    /// winter exceeds the yearly mean by the part <paramref name="season"/> (-1 to 1).
    /// </summary>
    public long Thousandths(int register, DateTime date, double perYear, double season) => (long)(1000 * Count(register, date, perYear, season));

    /// <summary>The thirteen months closed up to <paramref name="midnight"/>, oldest first.</summary>
    public IEnumerable<MonthlyPeak> History(DateTimeOffset midnight)
    {
        var month = new DateTime(midnight.Year, midnight.Month, 1);
        for (var back = DemandRegister.Months; back >= 1; back--)
        {
            var (from, closed) = (month.AddMonths(-back), MeterClock.Midnight(month.AddMonths(1 - back)));
            yield return new MonthlyPeak(closed, PeakTimeOf(from), PeakOf(from), MeterUnit.Find("kW"), IssueClass.None);
        }
    }

    /// <summary>The peak of the running month before <paramref name="midnight"/>, and the end of its quarter.</summary>
    public (FixedPoint Peak, DateTimeOffset Time) MonthSoFar(DateTimeOffset midnight)
    {
        var month = new DateTime(midnight.Year, midnight.Month, 1);
        if (midnight.Day == 1) return (new FixedPoint(0, 3), midnight);
        if (PeakTimeOf(month) is var time && time < midnight) return (PeakOf(month), time);
        return (new FixedPoint(PeakOf(month).Mantissa * 3 / 4, 3), MeterClock.Midnight(month).AddHours(18.75));
    }

    /// <summary>A linear count with a yearly wave on it, written as its integral so that any day can be asked for.</summary>
    double Count(int register, DateTime date, double perYear, double season)
    {
        var installed = EarliestInstalled.AddDays(noise.Whole(NoiseStream.Meter, register, 0, 900));
        if (date <= installed) return 0;
        var wave = DaysOfYear / (2 * Math.PI) * (Wave(date) - Wave(installed));
        return perYear / DaysOfYear * Math.Max(0, (date - installed).TotalDays + season * wave);
    }

    static double Wave(DateTime date) => Math.Sin(2 * Math.PI * (date.DayOfYear - 15) / DaysOfYear);

    FixedPoint PeakOf(DateTime month)
    {
        var season = 0.5 * Math.Cos(2 * Math.PI * (month.Month - 1) / 12.0);
        return new FixedPoint((long)(1000 * (6.7 + season + noise.Between(NoiseStream.History, Position(month), -0.9, 0.9))), 3);
    }

    DateTimeOffset PeakTimeOf(DateTime month)
    {
        var day = noise.Whole(NoiseStream.History, Position(month) + 1, 1, 29);
        var quarter = noise.Whole(NoiseStream.History, Position(month) + 2, 4 * 18, 4 * 20);
        var local = month.AddDays(day - 1).AddMinutes(15 * quarter);
        return new DateTimeOffset(local, MeterTime.CentralEuropeanOffset(local));
    }

    static long Position(DateTime month) => (month.Year * 12L + month.Month) * 4;
}
