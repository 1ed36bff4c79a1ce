using System.Collections.Concurrent;
using System.Net.WebSockets;
using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

public class WebSocketTests
{
    static async Task<(MqttClient Client, ConcurrentQueue<MqttMessage> Received)> ConnectAsync(FakeWebSocketBroker broker, MqttProtocolVersion version)
    {
        var client = new MqttClient();
        var received = new ConcurrentQueue<MqttMessage>();
        client.MessageReceived += (_, message) => received.Enqueue(message);
        var connecting = client.ConnectAsync(broker.Options);
        await broker.AcceptAsync();
        var (type, bytes) = await broker.ReceiveAsync();
        Assert.Equal((WebSocketMessageType.Binary, 0x10), (type, bytes[0]));
        await broker.SendAsync(Connack(version));
        Assert.True((await connecting.Soon()).Succeeded);
        return (client, received);
    }

    [Theory(DisplayName = "[MQTT-6.0.0-1] [MQTT5-6.0.0-1] Frames are binary: sent so, and any other closes the link")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Binary_frames(MqttProtocolVersion version)
    {
        using var broker = new FakeWebSocketBroker(version);
        var (client, received) = await ConnectAsync(broker, version);
        await using var _ = client;
        var closed = new TaskCompletionSource<MqttClosed>();
        client.Closed += (_, reason) => closed.TrySetResult(reason);
        await client.PublishAsync(MqttMessage.Text("a", "x"));
        Assert.Equal(WebSocketMessageType.Binary, (await broker.ReceiveAsync()).Type);
        await broker.SendAsync(Publish(version, "a", "x"), isText: true);
        if (version == V5) Assert.Equal([0xE0, 1, 0x82], (await broker.ReceiveAsync()).Bytes);
        Assert.Equal(MqttFailure.Protocol, (await closed.Task.Soon()).Failure);
        Assert.Empty(received);
    }

    [Theory(DisplayName = "[MQTT-6.0.0-2] [MQTT5-6.0.0-2] Packets need not fit frames: several in one, one in several, empty ones between")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Packets_and_frames(MqttProtocolVersion version)
    {
        using var broker = new FakeWebSocketBroker(version);
        var (client, received) = await ConnectAsync(broker, version);
        await using var _ = client;
        var publish = Publish(version, "a", "hello");
        await broker.SendAsync([.. publish, .. publish, .. publish[..3]]);
        await broker.SendAsync([]);
        foreach (var part in publish[3..]) await broker.SendAsync([part], end: part % 2 == 0);
        await broker.SendAsync([], end: true);
        await broker.SendAsync(publish);
        await Eventually.True(() => received.Count == 4);
        Assert.All(received, message => Assert.Equal("hello", message.PayloadText));
    }

    [Theory(DisplayName = "[MQTT-6.0.0-3] [MQTT5-6.0.0-3] The subprotocol mqtt is offered, at the path that was given")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task The_subprotocol_is_offered(MqttProtocolVersion version)
    {
        using var broker = new FakeWebSocketBroker(version);
        var (client, _) = await ConnectAsync(broker, version);
        await client.DisposeAsync();
        Assert.StartsWith("GET /mqtt HTTP/1.1\r\n", broker.Request, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Protocol: mqtt\r\n", broker.Request, StringComparison.OrdinalIgnoreCase);
    }

    [Theory(DisplayName = "[MQTT-6.0.0-4] [MQTT5-6.0.0-4] A server that does not take up the subprotocol mqtt is refused")]
    [InlineData(null)]
    [InlineData("mqttv3.1")]
    public async Task The_subprotocol_is_checked(string? subprotocol)
    {
        foreach (var version in new[] { V311, V5 })
        {
            using var broker = new FakeWebSocketBroker(version);
            await using var client = new MqttClient();
            var connecting = client.ConnectAsync(broker.Options);
            await broker.AcceptAsync(subprotocol);
            var failure = await Assert.ThrowsAsync<MqttException>(() => connecting.Soon());
            Assert.Equal(MqttFailure.Network, failure.Failure);
            Assert.Contains("WebSocket", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_port_that_speaks_no_WebSocket_and_one_where_nothing_listens_are_named()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var client = new MqttClient();
        var options = new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, WebSocketPath = "/mqtt" };
        Assert.Contains("WebSocket listener", (await Assert.ThrowsAsync<MqttException>(() => client.ConnectAsync(options).Soon())).Message, StringComparison.Ordinal);
        var nothing = await Assert.ThrowsAsync<MqttException>(() => client.ConnectAsync(options with { Port = Ports.Free() }).Soon());
        Assert.Contains("Nothing listens", nothing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task A_real_broker_takes_messages_of_every_QoS_and_says_goodbye(MqttProtocolVersion version)
    {
        await using var broker = await Mosquitto.StartAsync("protocol websockets");
        await using var client = new MqttClient();
        await RoundTripAsync(client, new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, WebSocketPath = "/mqtt", ClientId = "ws", ProtocolVersion = version });
    }

    [Fact]
    public async Task With_TLS_the_certificate_is_checked_as_without_WebSocket()
    {
        var directory = Directory.CreateTempSubdirectory("p1bridge-mqtt-").FullName;
        using var authority = new Certificates(directory);
        var (certificate, key) = authority.Issue("127.0.0.1");
        await using var broker = await Mosquitto.StartInAsync(directory, "protocol websockets", $"certfile {certificate}", $"keyfile {key}");
        var options = new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, WebSocketPath = "/mqtt", ClientId = "ws", Tls = new MqttTlsOptions() };
        await using var client = new MqttClient();
        var failure = await Assert.ThrowsAsync<MqttException>(() => client.ConnectAsync(options).Soon());
        Assert.Equal((MqttFailure.Tls, true), (failure.Failure, failure.IsConfigurationProblem));
        Assert.Contains("untrusted root", failure.Message, StringComparison.Ordinal);
        await RoundTripAsync(client, options with { Tls = new MqttTlsOptions { CertificateAuthorityFile = authority.AuthorityFile } });
    }

    static async Task RoundTripAsync(MqttClient client, MqttClientOptions options)
    {
        var received = new ConcurrentQueue<string>();
        client.MessageReceived += (_, message) => received.Enqueue(message.PayloadText);
        var closed = new TaskCompletionSource<MqttClosed>();
        client.Closed += (_, reason) => closed.TrySetResult(reason);
        Assert.True((await client.ConnectAsync(options).Soon()).Succeeded);
        await client.SubscribeAsync([new MqttSubscription("t/#", MqttQualityOfService.ExactlyOnce)]).Soon();
        for (var i = 0; i < 3; i++) Assert.True((await client.PublishAsync(MqttMessage.Text("t/x", $"{i}", (MqttQualityOfService)i)).Soon()).Succeeded);
        var large = new string('x', 10_000);
        await client.PublishAsync(MqttMessage.Text("t/x", large)).Soon();
        await Eventually.True(() => received.Count == 4);
        Assert.Equal(new[] { "0", "1", "2", large }.Order(), received.Order());
        await client.DisconnectAsync().Soon();
        Assert.Equal(MqttFailure.Requested, (await closed.Task.Soon()).Failure);
    }
}
