using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>What a kept session (<c>mqtt.session_expiry</c>) is worth over a restart of the bridge, and that losing it costs nothing else.</summary>
public class SessionTests
{
    const string Command = "p1bridge/bridge/command";
    const string Heard = "takes 'announce'";

    [Theory]
    [InlineData("5", "KILL")]
    [InlineData("5", "TERM")]
    [InlineData("3.1.1", "KILL")]
    public async Task What_is_sent_to_the_bridge_while_it_restarts_arrives(string version, string signal)
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house, version);
        await bridge.EndAsync(signal);
        await broker.PublishAsync(Command, "hello");

        var again = Start(house, cable, broker, version);

        await again.SaysAsync(Heard);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_broker_that_lost_session_and_values_gets_all_values_again_and_is_listened_to(string version)
    {
        await using var house = new House();
        var (broker, cable, bridge) = await StartAsync(house, version);
        var before = (await Eventually.ReadAsync(broker.RetainedAsync, static retained => retained.ContainsKey("p1bridge/meter/gas/volume"))).Keys;
        await bridge.EndAsync("KILL");
        await broker.KillAsync();
        await broker.StartAsync();

        var again = Start(house, cable, broker, version);

        await again.SaysAsync("Connected to the broker");
        await Eventually.ReadAsync(broker.RetainedAsync, retained => before.All(retained.ContainsKey));
        await broker.PublishAsync(Command, "hello");
        await again.SaysAsync(Heard);
    }

    static async Task<(Broker Broker, Cable Cable, Child Bridge)> StartAsync(House house, string version)
    {
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = Start(house, cable, broker, version);
        await house.AnnouncesAsync(broker, devices: 4);
        return (broker, cable, bridge);
    }

    static Child Start(House house, Cable cable, Broker broker, string version) =>
        house.StartBridge(cable.Source, broker, "mqtt.session_expiry=1h", $"mqtt.version={version}");
}
