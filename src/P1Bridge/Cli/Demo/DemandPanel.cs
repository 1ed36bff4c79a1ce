using System.Globalization;
using P1Bridge.Core.Publishing;
using static P1Bridge.Cli.Demo.DemoText;

namespace P1Bridge.Cli.Demo;

/// <summary>The running quarter-hour against the month's peak, as the capacity tariff counts it.</summary>
static class DemandPanel
{
    /// <summary>Months below this count as this much in Flanders, in kW.</summary>
    const decimal PeakFloor = 2.5m;

    const decimal Near = 0.8m;

    /// <summary>Its lines for an inner width; the bar is one line thick when <paramref name="isLow"/>.</summary>
    public static IEnumerable<string> Lines(DeviceSnapshot meter, DateTimeOffset? clock, int width, bool isLow)
    {
        if (Number(meter, "demand") is not { } demand)
        {
            yield return $"[grey]{Left("the meter does not send it", width)}[/]";
            yield break;
        }
        var forecast = Number(meter, "demand_forecast") ?? demand;
        var peak = Number(meter, "peak_month") ?? 0;
        var target = Math.Max(PeakFloor, peak);
        var colour = ColourOf(forecast, target);
        yield return SoFar(demand, clock, width);
        var bar = DemoBar.Progress(demand, forecast, target, Math.Max(forecast, target) * 1.15m, width, colour);
        yield return bar;
        if (!isLow) yield return bar;
        yield return Marks(forecast, target, peak, width, colour);
        if (!isLow || forecast < target) yield return Figures(forecast, peak, width, colour);
        if (!isLow || forecast >= target) yield return Headroom(target - forecast, width, colour);
    }

    /// <summary>Green well below the peak, yellow near it, red when the quarter will set a new one.</summary>
    public static string ColourOf(decimal forecast, decimal target)
        => forecast >= target ? "red" : forecast >= Near * target ? "yellow" : "green";

    static string SoFar(decimal demand, DateTimeOffset? clock, int width)
    {
        const int quarter = 900;
        var left = clock is { } now ? TimeSpan.FromSeconds(quarter - (now.Minute % 15 * 60 + now.Second)) : TimeSpan.Zero;
        var (text, right) = Spread($"{WithUnit(demand, "0.000", "kW")} so far", clock is null ? "" : $"{left:mm\\:ss} left", width);
        return $"[bold]{text}[/][grey]{right}[/]";
    }

    /// <summary>Below the bar: where the forecast and the peak stand; the forecast is drawn when both fall on one place.</summary>
    static string Marks(decimal forecast, decimal target, decimal peak, int width, string colour)
    {
        var scale = Math.Max(forecast, target) * 1.15m;
        var (at, mark) = (Math.Min(width - 1, DemoBar.Position(forecast, scale, width)), Math.Min(width - 1, DemoBar.Position(target, scale, width)));
        var name = peak >= PeakFloor ? " peak" : string.Create(CultureInfo.InvariantCulture, $" {PeakFloor} kW");
        var line = new string(' ', width).ToCharArray();
        var start = mark - name.Length >= 0 ? mark - name.Length : 0;
        name.CopyTo(0, line, start, Math.Min(name.Length, width - start));
        line[mark] = '┃';
        line[at] = '◆';
        var text = new string(line);
        return $"[grey]{text[..at]}[/][{colour}]{text[at]}[/][grey]{text[(at + 1)..]}[/]";
    }

    static string Figures(decimal forecast, decimal peak, int width, string colour)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"forecast {forecast:0.000}, ");
        return $"[{colour}]{text}[/]{Left((width < 38 ? "peak " : "month peak ") + WithUnit(peak, "0.000", "kW"), width - text.Length)}";
    }

    static string Headroom(decimal headroom, int width, string colour) => headroom >= 0
        ? $"[grey]{Left($"{WithUnit(headroom, "0.000", "kW")} below a new peak", width)}[/]"
        : $"[{colour}]{Left($"{WithUnit(-headroom, "0.000", "kW")} above: a new peak!", width)}[/]";
}
