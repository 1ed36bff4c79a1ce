using System.Collections.Frozen;
using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>The functions that a catalogue row's <c>formula</c> can name. Each is pure: readings in, a reading out.</summary>
public static class Formulas
{
    /// <summary>The quarter-hour of the capacity tariff, in seconds.</summary>
    const int QuarterSeconds = 900;

    /// <summary>Months below this count as this much in Flanders, in kW.</summary>
    static readonly FixedPoint PeakFloor = new(25, 1);

    static readonly FrozenDictionary<string, (int Least, int Most, Function Function)> Table = new Dictionary<string, (int, int, Function)>
    {
        ["sum"] = (1, 16, static (arguments, _) => Sum(arguments)),
        ["difference"] = (2, 2, static (arguments, _) => Difference(arguments[0], arguments[1])),
        ["tariff_name"] = (1, 1, static (arguments, tariffs) => TariffName(arguments[0], tariffs)),
        ["demand_forecast"] = (3, 3, static (arguments, _) => DemandForecast(arguments[0], arguments[1], arguments[2])),
        ["demand_headroom"] = (2, 2, static (arguments, _) => DemandHeadroom(arguments[0], arguments[1])),
        ["peak_average"] = (1, 1, static (arguments, _) => PeakAverage(arguments[0])),
    }.ToFrozenDictionary();

    delegate Reading Function(ReadOnlySpan<Reading> arguments, ImmutableSortedDictionary<long, string> tariffs);

    /// <summary>What is wrong with a formula, or null.</summary>
    public static string? ProblemOf(Formula formula)
    {
        if (!Table.TryGetValue(formula.Function, out var entry))
            return $"the formula's function '{formula.Function}' is unknown; expected one of {string.Join(", ", Table.Keys.Order())}";
        return formula.Arguments.Length >= entry.Least && formula.Arguments.Length <= entry.Most ? null
            : $"'{formula.Function}' takes {(entry.Least == entry.Most ? $"{entry.Least}" : $"{entry.Least} to {entry.Most}")} arguments, not {formula.Arguments.Length}";
    }

    /// <summary>Computes a formula that <see cref="ProblemOf"/> found right.</summary>
    internal static Reading Evaluate(Formula formula, ReadOnlySpan<Reading> arguments, ImmutableSortedDictionary<long, string> tariffs)
    {
        try
        {
            return Table[formula.Function].Function(arguments, tariffs);
        }
        catch (OverflowException)
        {
            // Numbers of up to 18 digits are read; a meter that sends such ones gets no computed values, but it stops nothing.
            return Reading.Held(IssueClass.BadNumber);
        }
    }

    /// <summary>The sum of what the meter sends; held back while one part is, because a sum without it would be a false total.</summary>
    static Reading Sum(ReadOnlySpan<Reading> parts)
    {
        FixedPoint? sum = null;
        foreach (var part in parts)
        {
            if (part.State == ReadingState.Held) return part;
            if (part.IsGood) sum = sum is { } before ? before + part.Number : part.Number;
        }
        return sum is { } total ? Reading.Of(total) : default;
    }

    static Reading Difference(in Reading left, in Reading right)
        => left.IsGood && right.IsGood ? Reading.Of(left.Number - right.Number) : default;

    static Reading TariffName(in Reading tariff, ImmutableSortedDictionary<long, string> tariffs)
        => tariff.IsGood && tariffs.TryGetValue(tariff.Number.Mantissa, out var name) ? Reading.Of(name) : default;

    /// <summary>
    /// What the running quarter-hour will average if the power stays as it is: demand so far plus power times the part of the quarter
    /// that is left. The meter's demand is already divided by the whole quarter (e-MUCS P1 1.7.1, class 5 "current average").
    /// </summary>
    static Reading DemandForecast(in Reading demand, in Reading power, in Reading clock)
    {
        if (!demand.IsGood || !power.IsGood || clock.Time is not { } time) return default;
        var elapsed = time.Minute % 15 * 60 + time.Second;
        var (soFar, now) = (demand.Number.Round(3), power.Number.Round(3));
        var rest = FixedPoint.DivideRounded((Int128)now.Mantissa * (QuarterSeconds - elapsed), QuarterSeconds);
        return Reading.Of(new FixedPoint(soFar.Mantissa + rest, 3));
    }

    /// <summary>How far the forecast stays below the month's peak; negative when the quarter will set a new one.</summary>
    static Reading DemandHeadroom(in Reading forecast, in Reading monthPeak)
    {
        if (!forecast.IsGood || !monthPeak.IsGood) return default;
        return Reading.Of((monthPeak.Number < PeakFloor ? PeakFloor : monthPeak.Number) - forecast.Number);
    }

    /// <summary>The mean of the last twelve closed months' peaks, each at least the floor; four decimals.</summary>
    static Reading PeakAverage(in Reading history)
    {
        if (history.Peaks is not { } peaks) return default;
        var months = peaks.Where(static peak => peak.Issue == IssueClass.None).OrderByDescending(static peak => peak.ClosedAt).Take(12).ToList();
        if (months.Count == 0) return default;
        var sum = months.Aggregate(default(FixedPoint), static (total, peak) => total + (peak.Value < PeakFloor ? PeakFloor : peak.Value));
        return Reading.Of(new FixedPoint(FixedPoint.DivideRounded(sum.Round(4).Mantissa, months.Count), 4));
    }
}
