using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Measurements;

public class CatalogueLoaderTests
{
    const string Media = """
        media:
          - { id: main, names: { en: Meter, nl: Meter, fr: Compteur, de: Zähler } }
          - { id: gas, device_types: [3], names: { en: Gas, nl: Gas, fr: Gaz, de: Gas } }

        """;

    const string Row = """
        measurements:
          - id: power
            obis: "1-0:1.7.0"
            kind: number
            unit: kW
            names: { en: Power, nl: Vermogen, fr: Puissance, de: Leistung }
            example: "1-0:1.7.0(00.500*kW)"

        """;

    [Fact]
    public void A_catalogue_of_one_row_is_read()
    {
        var row = Assert.Single(CatalogueLoader.Parse(("test.yaml", Media + Row)).Measurements);

        Assert.Equal(("power", "main", "1-0:1.7.0", ValueKind.Number, "kW", "Zähler"), (
            row.Id, row.Medium.Id, row.References.Single().ToString(), row.Kind, row.Unit?.Name, row.Medium.Names.De));
    }

    [Theory]
    [InlineData("    kind: number", "    knd: number", "test.yaml:5:5: kind: is missing")]
    [InlineData("    unit: kW", "    unit: kW\n    colour: red", "test.yaml:9:5: unknown key 'colour'; expected one of ")]
    [InlineData("kind: number", "kind: numbers", "test.yaml:7:11: kind: 'numbers' is unknown; expected one of count, failure_log, hex_text, ")]
    [InlineData("unit: kW", "unit: bananas", "test.yaml:8:11: unit: 'bananas' is unknown; expected one of Wh, kWh, ")]
    [InlineData("unit: kW", "can_be_negative: maybe", "test.yaml:8:22: can_be_negative: must be true or false")]
    [InlineData("unit: kW", "off: [999.9, none]", "test.yaml:8:10: off: 'none' is not a decimal number")]
    [InlineData("unit: kW", "off: [[1]]", "test.yaml:8:10: off: must be a list of single values")]
    [InlineData("unit: kW", "maximum_rise_per_hour: much", "test.yaml:8:28: maximum_rise_per_hour: 'much' is not a decimal number")]
    [InlineData("unit: kW", "empty: null_", "test.yaml:8:12: empty: 'null_' is unknown; expected none")]
    [InlineData("unit: kW", "words: { x: one }", "test.yaml:8:12: words: 'x' is not a whole number")]
    [InlineData("unit: kW", "words: [one]", "test.yaml:8:12: words: must map numbers to words")]
    [InlineData("unit: kW", "words: { 1: one, 01: uno }", "test.yaml:8:12: words: '01' is there twice")]
    [InlineData("unit: kW", "formula: sum", "test.yaml:8:14: formula: 'sum' must have the form function(id, id)")]
    [InlineData("unit: kW", "medium: coal", "test.yaml:8:13: medium: 'coal' is not one of media")]
    [InlineData("unit: kW", "role: boss", "test.yaml:8:11: role: 'boss' is unknown; expected one of clock, ")]
    [InlineData("unit: kW", "home_assistant: yes", "test.yaml:8:21: home_assistant: must be a mapping")]
    [InlineData("unit: kW", "home_assistant: { precision: -1 }", "test.yaml:8:34: precision: '-1' is not a whole number")]
    [InlineData("unit: kW", "home_assistant: { icn: x }", "test.yaml:8:23: unknown key 'icn'; expected one of attributes, category, device_class, ")]
    [InlineData("unit: kW", "home_assistant: { device_class: powr, state_class: measurement }", "test.yaml:5:5: power: home_assistant: device class 'powr' is unknown for a sensor; expected one of absolute_humidity, ")]
    [InlineData("unit: kW", "home_assistant: { device_class: energy, state_class: measurement, unit: kWh }", "test.yaml:5:5: power: home_assistant: device class 'energy' does not take state class 'measurement'; expected one of total, total_increasing")]
    [InlineData("unit: kW", "home_assistant: { device_class: gas, state_class: total, unit: m3 }", "test.yaml:5:5: power: home_assistant: device class 'gas' does not take unit 'm3'; expected one of CCF, L, MCF, ")]
    [InlineData("\"1-0:1.7.0\"", "\"1-0:1.7\"", "test.yaml:6:11: obis: '1-0:1.7' is not an OBIS reference of the form A-B:C.D.E")]
    [InlineData("\"1-0:1.7.0\"", "{ a: b }", "test.yaml:6:11: obis: must be a value or a list of values")]
    [InlineData("id: power", "id: [power]", "test.yaml:5:9: id: must be a single value")]
    [InlineData(", de: Leistung }", " }", "test.yaml:9:12: de: is missing")]
    [InlineData("    names: {", "    nams: {", "test.yaml:5:5: names: is missing; expected { en, nl, fr, de }")]
    [InlineData("00.500*kW", "00.500*V", "test.yaml:5:5: power: the example '1-0:1.7.0(00.500*V)' cannot be read: unit_mismatch")]
    [InlineData("id: power", "id: gas", "test.yaml:5:5: gas: this id is the name of another topic; choose another one")]
    [InlineData("measurements:", "measurments:", "test.yaml:4:1: unknown key 'measurments'; expected one of markets, measurements, media")]
    [InlineData("unit: kW", "unit: kW\n    unit: kW", "test.yaml:9:5: ")]
    [InlineData("unit: kW", "unit: 'kW", "test.yaml:")]
    [InlineData("unit: kW", "\tunit: kW", "test.yaml:7:11: While scanning")]
    public void A_fault_is_reported_with_file_line_and_column(string good, string bad, string expected)
    {
        var text = Media + Row;
        Assert.Contains(good, text, StringComparison.Ordinal);

        var exception = Assert.Throws<CatalogueFileException>(() => CatalogueLoader.Parse(("test.yaml", text.Replace(good, bad, StringComparison.Ordinal))));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "test.yaml:1:1: expected a mapping with 'measurements'")]
    [InlineData("- a", "test.yaml:1:1: expected a mapping with 'measurements'")]
    [InlineData("measurements: 5", "test.yaml:1:15: measurements: must be a list of rows")]
    [InlineData("measurements: [5]", "test.yaml:1:15: measurements: must be a list of rows")]
    [InlineData("measurements: []", "media: exactly one medium must have the id 'main'")]
    [InlineData(Row, "test.yaml:2:5: medium: there is none; expected a list 'media' with the id 'main' and sub-meters")]
    [InlineData("media: [{ id: main, names: { en: a, nl: a, fr: a, de: a } }]\nmeasurements: [{ medium: sub, kind: count }]", "test.yaml:2:26: medium: there is none")]
    public void A_file_without_what_it_needs_is_reported(string text, string expected)
    {
        var exception = Assert.Throws<CatalogueFileException>(() => CatalogueLoader.Parse(("test.yaml", text)));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_of_the_rules_is_one_line()
    {
        var exception = Assert.Throws<CatalogueFileException>(() => CatalogueLoader.Parse(
            ("test.yaml", Media + Row + Row[Row.IndexOf('\n', StringComparison.Ordinal)..].Replace("kW)", "V)", StringComparison.Ordinal))));

        Assert.Equal(
            [
                "test.yaml:12:5: power: the id is there twice for medium 'main'",
                "test.yaml:12:5: power: the example '1-0:1.7.0(00.500*V)' cannot be read: unit_mismatch",
            ],
            exception.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void Rows_of_the_users_own_file_come_behind_the_built_in_ones()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("p1bridge").FullName, "mine.yaml");
        File.WriteAllText(path, Row.Replace("id: power", "id: my_power", StringComparison.Ordinal));

        var catalogue = CatalogueLoader.Load(path);

        Assert.Equal("my_power", catalogue.Measurements[^1].Id);
        Assert.Equal(Some.Catalogue.Measurements.Length + 1, catalogue.Measurements.Length);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void An_id_that_is_built_in_already_is_reported_with_the_users_file()
    {
        var exception = Assert.Throws<CatalogueFileException>(() => CatalogueLoader.Parse(("built-in", CatalogueLoader.BuiltInText()), ("mine.yaml", Row)));

        Assert.Equal("mine.yaml:2:5: power: the id is there twice for medium 'main'", exception.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var exception = Assert.Throws<CatalogueFileException>(() => CatalogueLoader.Load("/nowhere/mine.yaml"));

        Assert.StartsWith("/nowhere/mine.yaml: the catalogue file cannot be read: ", exception.Message, StringComparison.Ordinal);
    }
}
