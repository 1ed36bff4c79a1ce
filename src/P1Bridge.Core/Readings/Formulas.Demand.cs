using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>The quarter-hour and the capacity tariff.</summary>
public static partial class Formulas
{
    /// <summary>The quarter-hour of the capacity tariff, in seconds.</summary>
    const int QuarterSeconds = 900;

    /// <summary>Months below count as this much in Flanders, in kW.</summary>
    static readonly FixedPoint PeakFloor = new(25, 1);

    static Reading QuarterRemaining(in Reading clock)
        => clock.Time is { } time ? Reading.Of(new FixedPoint(QuarterSeconds - QuarterState.ElapsedSeconds(time), 0)) : default;

    /// <summary>The demand so far of a meter that does not send it: four times what was imported since the quarter began.</summary>
    static Reading QuarterDemand(in Reading energy, in Reading clock, FormulaContext context)
    {
        if (clock.Time is not { } time || !energy.IsGood) return default;
        var state = context.Demand.Observe(context.Identity, time, energy.Number);
        return QuarterState.AverageOf(state.StartEnergy, energy.Number) is { } demand ? Reading.Of(demand) : default;
    }

    /// <summary>The average of the quarter that ended last, by the register, else by the last demand before its end.</summary>
    static Reading FinishedQuarter(in Reading energy, in Reading demand, in Reading clock, FormulaContext context)
    {
        if (clock.Time is not { } time) return default;
        var state = context.Demand.Observe(context.Identity, time, energy.IsGood ? energy.Number : null, demand.IsGood ? demand.Number : null);
        return state.Finished is { } finished ? Reading.Of(finished) : default;
    }

    /// <summary>
    /// What the running quarter-hour will average if the power stays as it is: demand so far plus power times the part of the quarter
    /// that is left. The meter's demand is already divided by the whole quarter (e-MUCS P1 1.7.1, class 5 "current average").
    /// </summary>
    static Reading DemandForecast(in Reading demand, in Reading power, in Reading clock, FormulaContext context)
    {
        if (!demand.IsGood || !power.IsGood || clock.Time is not { } time) return default;
        context.Demand.Observe(context.Identity, time);
        if (context.Demand.IsAfterJump) return default;
        var (soFar, now) = (demand.Number.Round(3), power.Number.Round(3));
        var rest = FixedPoint.DivideRounded((Int128)now.Mantissa * (QuarterSeconds - QuarterState.ElapsedSeconds(time)), QuarterSeconds);
        return Reading.Of(new FixedPoint(soFar.Mantissa + rest, 3));
    }

    /// <summary>How far the forecast stays below the month's peak; negative when the quarter will set a new one.</summary>
    static Reading DemandHeadroom(in Reading forecast, in Reading monthPeak, FormulaContext context)
        => forecast.IsGood && monthPeak.IsGood ? Reading.Of(Billed(monthPeak.Number, context) - forecast.Number) : default;

    /// <summary>The power that may be drawn for the rest of the quarter so that its average is the target; negative when that is past.</summary>
    static Reading TargetHeadroom(in Reading demand, in Reading clock, FormulaContext context)
    {
        if (context.TargetDemand is not { } target || !demand.IsGood || clock.Time is not { } time) return default;
        var left = (target - demand.Number).Round(3);
        return Reading.Of(new FixedPoint(FixedPoint.DivideRounded((Int128)left.Mantissa * QuarterSeconds, QuarterSeconds - QuarterState.ElapsedSeconds(time)), 3));
    }

    static Reading DemandAlarm(in Reading forecast, in FormulaCall call)
        => forecast.IsGood && call.Context.TargetDemand is { } target
            ? Reading.Of(call.Row.Words[call.Context.Demand.Alarm(forecast.Number, target) ? 1 : 0])
            : default;

    /// <summary>The meter's history, remembered, with the months that it lacks and the bridge knows.</summary>
    static Reading MonthlyPeaks(in Reading running, in Reading finished, in Reading clock, in FormulaCall call)
    {
        var (history, identity) = (call.Context.Peaks, call.Context.Identity);
        var sent = call.Sent.Peaks ?? [];
        for (var i = 0; i < sent.Count; i++)
        {
            // A peak at 00:00 of the 1st is the last quarter of the old month; what counts is when the month was closed.
            if (sent[i].Issue == IssueClass.None) history.Add(identity, sent[i]);
        }
        if (clock.Time is not { } now) return call.Sent;
        if (running is { IsGood: true, Time: { } at } && at <= now) history.Add(identity, at, running.Number, PeakOrigin.Running);
        if (finished.IsGood) history.Add(identity, QuarterState.StartOf(now), finished.Number, PeakOrigin.Quarter);
        var months = history.Complete(identity, sent, call.Row.Unit!, now);
        return months.Count > 0 ? new Reading { State = ReadingState.Good, Peaks = months } : call.Sent;
    }

    /// <summary>The mean of the last twelve closed months' peaks, each at least the floor; four decimals. Only where it is billed.</summary>
    static Reading PeakAverage(in Reading history, FormulaContext context)
    {
        if (!context.HasCapacityTariff || history.Peaks is not { } peaks) return default;
        var months = peaks.Where(static peak => peak.Issue == IssueClass.None).OrderByDescending(static peak => peak.ClosedAt).Take(12).ToList();
        if (months.Count == 0) return default;
        var sum = months.Aggregate(default(FixedPoint), (total, peak) => total + Billed(peak.Value, context));
        return Reading.Of(new FixedPoint(FixedPoint.DivideRounded(sum.Round(4).Mantissa, months.Count), 4));
    }

    static FixedPoint Billed(FixedPoint peak, FormulaContext context) => context.HasCapacityTariff && peak < PeakFloor ? PeakFloor : peak;
}
