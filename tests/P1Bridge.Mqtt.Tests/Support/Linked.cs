using System.Collections.Concurrent;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A client connected to a broker by hand, in either version.</summary>
sealed class Linked : IAsyncDisposable
{
    readonly TaskCompletionSource<MqttClosed> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Linked(MqttProtocolVersion version)
    {
        Broker = new FakeBroker(version);
        Options = Broker.Options;
        Client.Closed += (_, closed) => _closed.TrySetResult(closed);
        Client.MessageReceived += (_, message) => Received.Enqueue(message);
    }

    public FakeBroker Broker { get; }

    public MqttClientOptions Options { get; set; }

    public MqttClient Client { get; } = new();

    /// <summary>The other end of the latest connection.</summary>
    public FakePeer Peer { get; private set; } = null!;

    public MqttConnectResult Result { get; private set; } = null!;

    public ConcurrentQueue<MqttMessage> Received { get; } = new();

    /// <summary>The end of the first connection.</summary>
    public Task<MqttClosed> Closed => _closed.Task.Soon();

    public static async Task<Linked> ConnectAsync(
        MqttProtocolVersion version, Func<MqttClientOptions, MqttClientOptions>? change = null, bool sessionPresent = false, params byte[] properties)
    {
        var linked = new Linked(version);
        if (change is not null) linked.Options = change(linked.Options);
        await linked.ConnectAsync(sessionPresent, properties);
        return linked;
    }

    /// <summary>With a session that outlives the connection.</summary>
    public static Task<Linked> ConnectKeepingAsync(MqttProtocolVersion version, params byte[] properties) =>
        ConnectAsync(version, Keeping, false, properties);

    public static MqttClientOptions Keeping(MqttClientOptions options) =>
        options with { CleanSession = false, SessionExpiry = TimeSpan.FromSeconds(100) };

    public async Task ConnectAsync(bool sessionPresent = false, params byte[] properties)
    {
        var connecting = Client.ConnectAsync(Options);
        Peer = await Broker.WelcomeAsync(sessionPresent, properties);
        Result = await connecting.Soon();
        Assert.True(Result.Succeeded, Result.Text);
    }

    /// <summary>The broker drops the link, and the client has noticed.</summary>
    public async Task DropAsync()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.Closed += (_, _) => gone.TrySetResult();
        Peer.Dispose();
        await gone.Task.Soon();
    }

    public Task<MqttPublishResult> Publish(string topic, int qualityOfService, string payload = "x", bool retain = false) =>
        Client.PublishAsync(MqttMessage.Text(topic, payload, (MqttQualityOfService)qualityOfService, retain));

    /// <summary>Reads a PUBLISH and checks its topic.</summary>
    public async Task<RawPacket> ReadPublishAsync(string topic)
    {
        var packet = await Peer.ReadAsync();
        Assert.Equal((3, topic), (packet.Type, packet.Text(0)));
        return packet;
    }

    public Task AcknowledgeAsync(int type, int identifier, params byte[] more) => Peer.WriteAsync(Wire.Acknowledgement(type, identifier, more));

    /// <summary>Reads a packet that is nothing but its type and an identifier.</summary>
    public async Task ReadAsync(int type, int identifier)
    {
        var packet = await Peer.ReadAsync();
        Assert.Equal((type, identifier), (packet.Type, packet.Identifier()));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Peer?.Dispose();
        Broker.Dispose();
    }
}
