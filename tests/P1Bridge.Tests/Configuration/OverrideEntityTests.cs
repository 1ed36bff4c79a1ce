using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class OverrideEntityTests
{
    [Fact]
    public void Each_key_is_read_from_the_file_and_from_the_environment()
    {
        var expected = new EntityOverride
        {
            Measurement = "gas/volume", Name = "Gas", Category = EntityCategory.Diagnostic, Enabled = false, DeviceClass = "none", Exclude = true,
        };
        var yaml = Yaml("measurement: gas/volume", "name: Gas", "entity_category: diagnostic", "enabled: false", "device_class: none", "exclude: true");
        const string Prefix = "P1BRIDGE_HOMEASSISTANT__OVERRIDES__0__";
        var environment = Some.Environment(
            $"{Prefix}MEASUREMENT=gas/volume", $"{Prefix}NAME=Gas", $"{Prefix}ENTITY_CATEGORY=diagnostic", $"{Prefix}ENABLED=false", $"{Prefix}DEVICE_CLASS=none", $"{Prefix}EXCLUDE=true");

        Assert.Equal([expected], Some.Options(yaml).HomeAssistant.Overrides);
        Assert.Equal([expected], Some.Options(Some.Minimal, environment).HomeAssistant.Overrides);
        Assert.Equal([expected], Some.Options(Some.Effective(Some.Loaded(yaml))).HomeAssistant.Overrides);
    }

    [Fact]
    public void What_is_not_set_stays_as_it_is() => Assert.Equal(
        [new EntityOverride { Measurement = "power", Enabled = true }], Some.Options(Yaml("measurement: power", "enabled: true")).HomeAssistant.Overrides);

    [Theory]
    [InlineData("gas/volum", 7, 20, "there is no measurement 'gas/volum'; did you mean 'gas/volume'?")]
    [InlineData("powr", 7, 20, "there is no measurement 'powr'; did you mean 'power'?")]
    [InlineData("peaks", 7, 20, "'peaks' is no entity of Home Assistant; expected the id of one")]
    [InlineData("a b", 7, 20, "expected the id of a measurement, such as power_import_l1 or gas/volume, found 'a b'")]
    public void An_unknown_measurement_is_refused_with_its_place(string measurement, int line, int column, string expected)
        => Assert.StartsWith($"p1bridge.yaml:{line}:{column}: homeassistant.overrides[0].measurement: {expected}", Some.Message(Yaml($"measurement: {measurement}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("energy_import_tariff_1", "power", "main/energy_import_tariff_1: device class 'power' does not take unit 'kWh'; expected one of GW, MW, TW, W, kW, mW. Allowed here: none, energy")]
    [InlineData("power", "powr", "main/power: device class 'powr' is unknown for a sensor; expected one of ")]
    [InlineData("power", "energy_storage", "main/power: device class 'energy_storage' does not take unit 'kW'; expected one of ")]
    [InlineData("tariff_name", "timestamp", "main/tariff_name: device class 'timestamp' is not for this kind of value. Allowed here: none")]
    [InlineData("telegram_time", "power", "main/telegram_time: device class 'power' does not take no unit; expected one of ")]
    [InlineData("breaker", "moisturee", "main/breaker: device class 'moisturee' is unknown for a binary_sensor; expected one of battery, ")]
    public void A_device_class_that_Home_Assistant_would_refuse_is_refused_with_what_is_allowed(string measurement, string deviceClass, string expected)
        => Assert.StartsWith(
            $"p1bridge.yaml:8:21: homeassistant.overrides[0].device_class: {expected}", Some.Message(Yaml($"measurement: {measurement}", $"device_class: {deviceClass}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("breaker", "opening")]
    [InlineData("volume", "none")]
    [InlineData("power", "power")]
    [InlineData("water/volume", "volume")]
    public void A_device_class_that_fits_is_taken(string measurement, string deviceClass)
        => Assert.Equal(deviceClass, Some.Options(Yaml($"measurement: {measurement}", $"device_class: {deviceClass}")).HomeAssistant.Overrides[0].DeviceClass);

    [Fact]
    public void The_categories_are_those_of_sensors()
        => Assert.Contains("expected one of diagnostic, none, found 'config'", Some.Message(Yaml("measurement: power", "entity_category: config")), StringComparison.Ordinal);

    [Fact]
    public void One_measurement_has_one_override()
        => Assert.StartsWith(
            "p1bridge.yaml:9:20: homeassistant.overrides[1].measurement: 'power' has an override already; put both into one",
            Some.Message(Yaml("measurement: power", "name: A") + "    - measurement: power\n"), StringComparison.Ordinal);

    [Fact]
    public void An_item_without_measurement_is_told_so()
        => Assert.Contains("homeassistant.overrides[0].measurement: missing; expected the id of a measurement", Some.Message(Yaml("name: A")), StringComparison.Ordinal);

    static string Yaml(params string[] keys) => Some.Minimal + "homeassistant:\n  overrides:\n    - " + string.Join("\n      ", keys) + "\n";
}
