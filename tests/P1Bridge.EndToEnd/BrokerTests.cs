using System.Net;
using System.Net.Sockets;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Brokers that come and go, and how the bridge itself ends.</summary>
public class BrokerTests
{
    const string State = "p1bridge/bridge/state";

    [Fact]
    public async Task After_a_broker_without_memory_is_back_everything_is_there_again_within_ten_seconds()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker);
        await house.AnnouncesAsync(broker, devices: 4);
        var before = await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));

        await broker.KillAsync();
        await bridge.SaysAsync("No connection to the broker");
        await broker.StartAsync();

        var after = await Eventually.ReadAsync(broker.RetainedAsync, found => found.SequenceEqual(before), TimeSpan.FromSeconds(10));
        Assert.Equal(before, after);
        Assert.Equal("online", after[State]);
        Assert.Equal(4, after.Discovery().Count);
        Assert.Equal(1, bridge.CountOf("No connection to the broker"));
        Assert.Equal(2, bridge.CountOf("Connected to the broker"));
    }

    [Fact]
    public async Task Without_a_broker_the_meter_is_read_and_published_when_the_broker_comes()
    {
        await using var house = new House();
        var broker = house.AbsentBroker();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker, "outputs.console.enabled=true", "outputs.console.format=lines");
        await bridge.SaysAsync("No connection to the broker");
        await Eventually.HoldsAsync(() => bridge.Output.Count(static line => line == "meter power_import 4.662 kW") >= 5, () => bridge.Story);

        await broker.StartAsync();

        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(1, bridge.CountOf("No connection to the broker"));
        Assert.Equal(1, bridge.CountOf("Connected to the broker"));
    }

    [Fact]
    public async Task A_bridge_that_is_killed_is_offline_by_its_will()
    {
        await using var house = new House();
        var (broker, bridge) = await StartAsync(house);
        var observer = await broker.ObserveAsync();

        await bridge.EndAsync("KILL");

        await observer.SeesAsync(State, "offline");
        Assert.Equal("offline", (await broker.RetainedAsync())[State]);
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("INT", 130)]
    public async Task A_bridge_that_is_asked_to_stop_says_goodbye(string signal, int exitCode)
    {
        await using var house = new House();
        var (broker, bridge) = await StartAsync(house);

        Assert.Equal(exitCode, await bridge.EndAsync(signal, TimeSpan.FromSeconds(5)));

        Assert.Equal("offline", (await broker.RetainedAsync())[State]);
        Assert.EndsWith("bridge: Stopped", bridge.Errors[^1], StringComparison.Ordinal);
        Assert.Empty(bridge.Output);
    }

    [Fact]
    public async Task A_bridge_that_stops_in_order_leaves_no_meter_online()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));

        Assert.Equal(0, await bridge.EndAsync("TERM", TimeSpan.FromSeconds(5)));

        var retained = await broker.RetainedAsync();
        foreach (var place in new[] { "bridge/state", "meter/availability", "meter/gas/availability", "meter/water/availability" })
            Assert.Equal("offline", retained[$"p1bridge/{place}"]);
        Assert.Equal("12874.206", retained["p1bridge/meter/energy_import_tariff_1"]);
    }

    [Fact]
    public async Task A_bridge_without_broker_or_meter_stops_as_quickly()
    {
        await using var house = new House();
        var bridge = house.StartBridge(new Cable(house.Folder).Source, house.AbsentBroker());
        await bridge.SaysAsync("No connection to the broker");

        Assert.Equal(0, await bridge.EndAsync("TERM", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_broker_that_never_answers_does_not_hold_up_the_stop()
    {
        await using var house = new House();
        var broker = house.AbsentBroker();
        using var deaf = new TcpListener(IPAddress.Loopback, broker.Port);
        deaf.Start();
        var bridge = house.StartBridge(new Cable(house.Folder).Source, broker);
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var connection = await deaf.AcceptSocketAsync(deadline.Token);

        Assert.Equal(0, await bridge.EndAsync("TERM", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Two_bridges_with_one_base_topic_are_told_of_each_other_once()
    {
        await using var house = new House();
        var (broker, first) = await StartAsync(house);
        var source = $"file:{Telegrams.PathOf("fluvius-1p")}";

        var second = house.StartBridge(house.Configuration(source, broker), "mqtt.client_id=second", $"state_directory={house.Folder}/second");

        await first.SaysAsync("Another bridge publishes below 'p1bridge'");
        await second.SaysAsync("Another bridge publishes below 'p1bridge'");
        Assert.Equal(0, await second.EndAsync("TERM"));
        Assert.Equal((1, 1), (first.CountOf("Another bridge"), second.CountOf("Another bridge")));
    }

    static async Task<(Broker Broker, Child Bridge)> StartAsync(House house)
    {
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));
        var bridge = house.StartBridge(cable.Source, broker);
        var retained = await house.RetainsAsync(broker, ExpectedTopics.Of("fluvius-1p"));
        Assert.Equal("online", retained[State]);
        return (broker, bridge);
    }
}
