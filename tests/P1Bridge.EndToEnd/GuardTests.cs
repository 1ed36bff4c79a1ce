using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>No false total, not even after a restart.</summary>
public class GuardTests
{
    const string Total = "p1bridge/meter/energy_import_tariff_1";
    static readonly string[] AtOnce = ["publish.live.minimum_interval=0s", "publish.totals.minimum_interval=0s"];

    [Fact]
    public async Task After_a_restart_a_lower_total_is_held_back_until_three_telegrams_agree()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var telegram = Telegrams.Read(Telegrams.Main);
        var source = $"file:{Telegrams.PathOf(Telegrams.Main)}";
        var first = house.StartBridge(source, broker);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        Assert.Equal(0, await first.EndAsync("TERM"));

        var observer = await broker.ObserveAsync();
        var lower = Telegrams.With(telegram, "012874.206", "012873.000");
        var cable = await house.PlugInAsync();
        var second = house.StartBridge(cable.Source, broker, AtOnce);
        await second.SaysAsync("reading");
        foreach (var power in (string[])["1.001", "1.002"])
        {
            await cable.SendAsync(Telegrams.WithPower(lower, $"0{power}"));
            await observer.SeesAsync("p1bridge/meter/power_import", power);
        }
        Assert.Equal(["12874.206"], observer.On(Total));
        Assert.Equal("27264.757", Assert.Single(observer.On("p1bridge/meter/energy_import")));

        await cable.SendAsync(Telegrams.WithPower(lower, "01.003"));
        await observer.SeesAsync(Total, "12873.000");
        await observer.SeesAsync("p1bridge/meter/energy_import", "27263.551");
    }

    [Fact]
    public async Task What_is_held_back_is_named_on_health()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var telegram = Telegrams.Read(Telegrams.Main);
        var cable = await house.PlugInAsync();
        var bridge = house.StartBridge(cable.Source, broker, AtOnce);
        await bridge.SaysAsync("reading");
        await cable.SendAsync(telegram);
        await observer.SeesAsync(Total, "12874.206");

        cable.Repeat(Telegrams.With(telegram, "012874.206", "912874.206"));

        await observer.SeesAsync("p1bridge/bridge/health", static health => health.Contains("\"energy_import_tariff_1\":\"total_jumped\"", StringComparison.Ordinal));
        Assert.Equal(["12874.206"], observer.On(Total));
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_written_only_warns()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        Directory.CreateDirectory(house.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var configuration = house.Write(house.Configuration($"file:{Telegrams.PathOf("fluvius-1p")}", broker));
        var bridge = house.Add(BuiltProgram.StartPowerless(["run", "--config", configuration]));

        await house.RetainsAsync(broker, ExpectedTopics.Of("fluvius-1p"));

        Assert.Equal(0, await bridge.EndAsync("TERM"));
        Assert.Equal(1, bridge.CountOf("last good totals cannot be stored"));
        Assert.Equal(1, bridge.CountOf($"Make {house.StateDirectory} writable or set state_directory"));
    }
}
