using System.Net;
using System.Net.Sockets;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The meter behind a serial-to-network gateway: ser2net as people run it, and one that accepts and then says nothing.</summary>
public class GatewayTests
{
    const string Power = "p1bridge/meter/power_import";

    [Fact]
    public async Task Telegrams_come_through_ser2net_and_go_on_when_it_was_restarted()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var cable = await house.PlugInAsync();
        var telegram = Telegrams.Read(Telegrams.Main);
        var port = Broker.FreePort();
        var gateway = await StartGatewayAsync(house, cable, port);
        var bridge = house.StartBridge($"tcp://127.0.0.1:{port}", broker, "publish.live.minimum_interval=0s");

        cable.Repeat(telegram);
        await observer.SeesAsync(Power, "4.662");
        await gateway.EndAsync("TERM");
        await bridge.SaysAsync("cannot be reached");
        cable.Repeat(Telegrams.WithPower(telegram, "04.700"));
        await StartGatewayAsync(house, cable, port);
        await observer.SeesAsync(Power, "4.700");

        Assert.Equal(["4.662", "4.700"], observer.On(Power).Distinct());
    }

    [Fact]
    public async Task A_gateway_that_accepts_and_says_nothing_makes_the_meter_offline_and_is_connected_to_again()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var bridge = house.StartBridge($"tcp://{server.LocalEndpoint}", broker, "meters.0.silence_timeout=5s");
        using var deadline = new CancellationTokenSource(Eventually.Patience);

        using var first = await server.AcceptSocketAsync(deadline.Token);
        await observer.SeesAsync("p1bridge/meter/availability", "offline");
        using var second = await server.AcceptSocketAsync(deadline.Token);
        await second.SendAsync(Telegrams.Read(Telegrams.Main), deadline.Token);

        await observer.SeesAsync("p1bridge/meter/availability", "online");
        await observer.SeesAsync(Power, "4.662");
        Assert.False(bridge.HasExited, bridge.Story);
    }

    static async Task<Child> StartGatewayAsync(House house, Cable cable, int port)
    {
        var configuration = house.Write(
            $"""
            %YAML 1.1
            ---
            connection: &p1
              accepter: tcp,127.0.0.1,{port}
              connector: serialdev,{cable.Port},115200n81,local,nobreak
              options:
                kickolduser: true

            """,
            "ser2net.yaml");
        // In the foreground, and without lock files, which pseudo terminals do not need.
        var gateway = house.Add(new Child("ser2net", ["-d", "-u", "-c", configuration]));
        await Eventually.HoldsAsync(() => gateway.HasExited || IsListening(port), () => gateway.Story);
        Assert.False(gateway.HasExited, gateway.Story);
        return gateway;
    }

    /// <summary>Read from the system, because a connection would be the one client that it serves.</summary>
    static bool IsListening(int port) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpListeners().Any(endpoint => endpoint.Port == port);
}
