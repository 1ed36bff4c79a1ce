using System.Text;
using FsCheck.Fluent;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources.Simulation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Sources;

public class SimulatedTelegramWriterTests
{
    static readonly DateTimeOffset Noon = new(2026, 6, 17, 12, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void The_telegram_is_written_as_a_belgian_meter_writes_it()
    {
        var lines = new SimulatedHouse(Noon).Text().Split("\r\n");
        Assert.StartsWith("/FLU5\\", lines[0], StringComparison.Ordinal);
        Assert.Equal("", lines[1]);
        Assert.Equal("", lines[^1]);
        Assert.Matches("^![0-9A-F]{4}$", lines[^2]);
        Assert.Matches(@"^1-0:1\.8\.1\(\d{6}\.\d{3}\*kWh\)$", lines[5]);
        Assert.Contains("0-0:1.0.0(260617120000S)", lines);
        Assert.Contains("0-0:96.13.0()", lines);
        Assert.Contains("0-0:17.0.0(999.9*kW)", lines);
        Assert.Contains("0-0:96.3.10(1)", lines);
        Assert.Contains(lines, static line => line.StartsWith("0-1:24.2.3(260617115503S)(", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("0-2:24.2.1(260617115612S)(", StringComparison.Ordinal));
    }

    [Fact]
    public void The_lines_stand_in_the_order_of_a_real_meter()
    {
        var real = File.ReadAllLines(Path.Combine(Repository.Telegrams, "fluvius-3p-gas-water-peaks.txt"), Encoding.Latin1);
        var simulated = new SimulatedHouse(Noon).Text().Split("\r\n");

        // A row added to the catalogue adds a line; those that a real meter sends keep their order.
        Assert.Equal(References(real), References(simulated).Where(References(real).Contains));

        static IEnumerable<string> References(IEnumerable<string> lines)
            => lines.Where(static line => line.Contains('(', StringComparison.Ordinal)).Select(static line => line[..line.IndexOf('(', StringComparison.Ordinal)]);
    }

    [Fact]
    public void Rows_that_share_an_object_give_one_line()
    {
        var lines = new SimulatedHouse(Noon).Text().Split("\r\n");
        Assert.Single(lines, static line => line.StartsWith("1-0:1.6.0", StringComparison.Ordinal));
        Assert.Single(lines, static line => line.StartsWith("0-1:24.2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_made_up_row_of_the_catalogue_appears_in_the_telegram_and_among_the_values()
    {
        const string rows = """
            measurements:
              - id: cosmic_rays
                obis: "1-0:199.7.0"
                kind: number
                unit: kW
                group: live
                names: { en: Cosmic rays, nl: Kosmische straling, fr: Rayons cosmiques, de: Höhenstrahlung }
                example: "1-0:199.7.0(00.042*kW)"
              - id: leak
                medium: water
                obis: "0-n:96.9.9"
                kind: word
                words: { 0: dry, 1: wet }
                names: { en: Leak, nl: Lek, fr: Fuite, de: Leck }
                example: "0-1:96.9.9(0)"
            """;
        var catalogue = CatalogueLoader.Parse(("catalogue.yaml", CatalogueLoader.BuiltInText()), ("extra.yaml", rows));
        var house = new SimulatedHouse(Noon, catalogue: catalogue);
        var snapshot = house.Read();
        Assert.Contains("\r\n1-0:199.7.0(00.042*kW)\r\n", house.Text(), StringComparison.Ordinal);
        Assert.Contains("\r\n0-2:96.9.9(0)\r\n", house.Text(), StringComparison.Ordinal);
        Assert.Equal("0.042", snapshot.Payload("cosmic_rays"));
        Assert.Equal("dry", snapshot.Payload("leak", "water"));
        Assert.Empty(snapshot.Held);
    }

    [Fact]
    public void What_the_catalogue_marks_as_not_simulated_and_what_is_computed_is_left_out()
    {
        var catalogue = CatalogueLoader.Load();
        var house = new SimulatedHouse(Noon, catalogue: catalogue);
        var values = house.Read().Devices.SelectMany(static device => device.Values).Select(static value => value.Row.Index).ToHashSet();
        var simulated = catalogue.Measurements.Where(static row => row.IsPublished && row.Medium.Id is "main" or "gas" or "water").ToList();
        foreach (var row in simulated.Where(static row => row.IsPublished && row.Formula is null && row is not { Id: "valve", Medium.Id: "water" }))
            Assert.True(row.Simulated == values.Contains(row.Index), $"{row.Medium.Id} {row.Id}");
        Assert.Contains(simulated, static row => !row.Simulated);
        Assert.DoesNotContain("1-0:16.7.0", house.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_after_an_examples_pattern_is_read_back_the_same()
    {
        var catalogue = CatalogueLoader.Load();
        var numbers = catalogue.Measurements.Where(static row => row is { Kind: ValueKind.Number, References.IsEmpty: false, Part: ValuePart.Value, OffValues.IsEmpty: true }).ToArray();
        Prop.ForAll<int, long>((position, digits) =>
        {
            var row = numbers[(uint)position % numbers.Length];
            var example = ReadBack(row, new LinePattern(row, 1).Example).Number;
            var wanted = new FixedPoint(Math.Abs(digits % 1_000_000_000_000), example.Decimals);
            return ReadBack(row, new LinePattern(row, 1).With(Reading.Of(wanted))).Number == wanted;
        }).Holds();

        Reading ReadBack(Measurement row, string line)
        {
            var readings = new TelegramReader(catalogue);
            var type = row.Medium.IsMain ? "" : $"0-1:24.1.0({row.Medium.DeviceTypes[0]:D3})\r\n";
            ReadOnlySpan<byte> bytes = Encoding.Latin1.GetBytes($"/ONE\r\n\r\n{type}{line}\r\n!\r\n");
            Assert.True(readings.TryRead(ref bytes, out var outcome) && outcome.IsAccepted);
            return readings.Readings.Meters.First(meter => meter.Medium == row.Medium)[row];
        }
    }

    [Fact]
    public void A_value_is_written_in_the_unit_of_the_example()
    {
        var row = CatalogueLoader.Load().Find("main", "power_import")! with { Example = "1-0:1.7.0(000000*W)" };
        Assert.Equal("1-0:1.7.0(001234*W)", new LinePattern(row, 0).With(Reading.Of(FixedPoint.Parse("1.234"))));
    }

    [Fact]
    public void A_layout_that_the_house_does_not_know_stays_as_the_example_is()
    {
        const string example = "0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)\n(00042.000)";
        var row = CatalogueLoader.Load().Find("gas", "volume")! with { Example = example };
        Assert.Equal("0-3:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00042.000)", new LinePattern(row, 3).With(Reading.Of(FixedPoint.Parse("1.234"))));
    }
}
