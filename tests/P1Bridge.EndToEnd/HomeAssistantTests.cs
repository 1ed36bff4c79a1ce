using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Home Assistant starts again, and people who delete a device there.</summary>
public class HomeAssistantTests
{
    const string Status = "homeassistant/status";
    const string Gas = "homeassistant/device/p1bridge_7FLO9999000201/config";

    [Fact]
    public async Task After_a_birth_message_come_discovery_then_availability_then_values()
    {
        await using var house = new House();
        var (broker, _, _) = await StartAsync(house);
        var observer = await broker.ObserveAsync();
        var before = observer.Count;

        await broker.PublishAsync(Status, "online");
        foreach (var topic in ExpectedTopics.Of(Telegrams.Main).Keys)
            await observer.SeesAsync(topic, static _ => true, before);

        var topics = observer.Messages.Skip(before).Select(static message => message.Topic)
            .Where(static topic => topic != Status && !topic.StartsWith("p1bridge/bridge/", StringComparison.Ordinal) && !topic.EndsWith("/attributes", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, topics.TakeWhile(static topic => topic.StartsWith("homeassistant/device/", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal("p1bridge/meter/availability", topics[4]);
        Assert.Equal(4 + 3 + ExpectedTopics.Of(Telegrams.Main).Count, topics.Count);
    }

    [Fact]
    public async Task A_device_that_was_deleted_stays_away_until_the_next_birth()
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house);
        var observer = await broker.ObserveAsync();

        await broker.PublishAsync(Gas, null, retain: true);
        await bridge.SaysAsync("was deleted from the broker");
        foreach (var power in (string[])["1.001", "1.002", "1.003"])
        {
            cable.Repeat(Telegrams.WithPower(Telegrams.Read(Telegrams.Main), $"0{power}"));
            await observer.SeesAsync("p1bridge/meter/power_import", power);
        }
        Assert.Equal("", observer.On(Gas)[^1]);
        Assert.Equal(3, (await broker.RetainedAsync()).Discovery().Count);

        await broker.PublishAsync(Status, "online");
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(1, bridge.CountOf("was deleted from the broker"));
        Assert.Equal(3, observer.On(Gas).Count);
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
