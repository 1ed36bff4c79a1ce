using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Two bridges that call themselves the same: a broker keeps only one of them.</summary>
public class RivalTests
{
    [Fact]
    public async Task Of_two_bridges_with_one_client_identifier_one_says_so_once_and_stands_back()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var bridges = new[] { Start("one"), Start("two") };

        await Eventually.HoldsAsync(() => bridges.Any(IsStandingBack), () => house.Story, TimeSpan.FromSeconds(60));
        var loser = bridges.Single(IsStandingBack);
        var line = loser.Errors.Single(static line => line.Contains("same client identifier", StringComparison.Ordinal));
        Assert.Contains("another program connects with the same client identifier \"twin\"", line, StringComparison.Ordinal);
        Assert.Contains("mqtt.client_id", line, StringComparison.Ordinal);
        // The other one is there now, and stays.
        var winner = bridges.Single(bridge => bridge != loser);
        await Eventually.HoldsAsync(() => winner.Errors.Last(static line => line.Contains("the broker at", StringComparison.Ordinal)).Contains("Connected to", StringComparison.Ordinal), () => house.Story);
        Assert.Equal("online", (await Eventually.ReadAsync(broker.RetainedAsync, static found => found.GetValueOrDefault("p1bridge/bridge/state") == "online"))["p1bridge/bridge/state"]);
        Assert.Equal(1, loser.CountOf("same client identifier"));

        Child Start(string meter) => house.Add(BuiltProgram.Start([
            "run", "--config", house.Write($"meters:\n  - name: {meter}\n    source: simulator\nmqtt:\n  host: {broker.Host}\n  port: {broker.Port}\n  client_id: twin\nstate_directory: {Path.Combine(house.Folder, meter)}\n", $"{meter}.yaml")]));
    }

    [Fact]
    public async Task The_first_time_that_another_takes_the_place_is_explained()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var bridge = house.StartBridge("simulator", broker, "mqtt.client_id=twin");
        await bridge.SaysAsync("Connected to the broker");

        await using var rival = new Child("mosquitto_sub", [.. broker.ClientOptions, "-i", "twin", "-t", "a", "-E"]);
        Assert.Equal(0, await rival.ExitAsync());

        await bridge.SaysAsync("uses the client identifier \"twin\" too: give one of them another mqtt.client_id");
        Assert.Equal(0, bridge.CountOf("error"));
    }

    static bool IsStandingBack(Child bridge) => bridge.CountOf("same client identifier") > 0;
}
