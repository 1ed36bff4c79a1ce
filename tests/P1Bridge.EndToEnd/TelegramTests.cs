using System.Text.RegularExpressions;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Telegrams over a serial line to retained topics and Home Assistant's devices.</summary>
public partial class TelegramTests
{
    [Fact]
    public async Task The_three_phase_meter_with_gas_and_water_appears_as_retained_topics_and_devices()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        house.StartBridge(cable.Source, broker);

        await house.AnnouncesAsync(broker, devices: 4);
        var retained = await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));

        Assert.Equal("online", retained["p1bridge/bridge/state"]);
        Assert.Equal("online", retained["p1bridge/meter/availability"]);
        Assert.Equal("online", retained["p1bridge/meter/gas/availability"]);
        Assert.Equal("online", retained["p1bridge/meter/water/availability"]);
        Verify.Text(Steady(Retained.Report(retained.Where(static pair => pair.Key.StartsWith("p1bridge/", StringComparison.Ordinal))), cable), "values");
        Verify.Text(Steady(Retained.Report(retained.Where(static pair => !pair.Key.StartsWith("p1bridge/", StringComparison.Ordinal))), cable), "discovery");
    }

    [Fact]
    public async Task A_one_phase_meter_has_one_phase()
    {
        var retained = await RunAsync("fluvius-1p", devices: 2);

        Assert.Contains("p1bridge/meter/voltage_l1", retained.Keys);
        Assert.DoesNotContain(retained.Keys, static topic => topic.EndsWith("_l2", StringComparison.Ordinal) || topic.EndsWith("_l3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delta_grid_has_no_second_phase()
    {
        var retained = await RunAsync("fluvius-3x230-delta", devices: 2);

        Assert.Contains("p1bridge/meter/voltage_l3", retained.Keys);
        Assert.DoesNotContain(retained.Keys, static topic => topic.EndsWith("_l2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_water_meter_alone_on_the_first_channel_is_no_gas_meter()
    {
        var retained = await RunAsync("fluvius-1p-water-only", devices: 3);

        Assert.Equal("389.732", retained["p1bridge/meter/water/volume"]);
        Assert.DoesNotContain(retained.Keys, static topic => topic.Contains("gas", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_swapped_gas_meter_only_the_live_one_is_published()
    {
        var retained = await RunAsync("fluvius-gas-meter-swapped", devices: 3);

        Assert.Equal("214.905", retained["p1bridge/meter/gas/volume"]);
        Assert.Contains("homeassistant/device/p1bridge_7FLO9999000203/config", retained.Keys);
        Assert.DoesNotContain(retained, static pair => pair.Key.Contains("gas_2", StringComparison.Ordinal) || pair.Key.Contains("9999000202", StringComparison.Ordinal) || pair.Value == "3120.442");
    }

    [Fact]
    public async Task The_e_MUCS_2_1_meter_has_relays_and_no_limits()
    {
        var retained = await RunAsync("fluvius-emucs21-3p", devices: 4);

        foreach (var relay in (string[])["relay_1", "relay_2", "relay_3", "relay_4"])
            Assert.Equal("0", retained[$"p1bridge/meter/{relay}"]);
        Assert.Equal("none", retained["p1bridge/meter/limiter"]);
        Assert.Equal("none", retained["p1bridge/meter/fuse"]);
    }

    /// <summary>Runs the bridge on a telegram until all its values and devices are there, and returns what the broker retains.</summary>
    static async Task<SortedDictionary<string, string>> RunAsync(string name, int devices)
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(name));
        house.StartBridge(cable.Source, broker);

        var announced = await house.AnnouncesAsync(broker, devices);
        var retained = await house.RetainsAsync(broker, ExpectedTopics.Of(name));

        Verify.Text(Retained.Report(retained.Values()), name);
        Assert.All(announced.Values.SelectMany(Retained.RetainedStateTopics), topic => Assert.Contains(topic, retained.Keys));
        return retained;
    }

    /// <summary>What differs from run to run is named instead.</summary>
    static string Steady(string report, Cable cable) => Instance().Replace(StartedAt().Replace(Version().Replace(report.Replace(cable.Port, "{port}", StringComparison.Ordinal), "$1\"{version}\""), "$1\"{time}\""), "$1\"{instance}\"");

    [GeneratedRegex("""("instance": )"[0-9a-f]+"\B""")]
    private static partial Regex Instance();

    [GeneratedRegex("""("started_at": )"[^"]+"\B""")]
    private static partial Regex StartedAt();

    [GeneratedRegex("""("(?:sw_)?version": )"[0-9.]+"\B""")]
    private static partial Regex Version();
}
