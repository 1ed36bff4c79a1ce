using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>What stays on the broker, what is taken back, and what is nobody's business but another bridge's.</summary>
public class DiscoveryMannersTests
{
    const string Electricity = "homeassistant/device/p1bridge_1SAG9999000103/config";
    const string Gas = "homeassistant/device/p1bridge_7FLO9999000201/config";
    const string CellarBridge = "homeassistant/device/p1bridge_cellar_bridge/config";
    const string Command = "p1bridge/bridge/command";

    [Fact]
    public async Task After_clear_nothing_of_a_stopped_bridge_is_left()
    {
        await using var house = new House();
        var (broker, _, bridge) = await StartAsync(house);
        await bridge.EndAsync("TERM");
        await broker.PublishAsync("homeassistant/device/other/config", "{}", retain: true);

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--clear", "--config", Path.Combine(house.Folder, "p1bridge.yaml"));

        Assert.Equal(0, exitCode);
        Assert.Contains(FormattableString.Invariant($"Taken back from 127.0.0.1:{broker.Port}: 4 announcements"), errors, StringComparison.Ordinal);
        Assert.Equal(["homeassistant/device/other/config"], (await broker.RetainedAsync()).Keys);
    }

    [Fact]
    public async Task A_sub_meter_that_is_gone_is_forgotten_on_command_also_by_the_running_bridge()
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house);
        cable.Repeat(Telegrams.WithPower(Telegrams.Without(Telegrams.Read(Telegrams.Main), "0-1:"), "01.234"));
        var observer = await broker.ObserveAsync();
        await observer.SeesAsync("p1bridge/meter/power_import", "1.234");

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--forget", "7FLO9999000201", "--config", Path.Combine(house.Folder, "p1bridge.yaml"));

        Assert.True(exitCode == 0, errors);
        var retained = await broker.RetainedAsync();
        Assert.DoesNotContain(retained.Keys, static topic => topic == Gas || topic.StartsWith("p1bridge/meter/gas/", StringComparison.Ordinal));
        Assert.Contains(Electricity, retained.Keys);
        await broker.PublishAsync("homeassistant/status", "online");
        await observer.SeesAsync(Electricity, static payload => payload.Length > 0, observer.Count);
        Assert.DoesNotContain(Gas, (await broker.RetainedAsync()).Keys);
        Assert.Equal(0, bridge.CountOf("was deleted from the broker"));
    }

    [Fact]
    public async Task A_sub_meter_that_still_sends_has_its_values_again_after_it_was_forgotten()
    {
        await using var house = new House();
        var (broker, _, _) = await StartAsync(house);
        var observer = await broker.ObserveAsync();
        await observer.SeesAsync("p1bridge/meter/gas/volume", static payload => payload.Length > 0);
        var before = observer.Count;

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--forget", "7FLO9999000201", "--config", Path.Combine(house.Folder, "p1bridge.yaml"));

        Assert.True(exitCode == 0, errors);
        await observer.SeesAsync(Gas, static payload => payload.Length > 0, before);
        await observer.SeesAsync("p1bridge/meter/gas/volume", static payload => payload.Length > 0, before);
        var retained = await broker.RetainedAsync();
        Assert.Equal("online", retained["p1bridge/meter/gas/availability"]);
    }

    [Fact]
    public async Task A_meter_that_nobody_knows_cannot_be_forgotten()
    {
        await using var house = new House();
        await StartAsync(house);

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--forget", "1X", "--config", Path.Combine(house.Folder, "p1bridge.yaml"));

        Assert.Equal(1, exitCode);
        Assert.Contains("no meter '1X' is announced; there are 1SAG9999000103, 7FLO9999000201, 8SEN9999000301.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_button_announces_everything_again_and_repeats_the_states()
    {
        await using var house = new House();
        var (broker, _, _) = await StartAsync(house);
        var observer = await broker.ObserveAsync();
        var before = observer.Count;

        await broker.PublishAsync(Command, "announce");

        await observer.SeesAsync(Gas, static payload => payload.Length > 0, before);
        await observer.SeesAsync("p1bridge/meter/gas/volume", static payload => payload.Length > 0, before);
        await observer.SeesAsync("p1bridge/bridge/health", static payload => payload.Length > 0, before);
        await observer.SeesAsync("p1bridge/meter/peak_average/attributes", static payload => payload.StartsWith("{\"2024-10\":4.911,", StringComparison.Ordinal), before);
    }

    [Fact]
    public async Task A_measurement_that_is_excluded_between_two_starts_is_removed_by_its_reduced_form()
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house);
        await bridge.EndAsync("TERM");
        var observer = await broker.ObserveAsync();
        var before = observer.Count;

        house.StartBridge(cable.Source, broker, "publish.live.minimum_interval=0s", "homeassistant.overrides[0].measurement=power", "homeassistant.overrides[0].exclude=true");

        await observer.SeesAsync(Electricity, static payload => payload.Contains("\"power\":{\"platform\":\"sensor\"}", StringComparison.Ordinal), before);
        await observer.SeesAsync(Electricity, static payload => payload.Length > 0 && !payload.Contains("\"power\":{", StringComparison.Ordinal), before);
        Assert.True((await broker.RetainedAsync()).ContainsKey("p1bridge/meter/power"), "Other programs still want it.");
    }

    [Fact]
    public async Task A_bridge_that_starts_again_does_not_repeat_what_the_broker_retains()
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house);
        await bridge.EndAsync("TERM");
        var observer = await broker.ObserveAsync();
        var before = observer.Count;

        var again = house.StartBridge(cable.Source, broker, "publish.live.minimum_interval=0s");
        await again.SaysAsync("the first telegram is in");
        cable.Repeat(Telegrams.WithPower(Telegrams.Read(Telegrams.Main), "01.111"));
        await observer.SeesAsync("p1bridge/meter/power_import", "1.111", before);
        // Pressed, it announces; whatever would have been announced by itself would have come before.
        await broker.PublishAsync(Command, "announce");
        await observer.SeesAsync(Gas, static payload => payload.Length > 0, before);

        Assert.Single(observer.Messages.Skip(before), static message => message.Topic == Electricity);
    }

    [Fact]
    public async Task Two_bridges_that_read_one_meter_do_not_touch_each_others_devices()
    {
        await using var house = new House();
        var (broker, cable, _) = await StartAsync(house);
        var observer = await broker.ObserveAsync();
        var before = observer.Count;

        var configuration = house.Configuration($"replay:{Telegrams.PathOf(Telegrams.Main)}", broker).Replace("/state\n", "/state-of-the-other\n", StringComparison.Ordinal);
        var other = house.Add(BuiltProgram.Start(["run", "--config", house.Write(configuration, "other.yaml"), "--set", "mqtt.base_topic=cellar"]));

        await other.SaysAsync("is announced by another bridge already");
        await observer.SeesAsync(CellarBridge, static payload => payload.Length > 0, before);
        Assert.DoesNotContain(observer.Messages.Skip(before), static message => message.Topic is Electricity or Gas);
        Assert.Contains("\"p1bridge/meter/power\"", (await broker.RetainedAsync())[Electricity], StringComparison.Ordinal);
        await other.EndAsync("TERM");
        Assert.Contains(CellarBridge, (await broker.RetainedAsync()).Keys);
    }

    [Fact]
    public async Task After_a_change_of_the_base_topic_the_devices_of_the_old_one_are_gone()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker, "mqtt.base_topic=cellar");
        await house.AnnouncesAsync(broker, devices: 4);
        await bridge.EndAsync("TERM");

        var again = house.StartBridge(cable.Source, broker);

        await again.SaysAsync("was announced with other settings");
        var announced = (await Eventually.ReadAsync(broker.RetainedAsync, static retained => !retained.ContainsKey(CellarBridge))).Discovery();
        Assert.Equal(4, announced.Count);
        Assert.Contains("homeassistant/device/p1bridge_bridge/config", announced.Keys);
        Assert.All(announced.Values, static device => Assert.DoesNotContain(Retained.StateTopics(device), static topic => topic.StartsWith("cellar/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_both_broker_and_bridge_started_anew_every_entity_has_its_state_without_a_change(bool isBrokerFirst)
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house);
        if (isBrokerFirst)
        {
            await broker.KillAsync();
            await broker.StartAsync();
            await bridge.EndAsync("KILL");
            house.StartBridge(cable.Source, broker);
        }
        else
        {
            await bridge.EndAsync("KILL");
            await broker.KillAsync();
            house.StartBridge(cable.Source, broker);
            await broker.StartAsync();
        }

        var observer = await broker.ObserveAsync();
        await house.AnnouncesAsync(broker, devices: 4);
        await broker.PublishAsync("homeassistant/status", "online");
        foreach (var topic in (await broker.RetainedAsync()).Discovery().Values.SelectMany(Retained.StateTopics).Distinct())
            await observer.SeesAsync(topic, static payload => payload.Length > 0);
    }

    [Fact]
    public async Task A_broker_that_keeps_nothing_is_used_and_the_user_told_what_that_means()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync(new BrokerOptions { More = "allow_anonymous true\nretain_available false\n" });
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker);

        await bridge.SaysAsync("After a restart of Home Assistant or of the broker, devices, availability and values are gone");
        await observer.SeesAsync("p1bridge/meter/power_import", static payload => payload.Length > 0);
        await observer.SeesAsync(Gas, static payload => payload.Length > 0);
        Assert.Equal(1, bridge.CountOf("keeps no retained messages"));
    }

    static async Task<(Broker Broker, Cable Cable, Child Bridge)> StartAsync(House house)
    {
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker, "publish.live.minimum_interval=0s");
        await house.AnnouncesAsync(broker, devices: 4);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        return (broker, cable, bridge);
    }
}
