using System.Text;
using P1Bridge.Cli.Demo;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;
using Spectre.Console;

namespace P1Bridge.Tests.Cli.Demo;

public class DemoViewTests
{
    static readonly DateTimeOffset Now = new(2025, 11, 5, 17, 53, 48, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(100, 30)]
    [InlineData(80, 24)]
    [InlineData(140, 40)]
    public void The_picture_fits_the_terminal(int width, int height)
        => Verify.Text($"DemoView.{width}x{height}", Draw(Running(), width, height));

    [Fact]
    public void Before_the_first_telegram_it_says_what_it_waits_for()
        => Verify.Text("DemoView.Starting", Draw(new DemoState { BrokerPort = 41883 }, 100, 30));

    [Fact]
    public void Export_at_noon_and_a_broker_that_is_away()
    {
        var state = Running(("1-0:1.7.0(04.662*kW)", "1-0:1.7.0(00.000*kW)"), ("1-0:2.7.0(00.000*kW)", "1-0:2.7.0(03.214*kW)"),
            ("1-0:61.7.0(00.547*kW)", "1-0:61.7.0(00.000*kW)"), ("1-0:62.7.0(00.000*kW)", "1-0:62.7.0(03.661*kW)"));
        Verify.Text("DemoView.Export", Draw(state with { Broker = DemoBrokerState.Away, ChecksumErrors = 1 }, 100, 30));
    }

    [Fact]
    public void A_one_phase_meter_without_sub_meters_and_without_demand()
    {
        var snapshot = Read("fluvius-1p.txt");
        snapshot = snapshot with { Devices = [snapshot.Devices[0] with { Values = [.. snapshot.Devices[0].Values.Where(static value => !value.Key.StartsWith("demand", StringComparison.Ordinal))] }] };
        Verify.Text("DemoView.OnePhase", Draw(Running() with { Meters = [snapshot] }, 100, 30));
    }

    [Theory]
    [InlineData(40, 12)]
    [InlineData(60, 20)]
    [InlineData(79, 23)]
    [InlineData(81, 28)]
    [InlineData(100, 27)]
    [InlineData(250, 70)]
    public void No_size_makes_a_line_wrap_or_the_picture_grow(int width, int height)
    {
        foreach (var state in (DemoState[])[Running(), new DemoState(), Ugly()])
        {
            var lines = Draw(state, width, height).TrimEnd('\n').Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= width, line));
            Assert.True(lines.Length <= Math.Max(height, 16), $"{lines.Length} lines");
            Assert.Contains(lines, static line => line.Contains("Electricity", StringComparison.Ordinal));
            if (height >= 16) Assert.Equal(height, lines.Length);
        }
    }

    [Theory]
    [InlineData(1.0, "green")]
    [InlineData(2.1, "yellow")]
    [InlineData(2.5, "red")]
    public void The_colour_of_the_quarter_is_that_of_its_forecast(double forecast, string colour)
        => Assert.Equal(colour, DemandPanel.ColourOf((decimal)forecast, 2.5m));

    [Fact]
    public void A_quarter_that_will_exceed_the_peak_is_red_and_says_so()
    {
        var picture = Draw(Running(("1-0:1.4.0(02.470*kW)", "1-0:1.4.0(05.100*kW)")), 100, 30, colours: true);
        Assert.Contains("a new peak!", picture, StringComparison.Ordinal);
        Assert.Contains("\u001b[91m█", picture, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, "··········│··········")]
    [InlineData(5, 10, "··········│█████·····")]
    [InlineData(-10, 10, "██████████│··········")]
    [InlineData(99, 10, "··········│██████████")]
    public void The_balance_bar_grows_from_the_middle(double value, double scale, string expected)
        => Assert.Equal(expected, Markup.Remove(DemoBar.Balance((decimal)value, (decimal)scale, 21)));

    [Theory]
    [InlineData(2, 5, 8, 10, "██▒▒▒···┃·")]
    [InlineData(0, 0, 10, 10, "·········┃")]
    [InlineData(9, 9, 5, 10, "█████┃███·")]
    public void The_progress_bar_shows_what_is_what_will_be_and_the_mark(double value, double expected, double mark, double scale, string text)
        => Assert.Equal(text, Markup.Remove(DemoBar.Progress((decimal)value, (decimal)expected, (decimal)mark, (decimal)scale, 10, "green")));

    static DemoState Running(params (string Line, string Other)[] changes) => new()
    {
        Meters = [Read("fluvius-3p-gas-water-peaks.txt", changes)],
        Broker = DemoBrokerState.Connected,
        BrokerPort = 41883,
        Publications =
        [
            .. Enumerable.Range(0, 40).Select(static number => number % 4 == 3
                ? new DemoPublication("p1bridge/meter/json", """{"power_import":4.662,"power_export":0.000,"telegram_time":"2025-11-05T17:53:48+01:00"}""", TimeSpan.FromSeconds(number))
                : new DemoPublication($"p1bridge/meter/energy_import_tariff_{number % 4}", $"128{number:D2}.206", TimeSpan.FromSeconds(number * 7))),
        ],
        Devices = [new("Electricity meter", 43), new("Gas meter", 4), new("Water meter", 3), new("P1Bridge", 12)],
        Telegrams = 1284,
        Published = 20431,
        Running = TimeSpan.FromSeconds(4994),
    };

    /// <summary>Texts that markup or a terminal would stumble over.</summary>
    static DemoState Ugly() => Running() with
    {
        BrokerHost = new string('h', 300),
        Publications = [new("p1bridge/[red]x[/]/" + new string('t', 200), "[/]\u001b[2J\r\n" + new string('p', 200), TimeSpan.FromDays(40)), new("p1bridge/gone", null, default)],
        Devices = [.. Enumerable.Range(0, 30).Select(static number => new DemoDevice($"[bold]{number}" + new string('d', 99), 123456))],
        Published = long.MaxValue,
    };

    static MeterSnapshot Read(string file, params (string Line, string Other)[] changes)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Telegrams, file), Encoding.Latin1);
        foreach (var (line, other) in changes)
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
            text = text.Replace(line, other, StringComparison.Ordinal);
        }
        var catalogue = CatalogueLoader.Load();
        var reader = new TelegramReader(catalogue, ignoreChecksum: true);
        ReadOnlySpan<byte> bytes = Encoding.Latin1.GetBytes(text);
        Assert.True(reader.TryRead(ref bytes, out var outcome) && outcome.IsAccepted);
        return new MeterPipeline(catalogue, new MeterPipelineOptions()).Process(reader.Readings, Now);
    }

    static string Draw(DemoState state, int width, int height, bool colours = false)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        console.Write(DemoView.Render(state, width, height));
        return string.Join('\n', writer.ToString().ReplaceLineEndings("\n").Split('\n').Select(static line => line.TrimEnd()));
    }
}
