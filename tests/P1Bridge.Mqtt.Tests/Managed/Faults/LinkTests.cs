using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>Links and brokers that seem to be there and are not, and brokers that come and go.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class LinkTests : IAsyncLifetime
#pragma warning restore CA1001
{
    Mosquitto _broker = null!;
    readonly List<ManagedMqttClient> _clients = [];

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync("max_queued_messages 0");

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    static ManagedMqttClientOptions Options(int port, string clientId = "link") => new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(20),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = clientId },
    };

    async Task<ManagedMqttClient> StartAsync(ManagedMqttClientOptions options)
    {
        var client = new ManagedMqttClient(random: new Random(_clients.Count));
        _clients.Add(client);
        await client.StartAsync(options);
        return client;
    }

    static bool IsOnline(ManagedMqttClient client) => client.Status.State == ManagedMqttState.Online;

    static MqttMessage Message(string topic, string payload, bool retain = false) =>
        MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce, retain);

    [Fact]
    public async Task A_broker_that_accepts_and_never_answers_is_left_and_tried_again()
    {
        using var broker = new FakeBroker();
        var options = Options(broker.Port);
        var client = await StartAsync(options with
        {
            Client = options.Client with { ConnectTimeout = TimeSpan.FromSeconds(1), ProtocolVersion = MqttProtocolVersion.V311 },
        });
        using var silent = await broker.AcceptAsync();
        await Eventually.True(() => client.GetHealth().Failures.GetValueOrDefault(MqttFailure.Timeout) == 1);
        using var peer = await broker.WelcomeAsync();
        await Eventually.True(() => IsOnline(client));
    }

    [Fact]
    public async Task A_half_open_link_is_noticed_within_one_and_a_half_times_the_keep_alive()
    {
        await using var proxy = new Proxy(_broker.Port);
        var options = Options(proxy.Port);
        var client = await StartAsync(options with { Client = options.Client with { KeepAlive = TimeSpan.FromSeconds(3) } });
        await Eventually.True(() => IsOnline(client));
        proxy.Stall();
        var watch = Stopwatch.StartNew();
        await Eventually.True(() => !IsOnline(client));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 4.5);
        proxy.Flow();
        await Eventually.True(() => IsOnline(client));
    }

    [Fact]
    public async Task A_server_that_stops_reading_is_left_and_everything_arrives_afterwards()
    {
        var seen = await _broker.ObserveAsync("h");
        await using var proxy = new Proxy(_broker.Port);
        var options = Options(proxy.Port);
        var client = await StartAsync(options with
        {
            Client = options.Client with { WriteTimeout = TimeSpan.FromSeconds(2) },
            AcknowledgementTimeout = TimeSpan.FromSeconds(2),
        });
        await Eventually.True(() => IsOnline(client));
        proxy.Stall();
        var big = new string('x', 50_000);
        var results = Enumerable.Range(0, 60).Select(i => client.EnqueueAsync(Message("h", $"{i:00}{big}"), MqttDelivery.History)).ToArray();
        await Eventually.True(() => client.GetHealth().Reconnects.GetValueOrDefault(MqttFailure.Timeout) == 1);
        proxy.Flow();
        await Task.WhenAll(results).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.True(() => seen.Select(line => line[6..8]).Distinct().Count() == 60);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i:00}"), seen.Select(line => line[6..8]).Distinct());
    }

    [Fact]
    public async Task A_broker_without_memory_has_all_state_and_discovery_again_within_ten_seconds()
    {
        var client = await StartAsync(Options(_broker.Port));
        for (var i = 0; i < 300; i++) client.Enqueue(Message($"s/{i}", $"{i}", retain: true), i % 3 == 0 ? MqttDelivery.Control : MqttDelivery.State);
        await Eventually.True(() => client.GetHealth() is { IsConnected: true, Queued: 0, InFlight: 0 });
        await _broker.KillAsync();
        await Eventually.True(() => !IsOnline(client));
        var watch = Stopwatch.StartNew();
        await _broker.RunAsync();
        var late = await _broker.ObserveAsync("s/#");
        await Eventually.True(() => late.Count == 300);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        Assert.Equal(300, late.Distinct().Count());
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)] // mosquitto 2.0.11 does not say why it closes, in either version.
    public async Task Of_two_clients_with_one_identifier_one_stands_down_and_the_other_has_peace(MqttProtocolVersion version)
    {
        var options = Options(_broker.Port, "twin");
        options = options with { Client = options.Client with { ProtocolVersion = version } };
        ManagedMqttClient[] twins = [await StartAsync(options), await StartAsync(options)];
        await Eventually.True(() => twins.Count(twin => twin.Status.State == ManagedMqttState.StoodDown) == 1);
        var winner = twins.Single(twin => twin.Status.State != ManagedMqttState.StoodDown);
        await Eventually.True(() => IsOnline(winner));
        var connects = winner.GetHealth().Connects;
        Assert.Equal(MqttOutcome.Delivered, (await winner.EnqueueAsync(Message("t", "x"), MqttDelivery.History).Soon()).Outcome);
        Assert.Equal((connects, true), (winner.GetHealth().Connects, IsOnline(winner)));
        Assert.InRange(twins.Sum(twin => twin.GetHealth().Connects), 1, 12);
        Assert.Contains("\"twin\"", twins.Single(twin => twin != winner).Status.Reason, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[MQTT5-3.14.2.1] A broker that says \"session taken over\" is believed at once")]
    public async Task Session_taken_over()
    {
        using var broker = new FakeBroker();
        var options = Options(broker.Port);
        var client = await StartAsync(options with { Client = options.Client with { ProtocolVersion = MqttProtocolVersion.V5 } });
        using var peer = await broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(0x20, 3, 0, 0, 0, 0xE0, 1, 0x8E);
        await Eventually.True(() => client.Status.State == ManagedMqttState.StoodDown);
        Assert.Contains("client identifier \"link\"", client.Status.Reason, StringComparison.Ordinal);
        Assert.Equal(1, client.GetHealth().Reconnects[MqttFailure.Evicted]);
    }

    [Fact]
    public async Task A_broker_that_takes_a_message_not_now_gets_it_again_and_what_it_refuses_is_reported_with_the_reason()
    {
        using var broker = new FakeBroker();
        var refused = new System.Collections.Concurrent.ConcurrentQueue<MqttRefusal>();
        var options = Options(broker.Port);
        var client = await StartAsync(options with { Client = options.Client with { ProtocolVersion = MqttProtocolVersion.V5 } });
        client.MessageRefused += (_, refusal) => refused.Enqueue(refusal);
        using var peer = await broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(0x20, 3, 0, 0, 0);
        var result = client.EnqueueAsync(Message("h", "x"), MqttDelivery.History);
        foreach (var code in new byte[] { 0x97, 0x80, 0x87 })
        {
            var packet = await peer.ReadAsync();
            Assert.Equal((3, 0b0010), (packet.Type, packet.Flags)); // A new message each time.
            await peer.WriteAsync(0x40, 3, (byte)(packet.PublishIdentifier >> 8), (byte)packet.PublishIdentifier, code);
        }
        Assert.Equal((MqttOutcome.Refused, MqttReasonCode.NotAuthorized), ((await result.Soon()).Outcome, (await result).ReasonCode!.Value));
        await Eventually.True(() => refused.Count == 1);
        Assert.Contains("does not allow", refused.Single().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Ten_restarts_with_a_kept_session_are_online_within_five_seconds_each(MqttProtocolVersion version)
    {
        var options = Options(_broker.Port, "kept");
        options = options with { Client = options.Client with { ProtocolVersion = version } };
        for (var i = 0; i < 10; i++)
        {
            var watch = Stopwatch.StartNew();
            await using var client = new ManagedMqttClient();
            await client.StartAsync(options with { Client = options.Client with { CleanSession = false } });
            await client.SubscribeAsync(new MqttSubscription("in"));
            await Eventually.True(() => IsOnline(client));
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
            Assert.Equal(MqttOutcome.Delivered, (await client.EnqueueAsync(Message("out", $"{i}"), MqttDelivery.State).Soon()).Outcome);
            if (i % 2 == 0) await client.StopAsync(TimeSpan.FromSeconds(2)).Soon();
        }
    }
}
