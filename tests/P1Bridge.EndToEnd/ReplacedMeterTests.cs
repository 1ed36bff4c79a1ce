using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The old meter's device in Home Assistant must never get the new meter's total.</summary>
public class ReplacedMeterTests
{
    const string Total = "p1bridge/meter/energy_import_tariff_1";
    const string Old = "homeassistant/device/p1bridge_1SAG9999000103/config";
    const string New = "homeassistant/device/p1bridge_1SAG9999000199/config";
    const string NewTotal = "000001.500";
    static readonly string[] AtOnce = ["publish.live.minimum_interval=0s", "publish.totals.minimum_interval=0s"];

    static byte[] NewMeter => Telegrams.With(
        Telegrams.With(Telegrams.Read(Telegrams.Main), "3153414739393939303030313033", "3153414739393939303030313939"), "012874.206", NewTotal);

    [Fact]
    public async Task The_old_device_is_removed_before_the_first_total_of_the_new_meter()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        house.StartBridge(cable.Source, broker, AtOnce);
        await house.AnnouncesAsync(broker, devices: 4);
        await observer.SeesAsync(Total, "12874.206");

        cable.Repeat(NewMeter);
        await observer.SeesAsync(Total, "1.500");

        var messages = observer.Messages.ToList();
        var removed = messages.FindLastIndex(static message => message is { Topic: Old, Payload: "" });
        Assert.InRange(removed, 0, messages.FindIndex(static message => message is { Topic: Total, Payload: "1.500" }));
        await observer.SeesAsync(New, static payload => payload.Length > 0);
        Assert.Equal("", observer.On(Old)[^1]);
    }

    [Fact]
    public async Task A_meter_replaced_while_the_broker_was_away_is_removed_before_the_first_total_too()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker, [.. AtOnce, "outputs.console.enabled=true", "outputs.console.format=lines"]);
        await house.AnnouncesAsync(broker, devices: 4);

        await broker.KillAsync();
        await bridge.SaysAsync("No connection to the broker");
        cable.Repeat(NewMeter);
        await Eventually.HoldsAsync(() => bridge.Output.Any(static line => line.Contains("energy_import_tariff_1 1.500", StringComparison.Ordinal)), () => bridge.Story);
        await broker.StartAsync();
        var observer = await broker.ObserveAsync();
        await observer.SeesAsync(Total, "1.500");

        Assert.DoesNotContain(observer.On(Old), static payload => payload.Length > 0);
        await observer.SeesAsync(New, static payload => payload.Length > 0);
    }

    [Fact]
    public async Task A_meter_replaced_while_the_bridge_was_off_is_removed_after_the_restart()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var first = house.StartBridge(cable.Source, broker, AtOnce);
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(0, await first.EndAsync("TERM"));

        cable.Repeat(NewMeter);
        house.StartBridge(cable.Source, broker, AtOnce);

        var retained = await Eventually.ReadAsync(broker.RetainedAsync, static found => found.ContainsKey(New) && !found.ContainsKey(Old));
        Assert.True(retained.ContainsKey(New) && !retained.ContainsKey(Old), house.Story);
    }
}
