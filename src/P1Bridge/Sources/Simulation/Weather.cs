namespace P1Bridge.Sources.Simulation;

/// <summary>Sun, clouds and temperature over the middle of Belgium. Seconds are those since 1970 (UTC).</summary>
readonly struct Weather(Noise noise)
{
    const double Latitude = 50.9 * Math.PI / 180;
    const double LongitudeHours = 4.3 / 15;
    const double AxialTilt = 23.44 * Math.PI / 180;
    const double DaysOfYear = 365.25;
    const int Hour = 3600;
    const int Day = 24 * Hour;

    /// <summary>Outdoor temperature in degrees Celsius: season, wandering weather, coolest before sunrise.</summary>
    public double Temperature(long second)
    {
        var season = -7.5 * Math.Cos(2 * Math.PI * (DayOfYear(second) - 20) / DaysOfYear);
        var timeOfDay = -3.5 * Math.Cos(2 * Math.PI * (SolarHour(second) - 3) / 24);
        return 10.5 + season + timeOfDay + 4 * noise.Smooth(NoiseStream.Temperature, second, 3 * Day);
    }

    /// <summary>What a roof of <paramref name="peakWatts"/> yields at a height of the sun (its sine), in watts.</summary>
    public double Solar(long second, double sunHeight, double peakWatts)
        => sunHeight <= 0 ? 0 : peakWatts * Math.Pow(sunHeight, 0.9) * (1 - 0.82 * Cover(second));

    /// <summary>Sine of the sun's height above the horizon; below zero at night.</summary>
    public static double SineOfSunHeight(long second)
    {
        var declination = -AxialTilt * Math.Cos(2 * Math.PI * (DayOfYear(second) + 10) / DaysOfYear);
        var hourAngle = 2 * Math.PI * (SolarHour(second) - 12) / 24;
        return Math.Sin(Latitude) * Math.Sin(declination) + Math.Cos(Latitude) * Math.Cos(declination) * Math.Cos(hourAngle);
    }

    /// <summary>The covered part of the sky before the sun: whole days are clear or grey, between them single clouds pass.</summary>
    double Cover(long second)
    {
        var day = 0.5 + 0.6 * noise.Smooth(NoiseStream.Cloudiness, second, Day);
        var broken = 2 * Math.Max(0, day * (1 - day));
        var passing = noise.Smooth(NoiseStream.Cloud, second, 420) + 0.25 * noise.Smooth(NoiseStream.Cloud, second, 15);
        return Math.Clamp(day + broken * passing, 0, 1);
    }

    static double DayOfYear(long second) => second / (double)Day % DaysOfYear;

    static double SolarHour(long second) => second % Day / (double)Hour + LongitudeHours;
}
