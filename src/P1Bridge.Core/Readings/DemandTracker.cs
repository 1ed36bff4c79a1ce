using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>
/// The memory behind the computed values of the quarter-hour. Pure: its time is the telegram's clock. Several formulas ask for one
/// telegram, each with what it knows; the state is made anew from the one before until the clock moves.
/// </summary>
public sealed class DemandTracker
{
    QuarterState? _before;
    QuarterState? _now;

    /// <summary>The state at the last telegram, for storing; null before the first with a clock.</summary>
    public QuarterState? State => _now;

    /// <summary>Takes over a stored state, before the first telegram.</summary>
    public void Restore(QuarterState state) => (_before, _now) = (null, state);

    /// <summary>Takes in what is known of the telegram with this clock, and returns the state at it.</summary>
    public QuarterState Observe(string meter, DateTimeOffset time, FixedPoint? energy = null, FixedPoint? demand = null)
    {
        if (_now is null || _now.Meter != meter) (_before, _now) = (null, QuarterState.First(meter, time, energy, demand));
        else if (_now.Time != time) (_before, _now) = (_now, _now.Next(time, energy, demand));
        else _now = Again(_now, energy ?? _now.Energy, demand ?? _now.Demand);
        return _now;
    }

    /// <summary>Whether this is the first telegram after a jump of the clock; then its demand and its clock may not belong together.</summary>
    public bool IsAfterJump => _before is { } before && _now is { } now && before.IsJump(now.Time);

    /// <summary>Whether the alarm is on: from above <paramref name="target"/> until below 95 % of it.</summary>
    public bool Alarm(FixedPoint forecast, FixedPoint target)
    {
        var release = target.ToDecimal() * 0.95m;
        var isOn = forecast > target || (_now is { IsAlarm: true } && forecast.ToDecimal() >= release);
        if (_now is not null) _now = _now with { IsAlarm = isOn };
        return isOn;
    }

    QuarterState Again(QuarterState now, FixedPoint? energy, FixedPoint? demand)
    {
        if (energy == now.Energy && demand == now.Demand) return now;
        // At a meter's first telegram, or one that was seen before a restart already, there is no state before.
        if (_before is null) return now with { Energy = energy, Demand = demand, StartEnergy = now.StartEnergy ?? QuarterState.First(now.Meter, now.Time, energy, demand).StartEnergy };
        return _before.Next(now.Time, energy, demand) with { IsAlarm = now.IsAlarm };
    }
}
