using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>A meter that is swapped, as meters are: with the power off.</summary>
public class SwapTests
{
    const string OldMeter = "1SAG9999000103";
    const string NewMeter = "1SAG9999000199";

    [Fact]
    public async Task A_meter_swapped_while_the_power_was_off_is_told_once_and_takes_the_old_ones_place()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        var old = Telegrams.Read(Telegrams.Main);
        cable.Repeat(old);
        var first = house.StartBridge(cable.Source, broker);
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(0, await first.EndAsync("TERM"));

        cable.Repeat(Telegrams.With(Telegrams.With(old, Hex(OldMeter), Hex(NewMeter)), "1-0:1.8.1(012874.206*kWh)", "1-0:1.8.1(000003.250*kWh)"));
        await using var observer = await Observer.StartAsync(broker);
        var seen = observer.Messages.Count;
        var second = house.StartBridge(cable.Source, broker);

        await observer.SeesAsync("p1bridge/meter/energy_import_tariff_1", "3.250", seen);
        await observer.SeesAsync($"homeassistant/device/p1bridge_{OldMeter}/config", "", seen);
        await observer.SeesAsync($"homeassistant/device/p1bridge_{NewMeter}/config", static payload => payload.Length > 0, seen);
        var news = JsonDocument.Parse(Assert.Single(observer.On("p1bridge/bridge/event"))).RootElement;
        Assert.Equal(("meter_swapped", OldMeter, NewMeter), (news.GetProperty("type").GetString(), news.GetProperty("old").GetString(), news.GetProperty("new").GetString()));
        Assert.Equal(1, second.CountOf("was replaced by"));
        Assert.DoesNotContain(observer.Messages, static message => message is { Topic: "p1bridge/bridge/event", IsRetained: true });
    }

    [Fact]
    public async Task Objects_that_nobody_knows_are_published_when_they_are_wanted()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.With(Telegrams.Read(Telegrams.Main), "0-0:96.13.0()", "1-0:99.99.0(012*x)"));
        await using var observer = await Observer.StartAsync(broker);
        house.StartBridge(cable.Source, broker, "publish.raw=true");

        await observer.SeesAsync("p1bridge/meter/raw/1-0:99.99.0", "(012*x)");
    }

    static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));
}
