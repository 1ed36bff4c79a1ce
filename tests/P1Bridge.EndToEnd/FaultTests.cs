using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Bad lines, bad cables.</summary>
public class FaultTests
{
    const string Availability = "p1bridge/meter/availability";
    const string Power = "p1bridge/meter/power_import";

    [Fact]
    public async Task Noise_and_half_telegrams_between_good_ones_change_no_value()
    {
        var good = Telegrams.Read(Telegrams.Main);
        var noise = new byte[600];
        new Random(1).NextBytes(noise);
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat([.. noise, .. good, .. good[..700], .. good, .. good[1200..]]);
        house.StartBridge(cable.Source, broker);

        var expected = ExpectedTopics.Of(Telegrams.Main);
        await house.RetainsAsync(broker, expected);
        await observer.SeesAsync("p1bridge/bridge/health", static health => Meter(health).GetProperty("refused").TryGetProperty("truncated", out _));

        var values = observer.Messages.Where(message => expected.ContainsKey(message.Topic)).ToList();
        Assert.All(values, message => Assert.Equal(expected[message.Topic], message.Payload));
    }

    [Fact]
    public async Task A_wrong_checksum_publishes_nothing_is_counted_and_logged_at_most_once_a_minute()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Damaged(Telegrams.Read(Telegrams.Main), "012874.206", "912874.206"), TimeSpan.FromMilliseconds(300));
        var bridge = house.StartBridge(cable.Source, broker);

        await observer.SeesAsync("p1bridge/bridge/health", static health => Meter(health).GetProperty("refused") is var refused
            && refused.TryGetProperty("crc_mismatch", out var count) && count.GetInt32() >= 5);

        Assert.Empty((await broker.RetainedAsync()).Values());
        Assert.Equal(1, bridge.CountOf("telegram refused (crc_mismatch)"));
    }

    [Fact]
    public async Task An_unplugged_port_is_offline_and_heals_when_it_is_plugged_in_again()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        var telegram = Telegrams.Read(Telegrams.Main);
        cable.Repeat(telegram);
        var bridge = house.StartBridge(cable.Source, broker, "meters.0.silence_timeout=2s", "publish.live.minimum_interval=0s");
        await observer.SeesAsync(Availability, "online");
        await observer.SeesAsync(Power, "4.662");

        await cable.UnplugAsync();
        await observer.SeesAsync(Availability, "offline");
        var before = observer.Count;
        cable.Repeat(Telegrams.WithPower(telegram, "04.700"));
        await cable.PlugInAsync();

        await observer.SeesAsync(Availability, "online", before);
        await observer.SeesAsync(Power, "4.700", before);
        Assert.Equal(1, bridge.CountOf("does not exist"));
        Assert.Equal(1, bridge.CountOf("is back"));
        Assert.Equal(0, bridge.CountOf("no valid telegram"));
        Assert.Equal(["online", "offline", "online"], observer.On(Availability));
    }

    [Fact]
    public async Task A_meter_that_says_nothing_is_told_of_once()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        var bridge = house.StartBridge(cable.Source, broker, "meters.0.silence_timeout=1s", "log.level=debug");

        await observer.SeesAsync(Availability, "offline");
        await bridge.SaysAsync($"opened {cable.Port} again", times: 3);
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        await observer.SeesAsync(Availability, "online");

        await bridge.SaysAsync("telegrams are coming in again");
        Assert.Equal(1, bridge.CountOf("no valid telegram"));
        Assert.Equal(0, bridge.CountOf("is back"));
        Assert.Equal(["offline", "online"], observer.On(Availability));
    }

    static JsonElement Meter(string health) => JsonElement.Parse(health).GetProperty("meters").GetProperty("meter");
}
