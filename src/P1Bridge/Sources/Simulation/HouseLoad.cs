namespace P1Bridge.Sources.Simulation;

/// <summary>
/// What flows at one moment: net watts of the phases (below zero: to the grid), gas and water in cubic centimetres a second, heat in kilowatts.
/// </summary>
record struct Flows(int L1, int L2, int L3, int Gas, int Water, int Heat, int WarmWater)
{
    /// <summary>The algebraic sum of the phases, as the meter nets them (e-MUCS P1 1.7.1, note 3).</summary>
    public readonly int Net => L1 + L2 + L3;
}

/// <summary>
/// A family house with a car, solar panels on phase 3 and a gas boiler, a heat pump or district heat. A pure function of seed and time; keeps the plans of two days at
/// hand, because what began in the evening may run on after midnight.
/// </summary>
sealed class HouseLoad(Noise noise, HouseKind kind)
{
    const int SolarPeakWatts = 4600;
    const int InverterWatts = 4000;

    readonly Weather _weather = new(noise);
    readonly Heating _heating = new(noise, kind.Heat);
    readonly int _coolingShift = noise.Whole(NoiseStream.Cooling, 0, 0, 2700);
    long _minute = -1;
    double _temperature;
    double _sunHeight;
    DateTime _date;
    DayPlan? _today;
    DayPlan? _yesterday;

    /// <summary>The flows of the second that begins at <paramref name="local"/>.</summary>
    public Flows At(DateTimeOffset local, long second)
    {
        if (_today is null || local.Date != _date) TurnTo(local.Date);
        if (second / 60 != _minute) LookOutside(second / 60);
        Span<double> watts = stackalloc double[3];
        AddPeople(watts, local, second);
        AddRuns(_today!.Runs, watts, second);
        AddRuns(_yesterday!.Runs, watts, second);
        AddCooling(watts, second);
        var (water, warm) = WaterAt(second);
        var gas = _heating.GasAt(local, second, _temperature, warm);
        if (gas > 0) watts[0] += 55;
        watts[0] += _heating.PumpWattsAt(local, second, _temperature);
        AddFlicker(watts, second);
        watts[2] -= Math.Min(InverterWatts, _weather.Solar(second, _sunHeight, SolarPeakWatts));
        Wire(watts);
        return new Flows(
            (int)Math.Round(watts[0]), (int)Math.Round(watts[1]), (int)Math.Round(watts[2]), gas, water, _heating.DistrictAt(local, _temperature, warm), warm);
    }

    /// <summary>What the conductors carry of it. Two wattmeters see all of a grid without neutral; how they share it is nobody's business.</summary>
    void Wire(Span<double> watts)
    {
        if (kind.Wiring == Wiring.ThreePhases) return;
        watts[0] += kind.Wiring == Wiring.OnePhase ? watts[1] + watts[2] : watts[1] / 2;
        watts[2] = kind.Wiring == Wiring.OnePhase ? 0 : watts[2] + watts[1] / 2;
        watts[1] = 0;
    }

    void TurnTo(DateTime date)
    {
        _yesterday = _today is not null && date == _date.AddDays(1) ? _today : new DayPlan(noise, MeterClock.Midnight(date.AddDays(-1)));
        _today = new DayPlan(noise, MeterClock.Midnight(date));
        _date = date;
    }

    /// <summary>Sun and temperature change slowly; once a minute is enough, and saves most of a second's work.</summary>
    void LookOutside(long minute)
    {
        _minute = minute;
        _temperature = _weather.Temperature(minute * 60);
        _sunHeight = Weather.SineOfSunHeight(minute * 60);
    }

    /// <summary>Stand-by, lights, screens: low at night, high in the evening.</summary>
    void AddPeople(Span<double> watts, DateTimeOffset local, long second)
    {
        var hour = local.TimeOfDay.TotalHours;
        var isWeekend = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var activity = Bump(hour, 6.6, 8.8) + (isWeekend ? 0.6 : 0.25) * Bump(hour, 8.8, 17) + Bump(hour, 17, 23);
        activity *= 0.8 + 0.2 * noise.Smooth(NoiseStream.Activity, second, 700);
        var lights = _sunHeight < 0.05 ? 140 * activity : 0;
        watts[0] += 85 + 170 * activity + lights;
        watts[1] += 60 + 90 * activity;
        watts[2] += 45 + 60 * activity;
    }

    /// <summary>1 between two hours, with soft shoulders of half an hour.</summary>
    static double Bump(double hour, double from, double to)
        => Math.Clamp((hour - from) * 2 + 0.5, 0, 1) * Math.Clamp((to - hour) * 2 + 0.5, 0, 1);

    static void AddRuns(IReadOnlyList<ApplianceRun> runs, Span<double> watts, long second)
    {
        for (var i = 0; i < runs.Count; i++)
            watts[runs[i].Phase] += runs[i].WattsAt(second);
    }

    void AddCooling(Span<double> watts, long second)
    {
        if ((second + _coolingShift) % 2700 < 870) watts[1] += 85;
        if ((second + 2 * _coolingShift) % 3400 < 1150) watts[2] += 70;
    }

    /// <summary>No load is quiet: the display of a real meter moves each second.</summary>
    void AddFlicker(Span<double> watts, long second)
    {
        for (var phase = 0; phase < 3; phase++)
            watts[phase] = Math.Max(0, watts[phase] + (3 + 0.006 * watts[phase]) * noise.Between(NoiseStream.Flicker, second * 3 + phase, -1, 1));
    }

    (int All, int Warm) WaterAt(long second)
    {
        var (all, warm) = (0, 0);
        for (var i = 0; i < _today!.Draws.Count; i++)
        {
            var flow = _today.Draws[i].FlowAt(second);
            all += flow;
            if (_today.Draws[i].IsWarm) warm += flow;
        }
        return (all, warm);
    }
}
