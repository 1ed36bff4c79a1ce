namespace P1Bridge.Tests.Sources;

/// <summary>The forecast of the quarter-hour, measured on days of the simulated house second by second.</summary>
public class ForecastAccuracyTests
{
    const int Quarter = 900;
    const int BeforeEnd = 300;

    [Theory]
    [InlineData("2025-11-17T00:00:00+01:00", 3)]
    [InlineData("2025-06-10T00:00:00+02:00", 8)]
    public void Five_minutes_before_the_end_of_a_steady_quarter_the_forecast_is_within_5_percent(string day, int seed)
    {
        var start = DateTimeOffset.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        var house = new SimulatedHouse(start, seed);
        house.Read();
        var (steady, wrong) = (0, new List<string>());
        for (var quarter = 0; quarter < 96; quarter++)
        {
            var from = start.AddSeconds(quarter * Quarter);
            house.AdvanceTo(from.AddSeconds(Quarter - BeforeEnd - 1));
            var forecast = house.AdvanceTo(from.AddSeconds(Quarter - BeforeEnd)).Number("demand_forecast");
            var loads = new List<decimal> { Math.Max(0, house.House.NetWatts) };
            for (var second = BeforeEnd - 1; second >= 0; second--)
            {
                house.House.AdvanceTo(from.AddSeconds(Quarter - second));
                loads.Add(Math.Max(0, house.House.NetWatts));
                if (second == 1) house.Read();
            }
            var actual = house.Read().Number("demand_finished");
            if (!IsSteady(loads)) continue;
            steady++;
            if (Math.Abs(forecast - actual) > 0.05m * actual + 0.002m) wrong.Add($"{from:HH:mm}: {forecast} for {actual}");
        }

        Assert.InRange(steady, 10, 96);
        Assert.Empty(wrong);
    }

    /// <summary>
    /// Within the last five minutes the load changes by less than 2 %; half-minute means are compared, because no load is quiet from one
    /// second to the next.
    /// </summary>
    static bool IsSteady(List<decimal> loads)
    {
        var means = loads.Chunk(30).Where(static chunk => chunk.Length == 30).Select(static chunk => chunk.Average()).ToList();
        return means.Max() - means.Min() <= 0.02m * means.Max();
    }
}
