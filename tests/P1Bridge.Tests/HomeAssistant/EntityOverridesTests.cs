using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

public class EntityOverridesTests
{
    [Fact]
    public void A_name_a_category_and_a_switch_are_the_users_own()
    {
        var power = Components("Electricity meter", new EntityOverride { Measurement = "power_import_l1", Name = "Phase 1", Category = EntityCategory.Diagnostic, Enabled = true })["power_import_l1"]!.AsObject();

        Assert.Equal(("Phase 1", "diagnostic"), ((string?)power["name"], (string?)power["entity_category"]));
        Assert.False(power.ContainsKey("enabled_by_default"));
        Assert.Equal(("1SAG9999000103_power_import_l1", "sensor.p1_power_import_l1"), ((string?)power["unique_id"], (string?)power["default_entity_id"]));
    }

    [Fact]
    public void A_device_class_can_be_switched_off_and_the_options_of_an_enum_go_with_it()
    {
        var components = Components(
            "Electricity meter", new EntityOverride { Measurement = "power", DeviceClass = "none" }, new EntityOverride { Measurement = "tariff_name", DeviceClass = "none" });

        Assert.False(components["power"]!.AsObject().ContainsKey("device_class"));
        Assert.Equal("kW", (string?)components["power"]!["unit_of_measurement"]);
        Assert.False(components["tariff_name"]!.AsObject().ContainsKey("options"));
        Assert.False(components["tariff_name"]!.AsObject().ContainsKey("device_class"));
    }

    [Fact]
    public void An_excluded_measurement_is_not_announced()
    {
        Assert.False(Components("Electricity meter", new EntityOverride { Measurement = "power", Exclude = true }).ContainsKey("power"));
        Assert.True(Components("Electricity meter").ContainsKey("power"));
    }

    [Fact]
    public void An_id_counts_for_every_medium_and_one_with_medium_wins()
    {
        EntityOverride[] overrides = [new() { Measurement = "gas/volume", Name = "Gas" }, new() { Measurement = "volume", Name = "Counter" }];

        Assert.Equal("Gas", (string?)Components("Gas meter", overrides)["volume"]!["name"]);
        Assert.Equal("Counter", (string?)Components("Water meter", overrides)["volume"]!["name"]);
    }

    [Fact]
    public void With_every_class_that_an_override_may_choose_Home_Assistant_has_nothing_to_refuse()
    {
        var rules = HomeAssistantRules.Load();
        foreach (var row in Corpus.Snapshot("fluvius-3p-gas-water-peaks").Devices[0].Values.Select(static value => value.Row).Where(static row => row.HomeAssistant is not null))
        {
            foreach (var deviceClass in rules.ClassesFor(row.HomeAssistant!).Append("none"))
            {
                var options = With(new EntityOverride { Measurement = row.Id, DeviceClass = deviceClass });
                Assert.Empty(Discovery.Messages("fluvius-3p-gas-water-peaks", options).SelectMany(static message => SensorRules.Findings(message)).Select(finding => $"{row.Id} as {deviceClass}: {finding}"));
            }
        }
    }

    static DiscoveryOptions With(params EntityOverride[] overrides) => new() { Overrides = new EntityOverrides(overrides) };

    static System.Text.Json.Nodes.JsonObject Components(string device, params EntityOverride[] overrides)
        => Discovery.Messages("fluvius-3p-gas-water-peaks", With(overrides)).Of(device).Components();
}
