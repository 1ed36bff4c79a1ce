using System.Net;
using System.Net.Sockets;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The meter behind a network socket.</summary>
public class TcpTests
{
    const string Power = "p1bridge/meter/power_import";

    [Fact]
    public async Task A_connection_that_breaks_within_a_telegram_and_comes_back_costs_that_telegram_only()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();
        var telegram = Telegrams.Read(Telegrams.Main);
        var endpoint = new IPEndPoint(IPAddress.Loopback, Broker.FreePort());
        using var server = new TcpListener(endpoint);
        server.Start();
        var bridge = house.StartBridge($"tcp://{endpoint}", broker, "publish.live.minimum_interval=0s");

        await ServeAsync(server, [.. telegram, .. Telegrams.WithPower(telegram, "09.999")[..900]]);
        await observer.SeesAsync(Power, "4.662");
        await ServeAsync(server, Telegrams.WithPower(telegram, "04.700"));
        await observer.SeesAsync(Power, "4.700");
        server.Stop();
        await bridge.SaysAsync("cannot be reached");
        server.Start();
        await ServeAsync(server, Telegrams.WithPower(telegram, "04.800"));
        await observer.SeesAsync(Power, "4.800");
        server.Stop();

        Assert.Equal(["4.662", "4.700", "4.800"], observer.On(Power));
        Assert.Equal(1, bridge.CountOf("was interrupted and has been opened again"));
        Assert.Equal(1, bridge.CountOf($"tcp://{endpoint} is back"));
    }

    /// <summary>Serves one connection and hangs up.</summary>
    static async Task ServeAsync(TcpListener server, byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var socket = await server.AcceptSocketAsync(deadline.Token);
        await socket.SendAsync(bytes, deadline.Token);
        socket.Shutdown(SocketShutdown.Send);
    }
}
