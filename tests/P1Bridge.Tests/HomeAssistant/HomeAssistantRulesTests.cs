using System.Text.Json.Nodes;
using P1Bridge.Core.Measurements;
using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

public class HomeAssistantRulesTests
{
    static readonly JsonObject Full = Read("tests", "data", "ha-sensor-rules.json");
    static readonly JsonObject Own = Read("config", "homeassistant-rules.json");

    [Fact]
    public void The_rules_of_the_program_are_those_that_the_tests_judge_by()
    {
        var (full, own) = (Full["sensor"]!["device_classes"]!.AsObject(), Own["sensor"]!["device_classes"]!.AsObject());
        Assert.Equal(full.Select(static pair => pair.Key), own.Select(static pair => pair.Key));
        foreach (var (name, rule) in own)
        {
            foreach (var (key, value) in rule!.AsObject())
                Assert.True(JsonNode.DeepEquals(full[name]![key], value), $"{name}.{key}");
        }
        Assert.True(JsonNode.DeepEquals(Full["sensor"]!["state_classes"], Own["sensor"]!["state_classes"]));
        Assert.True(JsonNode.DeepEquals(Full["binary_sensor"]!["device_classes"], Own["binary_sensor"]!["device_classes"]));
    }

    [Fact]
    public void No_row_of_the_catalogue_breaks_a_rule()
    {
        var rules = HomeAssistantRules.Load();
        Assert.Empty(Some.Catalogue.Measurements.Where(static row => row.HomeAssistant is not null).Select(row => rules.ProblemOf(row.HomeAssistant!)).OfType<string>());
    }

    [Theory]
    [InlineData("power", "kW", null, "a number of device class 'power' needs a state class")]
    [InlineData("power", null, "measurement", "device class 'power' does not take no unit; expected one of")]
    [InlineData("timestamp", "s", null, "device class 'timestamp' has no unit, found unit 's'")]
    [InlineData("timestamp", null, "measurement", "device class 'timestamp' does not take state class 'measurement'; expected none")]
    [InlineData(null, "kW", null, "unit 'kW' needs a state class")]
    [InlineData(null, "kW", "rising", "state class 'rising' is unknown; expected one of measurement, ")]
    [InlineData("gas", "m³", "total_increasing", null)]
    [InlineData("power_factor", null, "measurement", null)]
    [InlineData(null, null, null, null)]
    public void A_broken_rule_is_named_with_what_is_allowed(string? deviceClass, string? unit, string? stateClass, string? expected)
    {
        var problem = HomeAssistantRules.Load().ProblemOf(new HomeAssistantEntity { Platform = "sensor", DeviceClass = deviceClass, Unit = unit, StateClass = stateClass });
        if (expected is null) Assert.Null(problem);
        else Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    static JsonObject Read(params string[] path) => JsonNode.Parse(File.ReadAllText(Repository.PathOf(path)))!.AsObject();
}
