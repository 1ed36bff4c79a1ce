namespace P1Bridge.Sources.Simulation;

/// <summary>An appliance at work from <paramref name="Start"/> on: its watts for the first part of each period, as a thermostat does.</summary>
readonly record struct ApplianceRun(long Start, int Seconds, int Phase, int Watts, int Period = 1, int OnSeconds = 1)
{
    /// <summary>Its power at a moment.</summary>
    public int WattsAt(long second)
    {
        var since = second - Start;
        return since >= 0 && since < Seconds && since % Period < OnSeconds ? Watts : 0;
    }
}

/// <summary>An open tap: cubic centimetres a second, warm or cold.</summary>
readonly record struct WaterDraw(long Start, int Seconds, int Flow, bool IsWarm)
{
    /// <summary>Its flow at a moment.</summary>
    public int FlowAt(long second) => second >= Start && second < Start + Seconds ? Flow : 0;
}

/// <summary>What the people of the house do on one day. Follows from seed and date alone.</summary>
sealed class DayPlan
{
    const int Minute = 60;
    const int Hour = 60 * Minute;

    readonly Noise _noise;
    readonly long _midnight;
    readonly bool _isWeekend;
    readonly List<ApplianceRun> _runs = [];
    readonly List<WaterDraw> _draws = [];
    long _position;

    /// <summary>Plans the day that begins at <paramref name="midnight"/>.</summary>
    public DayPlan(Noise noise, DateTimeOffset midnight)
    {
        _noise = noise;
        _midnight = midnight.ToUnixTimeSeconds();
        _isWeekend = midnight.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        PlanMeals();
        PlanLaundry();
        PlanCar();
        PlanBathroom();
        PlanTaps();
    }

    /// <summary>The day's appliances, in the order of their planning; the last ones may run on after midnight.</summary>
    public IReadOnlyList<ApplianceRun> Runs => _runs;

    /// <summary>The day's water.</summary>
    public IReadOnlyList<WaterDraw> Draws => _draws;

    void PlanMeals()
    {
        const int phase = 1;
        var breakfast = Pick(NoiseStream.Kitchen, 6.6, 7.6) + (_isWeekend ? 90 * Minute : 0);
        _runs.Add(new ApplianceRun(breakfast, 3 * Minute, phase, 2150));
        _runs.Add(new ApplianceRun(breakfast + 5 * Minute, 8 * Minute, phase, 1250, 70, 45));
        if (_isWeekend) Cook(Pick(NoiseStream.Kitchen, 11.8, 12.5), 20 * Minute, phase);
        var dinner = Pick(NoiseStream.Kitchen, 17.4, 18.8);
        Cook(dinner, Minutes(NoiseStream.Kitchen, 25, 45), phase);
        if (Chance(NoiseStream.Kitchen, 0.55)) _runs.Add(new ApplianceRun(dinner - 6 * Minute, Minutes(NoiseStream.Kitchen, 35, 60), 2, 2350, 240, 130));
        _runs.Add(new ApplianceRun(Pick(NoiseStream.Kitchen, 20, 21.5), 3 * Minute, phase, 2150));
    }

    void Cook(long start, int seconds, int phase)
    {
        _runs.Add(new ApplianceRun(start, seconds, phase, 1800, 24, 15));
        _runs.Add(new ApplianceRun(start + 4 * Minute, seconds / 2, phase, 1200, 17, 9));
        if (_isWeekend || Chance(NoiseStream.Kitchen, 0.5)) _runs.Add(new ApplianceRun(start + seconds - 5 * Minute, 4 * Minute, phase, 1300));
    }

    void PlanLaundry()
    {
        const int phase = 2;
        if (Chance(NoiseStream.Laundry, 0.8)) DishWasher(Pick(NoiseStream.Laundry, 20, 22.2), phase);
        if (!Chance(NoiseStream.Laundry, _isWeekend ? 0.8 : 0.35)) return;
        var wash = _isWeekend ? Pick(NoiseStream.Laundry, 9.5, 14) : Pick(NoiseStream.Laundry, 16.8, 20);
        _runs.Add(new ApplianceRun(wash + 4 * Minute, 16 * Minute, phase, 2050));
        _runs.Add(new ApplianceRun(wash, 75 * Minute, phase, 240, 22, 14));
        _runs.Add(new ApplianceRun(wash + 75 * Minute, 9 * Minute, phase, 520));
        foreach (var fill in (ReadOnlySpan<int>)[0, 30, 45, 60])
            _draws.Add(new WaterDraw(wash + fill * Minute, 100, 120, IsWarm: false));
        if (Chance(NoiseStream.Laundry, 0.5)) _runs.Add(new ApplianceRun(wash + 95 * Minute, Minutes(NoiseStream.Laundry, 55, 85), phase, 780, 600, 540));
    }

    void DishWasher(long start, int phase)
    {
        _runs.Add(new ApplianceRun(start, 95 * Minute, phase, 70));
        _runs.Add(new ApplianceRun(start + 8 * Minute, 17 * Minute, phase, 1850));
        _runs.Add(new ApplianceRun(start + 62 * Minute, 12 * Minute, phase, 1850));
        _draws.Add(new WaterDraw(start, 50, 80, IsWarm: false));
        _draws.Add(new WaterDraw(start + 55 * Minute, 60, 80, IsWarm: false));
    }

    /// <summary>The car charges with one phase, 16 A: at once when it comes home, or when the night tariff begins.</summary>
    void PlanCar()
    {
        if (!Chance(NoiseStream.Car, 0.6)) return;
        var start = Chance(NoiseStream.Car, 0.4) ? Pick(NoiseStream.Car, 18, 19.8) : Pick(NoiseStream.Car, 22.02, 22.1);
        _runs.Add(new ApplianceRun(start, Minutes(NoiseStream.Car, 110, 330), 0, 3640));
    }

    void PlanBathroom()
    {
        var later = _isWeekend ? 100 * Minute : 0;
        for (var person = 0; person < 3; person++)
        {
            if (!Chance(NoiseStream.Water, 0.85)) continue;
            var shower = _midnight + 6 * Hour + 40 * Minute + later + person * 24 * Minute + Minutes(NoiseStream.Water, 0, 8);
            _draws.Add(new WaterDraw(shower, Minutes(NoiseStream.Water, 4, 8), 135, IsWarm: true));
            if (Chance(NoiseStream.Water, 0.5)) _runs.Add(new ApplianceRun(shower + 11 * Minute, 4 * Minute, 0, 1400));
        }
        if (Chance(NoiseStream.Water, 0.4)) _draws.Add(new WaterDraw(Pick(NoiseStream.Water, 19.5, 22), Minutes(NoiseStream.Water, 5, 11), 150, IsWarm: true));
    }

    void PlanTaps()
    {
        for (var i = 0; i < 14; i++)
            _draws.Add(new WaterDraw(Pick(NoiseStream.Water, 6.4, 23.4), 60, 100, IsWarm: false));
        for (var i = 0; i < 12; i++)
            _draws.Add(new WaterDraw(Pick(NoiseStream.Water, i < 3 ? 6.8 : 11.5, i < 3 ? 8.5 : 21), (int)Next(NoiseStream.Water, 15, 70), 85, i % 2 == 0));
    }

    long Pick(NoiseStream stream, double fromHour, double toHour) => _midnight + (long)(Next(stream, fromHour, toHour) * Hour);

    int Minutes(NoiseStream stream, double from, double to) => (int)(Next(stream, from, to) * Minute);

    bool Chance(NoiseStream stream, double probability) => Next(stream, 0, 1) < probability;

    double Next(NoiseStream stream, double low, double high) => _noise.Between(stream, _midnight + _position++, low, high);
}
