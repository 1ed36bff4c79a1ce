using P1Bridge.Core.Publishing;
using static P1Bridge.Cli.Demo.DemoText;

namespace P1Bridge.Cli.Demo;

/// <summary>The P1 meter: power now, its phases, energy by tariff.</summary>
static class ElectricityPanel
{
    const decimal BarKilowatts = 6;
    const int TotalColumn = 12;

    /// <summary>Its lines for an inner width; without the blank ones when <paramref name="isLow"/>.</summary>
    public static IEnumerable<string> Lines(DeviceSnapshot meter, int width, bool isLow)
    {
        var power = Number(meter, "power") ?? 0;
        yield return Headline(power, width);
        yield return Balance(power, width);
        if (!isLow) yield return "";
        foreach (var line in Phases(meter, width)) yield return line;
        if (!isLow) yield return "";
        foreach (var line in Energy(meter, width)) yield return line;
        yield return $"[grey]{Left("tariff", 10)}[/] {Left($"{Find(meter, "tariff_name") ?? "-"} ({Find(meter, "tariff") ?? "-"})", width - 11)}";
    }

    static string Headline(decimal power, int width)
    {
        var (colour, text) = power < 0
            ? ("green", $"▲ {WithUnit(-power, "0.000", "kW")} to the grid")
            : ("yellow", $"▼ {WithUnit(power, "0.000", "kW")} from the grid");
        return $"[bold {colour}]{Left(text, width)}[/]";
    }

    static string Balance(decimal power, int width)
    {
        const string export = "export ", import = " import";
        var bar = DemoBar.Balance(power, Math.Max(BarKilowatts, Math.Abs(power)), width - export.Length - import.Length);
        return $"[grey]{export}[/]{bar}[grey]{import}[/]";
    }

    static IEnumerable<string> Phases(DeviceSnapshot meter, int width)
    {
        const int columns = 3 + 10 + 9 + 10 + 2;
        for (var phase = 1; phase <= 3; phase++)
        {
            if (Number(meter, $"power_import_l{phase}") is not { } import) continue;
            var power = import - (Number(meter, $"power_export_l{phase}") ?? 0);
            var bar = width - columns >= 9 ? DemoBar.Balance(power, BarKilowatts, width - columns) : "";
            yield return $"[grey]L{phase}[/] [{(power < 0 ? "green" : "yellow")}]{Right(WithUnit(power, "0.000", "kW"), 10)}[/]"
                + Right(WithUnit(Number(meter, $"voltage_l{phase}"), "0.0", "V"), 9)
                + Right(WithUnit(Number(meter, $"current_l{phase}"), "0.00", "A"), 10) + "  " + bar;
        }
    }

    static IEnumerable<string> Energy(DeviceSnapshot meter, int width)
    {
        var withTotal = width >= 11 + 3 * TotalColumn;
        var total = withTotal ? Right("total", TotalColumn) : "";
        yield return $"[grey]{Left("kWh", 10)}{Right("tariff 1", TotalColumn)}{Right("tariff 2", TotalColumn)}{total}[/]";
        yield return Row("import", "energy_import");
        yield return Row("export", "energy_export");

        string Row(string label, string id)
            => $"[grey]{Left(label, 10)}[/]{Cell($"{id}_tariff_1")}{Cell($"{id}_tariff_2")}{(withTotal ? Cell(id) : "")}";

        string Cell(string id) => Right(Find(meter, id) ?? "-", TotalColumn);
    }

}
