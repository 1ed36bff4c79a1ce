using System.Collections.Concurrent;
using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

/// <summary>The managed client against a real mosquitto that dies and comes back without a memory.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class ManagedMqttClientTests : IAsyncLifetime
#pragma warning restore CA1001
{
    Mosquitto _broker = null!;
    readonly ManagedMqttClient _client = new(random: new Random(3));

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync();

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    ManagedMqttClientOptions Options => new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(10),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Client = new MqttClientOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = "managed" },
    };

    static MqttMessage State(string topic, string payload) => MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce, retain: true);

    bool IsOnline => _client.Status.State == ManagedMqttState.Online;

    async Task StartAsync(ManagedMqttClientOptions? options = null)
    {
        await _client.StartAsync(options ?? Options);
        await Eventually.True(() => IsOnline);
    }

    async Task LoseBrokerAsync()
    {
        await _broker.KillAsync();
        await Eventually.True(() => !IsOnline);
    }

    [Fact]
    public async Task Messages_go_out_in_order_and_their_handles_say_so()
    {
        var seen = await _broker.ObserveAsync("t");
        await StartAsync();
        var outcomes = Enumerable.Range(0, 500)
            .Select(i => MqttMessage.Text("t", $"{i}", MqttQualityOfService.AtLeastOnce))
            .Select(message => _client.EnqueueAsync(message, MqttDelivery.Live)).ToArray();
        Assert.All(await Task.WhenAll(outcomes).Soon(), result => Assert.Equal(MqttOutcome.Delivered, result.Outcome));
        await Eventually.True(() => seen.Count == 500);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"0 1 t {i}"), seen);
        var health = _client.GetHealth();
        Assert.Equal((500L, 0, 0), (health.Outcomes[MqttOutcome.Delivered], health.Queued, health.InFlight));
        Assert.True(health is { IsConnected: true, Connects: 1, QueuedBytes: 0, LastAcknowledgementLatency: not null });
    }

    [Fact]
    public async Task While_offline_only_the_latest_state_waits_and_live_is_dropped()
    {
        await StartAsync();
        await LoseBrokerAsync();
        var first = _client.EnqueueAsync(State("s", "1"), MqttDelivery.State);
        var second = _client.EnqueueAsync(State("s", "2"), MqttDelivery.State);
        var live = _client.EnqueueAsync(MqttMessage.Text("l", "x"), MqttDelivery.Live);
        Assert.Equal((MqttOutcome.Superseded, MqttOutcome.DroppedOffline), ((await first.Soon()).Outcome, (await live.Soon()).Outcome));
        await _broker.RunAsync();
        Assert.Equal(MqttOutcome.Delivered, (await second.Soon()).Outcome);
        var late = await _broker.ObserveAsync("#");
        await Eventually.True(() => late.Contains("1 1 s 2"));
        Assert.Single(late);
    }

    [Fact]
    public async Task A_broker_that_comes_back_without_memory_gets_state_and_control_again_without_anyone_publishing()
    {
        await StartAsync();
        _client.Enqueue(State("p/state", "42"), MqttDelivery.State);
        _client.Enqueue(State("ha/config", "{}"), MqttDelivery.Control);
        _client.Enqueue(State("p/erased", "x"), MqttDelivery.State);
        Assert.Equal(MqttOutcome.Delivered, (await _client.EnqueueAsync(MqttMessage.Erase("p/erased"), MqttDelivery.State).Soon()).Outcome);
        await LoseBrokerAsync();
        await _broker.RunAsync();
        await Eventually.True(() => IsOnline && _client.GetHealth() is { Queued: 0, InFlight: 0 });
        var late = await _broker.ObserveAsync("#");
        await Eventually.True(() => late.Count >= 2);
        Assert.Equal(["1 1 ha/config {}", "1 1 p/state 42"], late.Order(StringComparer.Ordinal));
        var health = _client.GetHealth();
        Assert.Equal((2L, 2), (health.Connects, health.Kept));
        Assert.True(health.Failures[MqttFailure.Network] >= 1);
    }

    [Fact]
    public async Task The_birth_is_published_on_each_connect_after_subscriptions_stand()
    {
        var received = new ConcurrentQueue<string>();
        _client.MessageReceived += (_, message) => received.Enqueue($"{message.Topic}={message.PayloadText}");
        _client.Online += (_, online) => _client.Enqueue(State("bridge/state", $"online {online.Count}"), MqttDelivery.Control);
        await _client.StartAsync(Options);
        await _client.SubscribeAsync(new MqttSubscription("bridge/state"), new MqttSubscription("ha/status"));
        await Eventually.True(() => received.Contains("bridge/state=online 1"));
        await LoseBrokerAsync();
        await _broker.RunAsync();
        await Eventually.True(() => received.Contains("bridge/state=online 2"));
        await _broker.PublishAsync("ha/status", "online");
        await Eventually.True(() => received.Contains("ha/status=online"));
        await _client.UnsubscribeAsync("ha/status");
    }

    [Fact]
    public async Task The_states_are_reported_in_order_with_reasons()
    {
        var states = new ConcurrentQueue<ManagedMqttStatus>();
        _client.StatusChanged += (_, status) => states.Enqueue(status);
        await StartAsync();
        await LoseBrokerAsync();
        await Eventually.True(() => states.Any(status => status.State == ManagedMqttState.Backoff));
        await _client.StopAsync(TimeSpan.FromSeconds(1)).Soon();
        var order = states.Select(status => status.State).ToArray();
        Assert.Equal(
            [ManagedMqttState.Connecting, ManagedMqttState.Resuming, ManagedMqttState.Online, ManagedMqttState.Backoff], order[..4]);
        Assert.Equal([ManagedMqttState.Draining, ManagedMqttState.Stopped], order[^2..]);
        Assert.All(states, status => Assert.NotEmpty(status.Reason));
        Assert.Contains("Connection lost", states.First(status => status.State == ManagedMqttState.Backoff).Reason, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "[MQTT-3.14.4-3] A stop drains, says the last messages and goodbye, and leaves no will")]
    public async Task A_stop_drains()
    {
        var seen = await _broker.ObserveAsync("#");
        await StartAsync(Options with { Client = Options.Client with { Will = State("bridge/state", "will") } });
        for (var i = 0; i < 300; i++) _client.Enqueue(State($"s/{i}", $"{i}"), MqttDelivery.State);
        await _client.StopAsync(TimeSpan.FromSeconds(5), [State("bridge/state", "offline")]).Soon();
        await _broker.PublishAsync("marker", "after", "-q", "1"); // With QoS 0 it would overtake what the broker still queues.
        await Eventually.True(() => seen.Contains("0 1 marker after"));
        Assert.Equal(302, seen.Count);
        Assert.Equal("0 1 bridge/state offline", seen.ElementAt(300));
        Assert.Equal(ManagedMqttState.Stopped, _client.Status.State);
        Assert.False(_client.Enqueue(State("s", "too late"), MqttDelivery.State));
    }

    [Fact]
    public async Task Start_enqueue_and_stop_right_away_still_delivers()
    {
        var seen = await _broker.ObserveAsync("#");
        await _client.StartAsync(Options);
        var outcome = _client.EnqueueAsync(MqttMessage.Text("once", "x", MqttQualityOfService.AtLeastOnce), MqttDelivery.State);
        await _client.StopAsync(TimeSpan.FromSeconds(5)).Soon();
        Assert.Equal(MqttOutcome.Delivered, (await outcome.Soon()).Outcome);
        await Eventually.True(() => seen.Contains("0 1 once x"));
    }

    [Fact]
    public async Task A_stop_without_broker_waits_for_nothing_and_abandons_what_is_left()
    {
        await StartAsync(Options with { FirstDelay = TimeSpan.FromSeconds(30), LongestDelay = TimeSpan.FromSeconds(30) });
        await LoseBrokerAsync();
        await Eventually.True(() => _client.Status.State == ManagedMqttState.Backoff);
        var outcome = _client.EnqueueAsync(State("s", "x"), MqttDelivery.State);
        var watch = Stopwatch.StartNew();
        await _client.StopAsync(TimeSpan.FromSeconds(60), [State("bridge/state", "offline")]).Soon();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
        Assert.Equal(MqttOutcome.Abandoned, (await outcome.Soon()).Outcome);
    }

    [Fact]
    public async Task A_full_queue_is_bounded_and_counts_what_it_drops()
    {
        await StartAsync(Options with { MaximumMessages = 10 });
        await LoseBrokerAsync();
        for (var i = 0; i < 25; i++) _client.Enqueue(MqttMessage.Text($"t/{i}", "x", MqttQualityOfService.AtLeastOnce), MqttDelivery.State);
        var health = _client.GetHealth();
        Assert.Equal((10, 15L), (health.Queued, health.Outcomes[MqttOutcome.DroppedQueueFull]));
    }

    [Fact]
    public async Task Handlers_that_throw_or_hang_do_not_stop_the_client()
    {
        using var release = new ManualResetEventSlim();
        _client.StatusChanged += (_, _) => throw new InvalidOperationException("handler");
        _client.Online += (_, _) => release.Wait();
        await StartAsync();
        Assert.Equal(MqttOutcome.Delivered, (await _client.EnqueueAsync(State("s", "1"), MqttDelivery.State).Soon()).Outcome);
        await LoseBrokerAsync();
        await _broker.RunAsync();
        await Eventually.True(() => _client.GetHealth().Connects == 2);
        Assert.Equal(MqttOutcome.Delivered, (await _client.EnqueueAsync(State("s", "2"), MqttDelivery.State).Soon()).Outcome);
        release.Set();
        await Eventually.True(() => _client.GetHealth().HandlerFaults >= 3);
    }

    [Fact]
    public async Task Messages_that_cannot_be_sent_are_refused_at_once()
    {
        await StartAsync();
        Assert.Throws<ArgumentException>(() => _client.Enqueue(MqttMessage.Text("a/#", "x"), MqttDelivery.State));
        Assert.Throws<ArgumentException>(() => _client.Enqueue(MqttMessage.Text("a", "x", (MqttQualityOfService)3), MqttDelivery.State));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.SubscribeAsync(new MqttSubscription("a#")));
    }
}
