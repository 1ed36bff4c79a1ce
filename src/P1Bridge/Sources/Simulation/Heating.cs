namespace P1Bridge.Sources.Simulation;

/// <summary>What keeps the house warm. Pure functions of time and outdoor temperature.</summary>
readonly struct Heating(Noise noise, HeatSource source)
{
    /// <summary>What the house loses, in kilowatts, for each degree that it is colder outside than this.</summary>
    const double Comfort = 15.5;

    const double LossPerDegree = 0.28;

    /// <summary>
    /// A combination boiler, in cubic centimetres of gas a second: warm water first, else it heats in cycles, longer ones the colder it is.
    /// </summary>
    public int GasAt(DateTimeOffset local, long second, double temperature, int warmWater)
    {
        const int cycle = 1500, heatingFlow = 230;
        const double burner = 8;
        if (source != HeatSource.Gas) return 0;
        if (warmWater > 0) return 4 * warmWater;
        return second % cycle < cycle * Wanted(local, temperature) / burner ? heatingFlow + (int)(8 * noise.Smooth(NoiseStream.Temperature, second, 30)) : 0;
    }

    /// <summary>
    /// A heat pump, in watts: follows the weather, in cycles when less is wanted than it can throttle down to, and heats the boiler after noon, when
    /// the sun helps.
    /// </summary>
    public double PumpWattsAt(DateTimeOffset local, long second, double temperature)
    {
        const int cycle = 2400, standby = 12, least = 450, most = 3200, boiler = 1900;
        if (source != HeatSource.HeatPump) return 0;
        if (local is { Hour: 13, Minute: < 45 }) return boiler;
        var performance = Math.Clamp(3 + 0.07 * temperature, 2, 4.5);
        var watts = 1000 * Wanted(local, temperature) / performance;
        if (watts < 30) return standby;
        return watts >= least ? Math.Min(watts, most) : second % cycle < cycle * watts / least ? least : standby;
    }

    /// <summary>District heat in kilowatts: radiators, and warm water as it is drawn.</summary>
    public int DistrictAt(DateTimeOffset local, double temperature, int warmWater)
    {
        // Water gets 40 degrees warmer; a cubic centimetre takes 4.19 joules for each.
        const double perFlow = 40 * 4.19 / 1000;
        return source == HeatSource.District ? (int)Math.Round(Wanted(local, temperature) + perFlow * warmWater) : 0;
    }

    /// <summary>Kilowatts wanted; setback at night.</summary>
    static double Wanted(DateTimeOffset local, double temperature)
        => Math.Max(0, Comfort - temperature) * LossPerDegree * (local.Hour is < 6 or >= 22 ? 0.3 : 1);
}
