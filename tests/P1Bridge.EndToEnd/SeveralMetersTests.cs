using System.Globalization;
using System.Net;
using System.Net.Sockets;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>One process, several meters; and made-up ones that leave nothing behind.</summary>
public class SeveralMetersTests
{
    [Fact]
    public async Task Four_meters_have_topics_availability_and_devices_of_their_own_and_a_failing_one_disturbs_none()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        using var server = new TcpListener(IPAddress.Loopback, Broker.FreePort());
        server.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(server, Telegrams.Read("fluvius-1p"), stop.Token);
        var bridge = house.StartBridge(Configuration(house, broker, cable, server));

        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main, "p1bridge/cable"), "p1bridge/cable");
        await house.RetainsAsync(broker, ExpectedTopics.Of("fluvius-1p", "p1bridge/gateway"), "p1bridge/gateway");
        foreach (var meter in (string[])["cable", "gateway", "one", "two"])
            await observer.SeesAsync($"p1bridge/{meter}/availability", "online");
        // Cable 3, gateway 1, the simulated ones 3 and 2, and the bridge.
        var devices = await house.AnnouncesAsync(broker, devices: 10);
        foreach (var (topic, device) in devices.Where(static pair => !pair.Key.EndsWith("_bridge/config", StringComparison.Ordinal) && !pair.Key.Contains("/bridge", StringComparison.Ordinal)))
            Assert.True(Retained.StateTopics(device).Select(static state => state.Split('/')[1]).Distinct().Count() == 1, topic);

        var before = observer.Count;
        await cable.UnplugAsync();
        await observer.SeesAsync("p1bridge/cable/availability", "offline", before);
        await observer.SeesAsync("p1bridge/one/power", static _ => true, observer.Count);
        await observer.SeesAsync("p1bridge/two/power", static _ => true, observer.Count);
        Assert.DoesNotContain(observer.Messages.Skip(before), static message => message is { Topic: "p1bridge/one/availability" or "p1bridge/two/availability" or "p1bridge/gateway/availability", Payload: "offline" });
        before = observer.Count;
        await cable.PlugInAsync();
        await observer.SeesAsync("p1bridge/cable/availability", "online", before);

        // After a clean stop the real meters stay and the made-up ones are gone.
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        var left = await broker.RetainedAsync();
        Assert.DoesNotContain(left.Keys, static topic => topic.StartsWith("p1bridge/one/", StringComparison.Ordinal) || topic.StartsWith("p1bridge/two/", StringComparison.Ordinal));
        Assert.Equal(5, left.Discovery().Count);
        Assert.Equal(["cable.json", "gateway.json", "homeassistant.discovery.json"], Directory.GetFiles(house.StateDirectory, "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_real_meter_after_a_simulated_one_finds_nothing_of_it()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var simulated = house.StartBridge("simulator:seed=3", broker);
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(0, await simulated.EndAsync("TERM"));

        Assert.Empty(await broker.RetainedAsync());
        Assert.False(File.Exists(Path.Combine(house.StateDirectory, "meter.json")));

        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var real = house.StartBridge(cable.Source, broker);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        await house.AnnouncesAsync(broker, devices: 4);
        Assert.Equal(0, real.CountOf("was replaced"));
    }

    [Fact]
    public async Task A_simulated_meter_beside_a_real_one_goes_alone()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(house.Configuration(cable.Source, broker).Replace("mqtt:", "  - name: made_up\n    source: simulator:seed=3\nmqtt:", StringComparison.Ordinal));
        await house.AnnouncesAsync(broker, devices: 7);

        Assert.Equal(0, await bridge.EndAsync("TERM"));

        var left = await broker.RetainedAsync();
        Assert.Equal("offline", left["p1bridge/bridge/state"]);
        Assert.Contains("p1bridge/meter/power_import", left.Keys);
        Assert.DoesNotContain(left.Keys, static topic => topic.StartsWith("p1bridge/made_up/", StringComparison.Ordinal));
        Assert.Equal(4, left.Discovery().Count);
    }

    static string Configuration(House house, Broker broker, Cable cable, TcpListener server) => string.Create(CultureInfo.InvariantCulture, $"""
        meters:
          - source: {cable.Source}
            name: cable
            silence_timeout: 2s
          - source: tcp://{server.LocalEndpoint}
            name: gateway
          - source: simulator:seed=1
            name: one
          - source: simulator:seed=2,profile=1-phase
            name: two
        mqtt:
          host: {broker.Host}
          port: {broker.Port}
        publish:
          live:
            minimum_interval: 1s
        state_directory: {house.StateDirectory}
        """);

    /// <summary>A gateway that sends its telegram each second to whoever is connected.</summary>
    static async Task ServeAsync(TcpListener server, byte[] telegram, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                using var socket = await server.AcceptSocketAsync(cancellation);
                await SendAsync(socket, telegram, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    static async Task SendAsync(Socket socket, byte[] telegram, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await socket.SendAsync(telegram, cancellation);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
        catch (SocketException)
        {
            // It has hung up.
        }
    }
}
