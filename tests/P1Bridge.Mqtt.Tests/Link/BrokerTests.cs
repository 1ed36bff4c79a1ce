using System.Collections.Concurrent;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>The link against a real mosquitto.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class BrokerTests : IAsyncLifetime
#pragma warning restore CA1001
{
    Mosquitto _broker = null!;
    readonly MqttClient _client = new();

    MqttClientOptions Options => new() { Host = "127.0.0.1", Port = _broker.Port, ClientId = "link" };

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync();

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    ConcurrentQueue<MqttMessage> Collect()
    {
        var received = new ConcurrentQueue<MqttMessage>();
        _client.MessageReceived += (_, message) => received.Enqueue(message);
        return received;
    }

    [Fact]
    public async Task Messages_of_every_QoS_arrive_once_and_in_order()
    {
        var seen = await _broker.ObserveAsync("t/#");
        Assert.True((await _client.ConnectAsync(Options)).Succeeded);
        for (var i = 0; i < 9; i++)
            Assert.True((await _client.PublishAsync(MqttMessage.Text("t/é", $"{i}", (MqttQualityOfService)(i % 3))).Soon()).Succeeded);
        await Eventually.True(() => seen.Count == 9);
        // The observer shows a QoS 2 message only when its second step is done, so the order holds per QoS.
        Assert.Equal(
            Enumerable.Range(0, 9).OrderBy(i => i % 3).Select(i => $"0 {i % 3} t/é {i}"), seen.OrderBy(line => line[2]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Messages_of_every_QoS_are_received(int qualityOfService)
    {
        var received = Collect();
        await _client.ConnectAsync(Options);
        var results = await _client.SubscribeAsync([new MqttSubscription("in/+", (MqttQualityOfService)qualityOfService)]).Soon();
        Assert.Equal([new MqttFilterResult("in/+", (MqttReasonCode)qualityOfService)], results);
        foreach (var payload in new[] { "one", "two", "" }) await _broker.PublishAsync("in/x", payload, "-q", $"{qualityOfService}");
        await Eventually.True(() => received.Count == 3);
        Assert.Equal(["one", "two", ""], received.Select(message => message.PayloadText));
        Assert.All(received, message => Assert.Equal(((MqttQualityOfService)qualityOfService, false), (message.QualityOfService, message.Retain)));
    }

    [Fact]
    public async Task Retained()
    {
        var received = Collect();
        await _client.ConnectAsync(Options);
        await _client.PublishAsync(MqttMessage.Text("r/a", "kept", MqttQualityOfService.AtLeastOnce, retain: true));
        await _client.SubscribeAsync([new MqttSubscription("r/#")]);
        await Eventually.True(() => received.Count == 1);
        Assert.True(received.First().Retain);

        await _client.PublishAsync(MqttMessage.Erase("r/a"));
        await _client.PublishAsync(MqttMessage.Text("r/b", "end", MqttQualityOfService.AtLeastOnce));
        await Eventually.True(() => received.Count == 3);
        var late = await _broker.ObserveAsync("r/#");
        await _client.PublishAsync(MqttMessage.Text("r/b", "end", MqttQualityOfService.AtLeastOnce));
        await Eventually.True(() => !late.IsEmpty);
        Assert.Equal(["0 1 r/b end"], late);
    }

    [Fact]
    public async Task After_unsubscribing_nothing_comes_any_more()
    {
        var received = Collect();
        await _client.ConnectAsync(Options);
        await _client.SubscribeAsync([new MqttSubscription("a"), new MqttSubscription("b")]);
        Assert.Equal([new MqttFilterResult("a", MqttReasonCode.Success)], await _client.UnsubscribeAsync(["a"]).Soon());
        await _broker.PublishAsync("a", "no");
        await _broker.PublishAsync("b", "yes");
        await Eventually.True(() => !received.IsEmpty);
        Assert.Equal("yes", Assert.Single(received).PayloadText);
    }

    [Fact]
    public async Task A_cut_leaves_the_will()
    {
        var seen = await _broker.ObserveAsync("will/#");
        await _client.ConnectAsync(Options with { Will = MqttMessage.Text("will/state", "offline", MqttQualityOfService.AtLeastOnce, retain: true) });
        await _client.DisposeAsync();
        await Eventually.True(() => !seen.IsEmpty);
        Assert.Equal(["0 1 will/state offline"], seen);
        var late = await _broker.ObserveAsync("will/#");
        await Eventually.True(() => late.Contains("1 1 will/state offline"));
    }

    [Fact]
    public async Task A_goodbye_leaves_no_will()
    {
        var seen = await _broker.ObserveAsync("#");
        await _client.ConnectAsync(Options with { Will = MqttMessage.Text("will/state", "offline"), ProtocolVersion = MqttProtocolVersion.V311 });
        await _client.SubscribeAsync([new MqttSubscription("flood")]);
        for (var i = 0; i < 200; i++) _ = _client.PublishAsync(MqttMessage.Text("flood", new string('x', 1000), MqttQualityOfService.AtLeastOnce));
        await _client.DisconnectAsync().Soon();
        await _broker.PublishAsync("marker", "after", "-q", "1"); // With QoS 0 it would overtake what the broker still queues.
        await Eventually.True(() => seen.Contains("0 1 marker after"));
        Assert.DoesNotContain(seen, line => line.Contains("will/state", StringComparison.Ordinal));
        Assert.Equal(200, seen.Count(line => line.Contains("flood", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Closing_on_request_is_reported_as_such_and_the_link_connects_again()
    {
        var closed = new ConcurrentQueue<MqttClosed>();
        _client.Closed += (_, reason) => closed.Enqueue(reason);
        for (var i = 0; i < 3; i++)
        {
            await _client.ConnectAsync(Options);
            await _client.DisconnectAsync().Soon();
        }
        Assert.Equal(3, closed.Count);
        Assert.All(closed, reason => Assert.Equal(MqttFailure.Requested, reason.Failure));
        await Assert.ThrowsAsync<MqttException>(() => _client.PublishAsync(MqttMessage.Text("t", "x")));
    }

    [Fact]
    public async Task A_broker_that_dies_ends_every_wait_and_says_why()
    {
        var closed = new TaskCompletionSource<MqttClosed>();
        _client.Closed += (_, reason) => closed.TrySetResult(reason);
        await _client.ConnectAsync(Options);
        await _broker.KillAsync();
        Assert.Equal(MqttFailure.Network, (await closed.Task.Soon()).Failure);
        await Assert.ThrowsAsync<MqttException>(() => _client.PublishAsync(MqttMessage.Text("t", "x", MqttQualityOfService.AtLeastOnce)).Soon());
    }

    [Fact]
    public async Task A_handler_that_throws_is_reported_and_the_next_message_still_comes()
    {
        var faults = new ConcurrentQueue<Exception>();
        var received = Collect();
        _client.MessageReceived += (_, _) => throw new InvalidOperationException("handler");
        _client.HandlerFailed += (_, exception) => faults.Enqueue(exception);
        await _client.ConnectAsync(Options);
        await _client.SubscribeAsync([new MqttSubscription("a")]);
        await _broker.PublishAsync("a", "1");
        await _broker.PublishAsync("a", "2");
        await Eventually.True(() => faults.Count == 2);
        Assert.Equal(2, received.Count);
    }

    [Fact]
    public async Task The_keep_alive_holds_a_silent_link_beyond_what_the_broker_tolerates()
    {
        var closed = 0;
        _client.Closed += (_, _) => closed++;
        await _client.ConnectAsync(Options with { KeepAlive = TimeSpan.FromSeconds(1) });
        var log = await _broker.ObserveAsync("late");
        await Task.Delay(TimeSpan.FromSeconds(3)); // Twice what the broker allows: time itself is under test here.
        Assert.True((await _client.PublishAsync(MqttMessage.Text("late", "still here", MqttQualityOfService.AtLeastOnce)).Soon()).Succeeded);
        Assert.Equal(0, closed);
        await Eventually.True(() => !log.IsEmpty);
    }
}
