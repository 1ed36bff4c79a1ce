using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

/// <summary>The managed client against brokers that misbehave.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class ManagedFaultTests : IAsyncLifetime
#pragma warning restore CA1001
{
    readonly FakeBroker _broker = new();
    readonly ManagedMqttClient _client = new(random: new Random(4));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        _broker.Dispose();
    }

    ManagedMqttClientOptions Options => new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(5),
        LongestDelay = TimeSpan.FromMilliseconds(50),
        Client = _broker.Options,
    };

    static MqttMessage State(string topic, string payload = "x") => MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce, retain: true);

    static Task AcknowledgeAsync(FakePeer peer, RawPacket packet) =>
        peer.WriteAsync(0x40, 2, (byte)(packet.PublishIdentifier >> 8), (byte)packet.PublishIdentifier);

    async Task<FakePeer> StartAsync(ManagedMqttClientOptions? options = null)
    {
        await _client.StartAsync(options ?? Options);
        var peer = await _broker.WelcomeAsync();
        await Eventually.True(() => _client.Status.State == ManagedMqttState.Online);
        return peer;
    }

    [Fact]
    public async Task Many_messages_are_under_way_at_once_up_to_the_window()
    {
        using var peer = await StartAsync(Options with { MaximumInFlight = 45 });
        for (var i = 0; i < 50; i++) _client.Enqueue(State($"t/{i}"), MqttDelivery.State);
        var first = await peer.ReadAsync();
        for (var i = 1; i < 45; i++) Assert.Equal($"t/{i}", (await peer.ReadAsync()).Text(0));
        var next = peer.ReadAsync();
        Assert.Equal((5, 45), (_client.GetHealth().Queued, _client.GetHealth().InFlight));
        Assert.False(next.IsCompleted);
        await AcknowledgeAsync(peer, first);
        Assert.Equal("t/45", (await next).Text(0));
    }

    [Fact]
    public async Task Forty_five_values_enqueued_one_by_one_leave_in_few_pieces()
    {
        using var peer = await StartAsync(Options with { Client = _broker.Options with { WriteLinger = TimeSpan.FromMilliseconds(100) } });
        for (var i = 0; i < 45; i++) _client.Enqueue(State($"p1bridge/meter/value_{i:00}", "12345.678"), MqttDelivery.State);
        int bytes = 0, reads = 0;
        for (; bytes < 45 * 37; reads++) bytes += (await peer.ReadSomeAsync()).Length;
        Assert.InRange(reads, 1, 2);
    }

    [Fact(DisplayName = "[MQTT-3.1.2-6] With a clean session, what was not acknowledged goes out again as a new message, in order")]
    public async Task Resend_as_new()
    {
        var peer = await StartAsync();
        foreach (var topic in new[] { "a", "b", "c" }) _client.Enqueue(State(topic), MqttDelivery.State);
        await peer.ReadAsync();
        await AcknowledgeAsync(peer, await peer.ReadAsync());
        await peer.ReadAsync();
        await Eventually.True(() => _client.GetHealth().Outcomes[MqttOutcome.Delivered] == 1);
        peer.Dispose();
        using var again = await _broker.WelcomeAsync();
        foreach (var expected in new[] { "a", "c", "b" }) // b was acknowledged, but is retained and told again after the others.
        {
            var packet = await again.ReadAsync();
            Assert.Equal((0b0011, expected), (packet.Flags, packet.Text(0)));
        }
    }

    [Fact(DisplayName = "[MQTT-4.4.0-1] With a kept session the link sends again with DUP, and there is no second copy")]
    public async Task Resend_with_dup()
    {
        var peer = await StartAsync(Options with { Client = _broker.Options with { CleanSession = false } });
        var outcome = _client.EnqueueAsync(MqttMessage.Text("a", "x", MqttQualityOfService.AtLeastOnce), MqttDelivery.State);
        var sent = await peer.ReadAsync();
        peer.Dispose();
        using var again = await _broker.WelcomeAsync(sessionPresent: true);
        var packet = await again.ReadAsync();
        Assert.Equal((0b1010, sent.PublishIdentifier), (packet.Flags, packet.PublishIdentifier));
        await AcknowledgeAsync(again, packet);
        Assert.Equal(MqttOutcome.Delivered, (await outcome.Soon()).Outcome);
        _client.Enqueue(State("b"), MqttDelivery.State);
        Assert.Equal("b", (await again.ReadAsync()).Text(0));
    }

    [Fact]
    public async Task Subscriptions_stand_before_the_birth_in_small_requests_and_again_after_a_reconnect()
    {
        _client.Online += (_, _) => _client.Enqueue(State("birth"), MqttDelivery.Control);
        await _client.StartAsync(Options with { FiltersPerRequest = 2 });
        await _client.SubscribeAsync(new MqttSubscription("a"), new MqttSubscription("b"), new MqttSubscription("c"));
        for (var connection = 0; connection < 2; connection++)
        {
            using var peer = await _broker.WelcomeAsync();
            foreach (var filters in new[] { 2, 1 })
            {
                var subscribe = await peer.ReadAsync();
                Assert.Equal((8, 2 + 4 * filters), (subscribe.Type, subscribe.Body.Length));
                Assert.NotEqual(ManagedMqttState.Online, _client.Status.State);
                await peer.WriteAsync([0x90, (byte)(2 + filters), subscribe.Body[0], subscribe.Body[1], .. new byte[filters]]);
            }
            Assert.Equal("birth", (await peer.ReadAsync()).Text(0));
        }
    }

    [Fact]
    public async Task A_refused_filter_is_reported_and_the_client_goes_online_without_it()
    {
        await _client.StartAsync(Options);
        await _client.SubscribeAsync(new MqttSubscription("secret/#"));
        using var peer = await _broker.WelcomeAsync();
        var subscribe = await peer.ReadAsync();
        await peer.WriteAsync(0x90, 3, subscribe.Body[0], subscribe.Body[1], 0x80);
        await Eventually.True(() => _client.Status.State == ManagedMqttState.Online);
        Assert.Equal(["secret/#"], _client.GetHealth().RefusedSubscriptions);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_a_subscription_is_used_all_the_same()
    {
        await _client.StartAsync(Options with { SubscribeTimeout = TimeSpan.FromSeconds(1) });
        await _client.SubscribeAsync(new MqttSubscription("a"));
        using var peer = await _broker.WelcomeAsync();
        await peer.ReadAsync();
        await Eventually.True(() => _client.Status.State == ManagedMqttState.Online);
    }

    [Fact]
    public async Task A_broker_that_stops_acknowledging_is_left()
    {
        var peer = await StartAsync(Options with { AcknowledgementTimeout = TimeSpan.FromSeconds(1) });
        _client.Enqueue(State("a"), MqttDelivery.State);
        await peer.ReadAsync();
        Assert.Equal(14, (await peer.ReadAsync()).Type);
        peer.Dispose();
        using var again = await _broker.WelcomeAsync();
        Assert.Equal("a", (await again.ReadAsync()).Text(0));
        Assert.Equal(1, _client.GetHealth().Failures[MqttFailure.Timeout]);
    }

    [Fact]
    public async Task A_link_that_is_closed_right_after_connecting_again_and_again_stands_down_and_names_the_client_identifier()
    {
        await _client.StartAsync(Options);
        for (var i = 0; i < 3; i++) (await _broker.WelcomeAsync()).Dispose();
        await Eventually.True(() => _client.Status.State == ManagedMqttState.StoodDown);
        var status = _client.Status;
        Assert.Contains("client identifier \"fake\"", status.Reason, StringComparison.Ordinal);
        Assert.True(status is { IsConfigurationProblem: true, RetryAfter.TotalMinutes: >= 5 });
        Assert.Equal((2, 1), (_client.GetHealth().Reconnects[MqttFailure.Network], _client.GetHealth().Reconnects[MqttFailure.Evicted]));
    }

    [Fact]
    public async Task A_stop_on_a_dead_link_is_bounded_and_cuts_it_so_that_the_will_speaks()
    {
        using var peer = await StartAsync();
        for (var i = 0; i < 5; i++) _client.Enqueue(State($"s/{i}"), MqttDelivery.State);
        for (var i = 0; i < 5; i++) await peer.ReadAsync(); // Never acknowledged.
        var watch = Stopwatch.StartNew();
        var stopping = _client.StopAsync(TimeSpan.FromSeconds(1), [State("bridge/state", "offline")]);
        Assert.Equal("bridge/state", (await peer.ReadAsync()).Text(0));
        Assert.True(await peer.IsClosedAsync()); // No DISCONNECT.
        await stopping.Soon();
        Assert.InRange(watch.Elapsed.TotalSeconds, 2.5, 6);
        Assert.Equal(5, _client.GetHealth().Outcomes[MqttOutcome.Abandoned]);
    }

    [Fact]
    public async Task A_second_wish_to_stop_ends_at_once()
    {
        using var hurry = new CancellationTokenSource();
        using var peer = await StartAsync();
        _client.Enqueue(State("s"), MqttDelivery.State);
        var stopping = _client.StopAsync(TimeSpan.FromMinutes(5), [State("bridge/state", "offline")], hurry.Token);
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await stopping.Soon();
        Assert.Equal(ManagedMqttState.Stopped, _client.Status.State);
    }

    [Fact]
    public async Task A_stop_while_connecting_is_bounded()
    {
        await _client.StartAsync(Options);
        using var peer = await _broker.AcceptAsync(); // Never answers.
        var watch = Stopwatch.StartNew();
        _client.Enqueue(State("s"), MqttDelivery.State);
        await _client.StopAsync(TimeSpan.FromMilliseconds(300), [State("bridge/state", "offline")]).Soon();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.2, 3);
    }
}
