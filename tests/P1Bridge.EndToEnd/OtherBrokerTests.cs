using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The commands and the bridge on brokers of four makers. Only mosquitto speaks MQTT 5; with the others 3.1.1 is agreed upon.</summary>
public sealed class OtherBrokerTests(OtherBrokers brokers) : IClassFixture<OtherBrokers>
{
    public static TheoryData<string> Names => ["mosquitto", "nats", "rabbitmq", "aedes"];

    [Theory, MemberData(nameof(Names))]
    public async Task What_is_published_arrives_in_order_in_the_newest_version_that_both_know(string name)
    {
        var port = await brokers.PortOfAsync(name);
        await using var subscriber = Start(port, "sub", "-V", "5", "-t", "p1bridge/#", "-q", "1", "-C", "5", "-v", "-d");
        await subscriber.SaysAsync("received SUBACK");
        await using var publisher = Start(port, "pub", "-V", "5", "-t", "p1bridge/meter/power", "-q", "1", "-l");
        await publisher.Input.WriteAsync("1\n2\n3\n4\n5\n"u8.ToArray());
        publisher.Input.Close();

        Assert.True(await publisher.ExitAsync() == 0, publisher.Story);
        Assert.True(await subscriber.ExitAsync() == 0, subscriber.Story);
        Assert.Equal(Enumerable.Range(1, 5).Select(static number => $"p1bridge/meter/power {number}"), subscriber.Output);
        Assert.Equal(name == "mosquitto" ? 0 : 1, subscriber.CountOf("does not speak MQTT 5"));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_retained_message_is_there_for_who_comes_later_until_it_is_erased(string name)
    {
        var port = await brokers.PortOfAsync(name);
        await RunAsync(port, 0, "pub", "-t", "kept/value", "-q", "1", "-r", "-m", "42");
        Assert.Equal("42", await RunAsync(port, 0, "sub", "-t", "kept/value", "-q", "1", "-C", "1", "-W", "20"));

        await RunAsync(port, 0, "pub", "-t", "kept/value", "-q", "1", "-r", "-n");
        Assert.Equal("", await RunAsync(port, 1, "sub", "-t", "kept/value", "-q", "1", "-C", "1", "-W", "1"));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_kept_session_gets_what_was_published_in_between(string name)
    {
        var port = await brokers.PortOfAsync(name);
        string[] session = ["-V", "5", "-x", "600", "-i", "reader1", "-c", "-t", "kept/session", "-q", "1"];
        await RunAsync(port, 0, ["sub", .. session, "-E"]);
        await RunAsync(port, 0, "pub", "-V", "5", "-t", "kept/session", "-q", "1", "-m", "meanwhile");

        Assert.Equal("meanwhile", await RunAsync(port, 0, ["sub", .. session, "-C", "1", "-W", "20"]));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_will_of_a_client_that_is_killed_is_published(string name)
    {
        var port = await brokers.PortOfAsync(name);
        await using var witness = Start(port, "sub", "-t", "last/will", "-q", "1", "-C", "1", "-d");
        await witness.SaysAsync("received SUBACK");
        await using var client = Start(port, "sub", "-V", "5", "-i", "mortal", "-t", "nothing", "-d", "--will-topic", "last/will", "--will-payload", "gone", "--will-qos", "1");
        await client.SaysAsync("received SUBACK");

        await client.EndAsync("KILL");

        Assert.True(await witness.ExitAsync() == 0, witness.Story);
        Assert.Equal(["gone"], witness.Output);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_bridge_publishes_values_and_records(string name)
    {
        await using var house = new House();
        var port = await brokers.PortOfAsync(name);
        await using var values = Start(port, "sub", "-t", "house/meter/power_import", "-C", "1", "-d");
        await using var records = Start(port, "sub", "-t", "house/meter/history", "-q", "1", "-C", "1", "-d");
        await values.SaysAsync("received SUBACK");
        await records.SaysAsync("received SUBACK");
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));

        var bridge = house.StartBridge(
            FormattableString.Invariant($"meters:\n  - source: {cable.Source}\nmqtt: {{ host: 127.0.0.1, port: {port}, base_topic: house }}\nstate_directory: {house.StateDirectory}\n"),
            "outputs.mqtt_json.enabled=true", "outputs.mqtt_json.history=true");

        Assert.True(await values.ExitAsync() == 0, values.Story);
        Assert.Equal(["4.662"], values.Output);
        Assert.True(await records.ExitAsync() == 0, records.Story);
        Assert.Contains("\"power_import\":4.662", Assert.Single(records.Output), StringComparison.Ordinal);
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        Assert.Equal(0, bridge.CountOf(" warn  mqtt"));
        Assert.Equal("offline", await RunAsync(port, 0, "sub", "-t", "house/bridge/state", "-q", "1", "-C", "1", "-W", "20"));
    }

    static Child Start(int port, string command, params string[] options) =>
        BuiltProgram.Start(["mqtt", command, "-h", "127.0.0.1", "-p", FormattableString.Invariant($"{port}"), .. options]);

    static async Task<string> RunAsync(int port, int expected, params string[] words)
    {
        await using var child = Start(port, words[0], words[1..]);
        Assert.True(await child.ExitAsync() == expected, child.Story);
        return string.Join('\n', child.Output);
    }
}
