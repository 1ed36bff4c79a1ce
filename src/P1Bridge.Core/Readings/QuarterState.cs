using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>What is known of the running quarter-hour; it survives a restart.</summary>
/// <param name="Meter">The equipment identifier: registers of two meters are never subtracted.</param>
/// <param name="Time">The clock of the last telegram.</param>
/// <param name="Energy">The import register at that time, in kWh.</param>
/// <param name="Demand">The demand that the meter or the register gave at that time, in kW.</param>
/// <param name="StartEnergy">The import register when the quarter began; null when that was not seen.</param>
/// <param name="Finished">The average of the quarter before, in kW; null when that was not seen.</param>
/// <param name="IsAlarm">Whether the forecast has passed the target.</param>
public sealed record QuarterState(
    string Meter, DateTimeOffset Time, FixedPoint? Energy, FixedPoint? Demand, FixedPoint? StartEnergy, FixedPoint? Finished, bool IsAlarm)
{
    /// <summary>The quarter-hour of the capacity tariff; it begins at :00, :15, :30 and :45 of the meter's clock.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>Telegrams come each second or each ten; a few lost ones do not matter, a hole would.</summary>
    internal static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(60);

    /// <summary>When the quarter that holds <paramref name="time"/> began.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset time) => time.AddTicks(-(time.Ticks % Quarter.Ticks));

    /// <summary>Seconds since the quarter began, 0 to 899.</summary>
    public static int ElapsedSeconds(DateTimeOffset time) => (int)(time - StartOf(time)).TotalSeconds;

    /// <summary>Whether the clock did not just go on from the last telegram to this one.</summary>
    public bool IsJump(DateTimeOffset time) => time < Time || time - Time > LongestGap;

    /// <summary>The state at the first telegram of a meter.</summary>
    public static QuarterState First(string meter, DateTimeOffset time, FixedPoint? energy, FixedPoint? demand)
        => new(meter, time, energy, demand, time == StartOf(time) ? energy : null, null, false);

    /// <summary>The state at the next telegram.</summary>
    public QuarterState Next(DateTimeOffset time, FixedPoint? energy, FixedPoint? demand)
    {
        var next = First(Meter, time, energy, demand) with { IsAlarm = IsAlarm };
        var (start, before) = (StartOf(time), StartOf(Time));
        if (start == before) return next with { StartEnergy = StartEnergy ?? next.StartEnergy, Finished = Finished };
        if (start - before != Quarter || IsJump(time)) return next;
        var atStart = EnergyAt(start, time, energy);
        return next with { StartEnergy = atStart, Finished = AverageOf(StartEnergy, atStart) ?? Demand };
    }

    /// <summary>
    /// The average power over a quarter whose import was <paramref name="from"/> to <paramref name="to"/>: four times the difference.
    /// Null when one of them is not known or the register fell.
    /// </summary>
    public static FixedPoint? AverageOf(FixedPoint? from, FixedPoint? to)
    {
        if (from is not { } first || to is not { } last || last < first) return null;
        var half = last - first + (last - first);
        return half + half;
    }

    /// <summary>The register at the start of a quarter that lies between two telegrams, by the rule of three.</summary>
    FixedPoint? EnergyAt(DateTimeOffset start, DateTimeOffset time, FixedPoint? energy)
    {
        if (energy is not { } after || time == start) return energy;
        if (Energy is not { } first || after < first) return null;
        var rise = after - first;
        var part = FixedPoint.DivideRounded((Int128)rise.Mantissa * (start - Time).Ticks, (time - Time).Ticks);
        return first + new FixedPoint(part, rise.Decimals);
    }
}
