using System.Globalization;
using P1Bridge.Core.Publishing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace P1Bridge.Cli.Demo;

/// <summary>
/// The demo's picture: one moment in, one renderable of exactly the wanted size out. Made for 100x30; narrower and lower terminals get
/// fewer columns and lines. Below 80x24 the lowest lines are left out. In a live display leave one line of the terminal free, or the line
/// end at its close scrolls the header away.
/// </summary>
static class DemoView
{
    /// <summary>Border and padding of a panel.</summary>
    const int Frame = 4;

    const int WidestUseful = 140;
    const int Borders = 2;
    const int HeaderLines = 1;
    const int FooterLines = 2;
    const int SubMeterLines = 3 + Borders;
    const int BrokerLines = 3 + Borders;

    /// <summary>Draws <paramref name="state"/> for a terminal of this size.</summary>
    public static IRenderable Render(DemoState state, int width, int height)
    {
        width = Math.Min(width, WidestUseful);
        var isLow = height < 28;
        var top = (isLow ? 9 : 11) + Borders;
        var bottom = height - HeaderLines - FooterLines - top;
        var left = width * 57 / 100;
        var rows = new List<IRenderable> { Header(state, width), Top(state, left, width - left, top, isLow) };
        if (bottom > Borders) rows.Add(Bottom(state, left, width - left, bottom));
        rows.Add(Footer(state, width));
        return new Rows(rows);
    }

    static Markup Header(DemoState state, int width)
    {
        var clock = state.Meters is [{ Clock: { } time }, ..] ? time.ToString("ddd d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) : "";
        var more = state.Meters.Length > 1 ? $" and {state.Meters.Length - 1} more" : "";
        var (left, right) = DemoText.Spread($" P1Bridge - a simulated meter{more}", $"{clock}   running {DemoText.Clock(state.Running)} ", width);
        return new Markup($"[black on aqua]{left}{right}[/]");
    }

    static Grid Top(DemoState state, int left, int right, int height, bool isLow)
    {
        if (state.Meters is not [{ Devices: [var meter, ..] devices } snapshot, ..])
        {
            var waiting = Panel("Electricity", ["[grey]waiting for the first telegram[/]"], left, height);
            return SideBySide(left, right, waiting, Panel("Quarter-hour demand", [], right, height));
        }
        var electricity = Panel($"Electricity {meter.Identity}", ElectricityPanel.Lines(meter, left - Frame, isLow), left, height);
        var demand = Panel("Quarter-hour demand", DemandPanel.Lines(meter, snapshot.Clock, right - Frame, isLow), right, height - SubMeterLines);
        return SideBySide(left, right, electricity, new Rows(demand, SubMeters([.. devices.Skip(1)], right)));
    }

    /// <summary>Two of them side by side; a third one finds no room.</summary>
    static IRenderable SubMeters(DeviceSnapshot[] meters, int width)
    {
        if (meters is []) return Panel("Sub-meters", ["[grey]none[/]"], width, SubMeterLines);
        if (meters is [var only]) return SubMeter(only, width);
        return SideBySide(width / 2, width - width / 2, SubMeter(meters[0], width / 2), SubMeter(meters[1], width - width / 2));
    }

    static Panel SubMeter(DeviceSnapshot meter, int width)
        => Panel(SubMeterPanel.Title(meter), SubMeterPanel.Lines(meter, width - Frame), width, SubMeterLines);

    static Grid Bottom(DemoState state, int left, int right, int height)
    {
        var published = Panel("Published", TrafficPanels.Published(state.Publications, left - Frame), left, height);
        var broker = Panel("Broker", TrafficPanels.Broker(state, right - Frame), right, Math.Min(height, BrokerLines));
        if (height - BrokerLines <= Borders) return SideBySide(left, right, published, broker);
        var discovery = Panel("Home Assistant discovery sent", TrafficPanels.Discovery(state.Devices, right - Frame), right, height - BrokerLines);
        return SideBySide(left, right, published, new Rows(discovery, broker));
    }

    static Rows Footer(DemoState state, int width)
    {
        const string label = " See for yourself: ";
        var command = $"mosquitto_sub -h {state.BrokerHost} -p {state.BrokerPort} -t '{state.BaseTopic}/#' -v";
        return new Rows(
            new Markup($"[grey]{label}[/][bold]{DemoText.Left(command, width - label.Length)}[/]"),
            new Markup($"[grey]{DemoText.Left(" Ctrl-C ends the demo and everything it started", width)}[/]"));
    }

    /// <summary>A box of exactly this size; lines that do not fit are left out.</summary>
    static Panel Panel(string title, IEnumerable<string> lines, int width, int height)
        => new(new Rows(lines.Take(height - Borders).Select(static line => new Markup(line.Length == 0 ? " " : line))))
        {
            Header = new PanelHeader($" {Markup.Escape(title)} "),
            Border = BoxBorder.Rounded,
            BorderStyle = new Style(Color.Grey),
            Padding = new Padding(1, 0),
            Width = width,
            Height = height,
        };

    static Grid SideBySide(int left, int right, IRenderable first, IRenderable second)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { Width = left, Padding = new Padding(0), NoWrap = true });
        grid.AddColumn(new GridColumn { Width = right, Padding = new Padding(0), NoWrap = true });
        return grid.AddRow(first, second);
    }
}
