using System.Collections.Concurrent;
using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>The link against brokers that do what a good one does not.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class FakeBrokerTests : IAsyncLifetime
#pragma warning restore CA1001
{
    readonly FakeBroker _broker = new();
    readonly MqttClient _client = new();
    readonly TaskCompletionSource<MqttClosed> _closed = new();

    public Task InitializeAsync()
    {
        _client.Closed += (_, closed) => _closed.TrySetResult(closed);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        _broker.Dispose();
    }

    async Task<FakePeer> ConnectAsync(MqttClientOptions? options = null)
    {
        var connecting = _client.ConnectAsync(options ?? _broker.Options);
        var peer = await _broker.WelcomeAsync();
        Assert.True((await connecting.Soon()).Succeeded);
        return peer;
    }

    [Theory]
    [InlineData(1, MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData(2, MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(3, MqttReasonCode.ServerUnavailable)]
    [InlineData(4, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(5, MqttReasonCode.NotAuthorized)]
    public async Task Each_refusal_is_a_result_and_closes_the_connection(byte code, MqttReasonCode expected)
    {
        var connecting = _client.ConnectAsync(_broker.Options with { UserName = "u", Password = "hunter2" });
        using var peer = await _broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(0x20, 2, 0, code);
        var result = await connecting.Soon();
        Assert.Equal((expected, false), (result.ReasonCode, result.Succeeded));
        Assert.DoesNotContain("hunter2", result.Text, StringComparison.Ordinal);
        Assert.True(await peer.IsClosedAsync());
    }

    [Fact(DisplayName = "[MQTT-3.1.0-1] CONNECT comes first, and nothing else before CONNACK")]
    public async Task Connect_comes_first()
    {
        var connecting = _client.ConnectAsync(_broker.Options);
        using var peer = await _broker.AcceptAsync();
        Assert.Equal(1, (await peer.ReadAsync()).Type);
        var next = peer.ReadAsync();
        await Assert.ThrowsAsync<MqttException>(() => _client.PublishAsync(MqttMessage.Text("t", "x")));
        Assert.False(next.IsCompleted);
        await peer.WriteAsync(0x20, 2, 0, 0);
        await connecting.Soon();
        await _client.PublishAsync(MqttMessage.Text("t", "x"));
        Assert.Equal(3, (await next).Type);
    }

    [Theory(DisplayName = "[MQTT-3.2.0-1, 4.8.0-1] A first packet that is no CONNACK ends the attempt")]
    [InlineData(new byte[] { 0xD0, 0 })]
    [InlineData(new byte[] { 0x30, 3, 0, 1, 97 })]
    [InlineData(new byte[] { 0x20, 2, 9, 0 })]
    [InlineData(new byte[] { (byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', (byte)'1', (byte)'.', (byte)'1' })]
    public async Task No_connack(byte[] answer)
    {
        var connecting = _client.ConnectAsync(_broker.Options with { MaximumPacketSize = 64 });
        using var peer = await _broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync(answer);
        Assert.Equal(MqttFailure.Protocol, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
    }

    [Fact(DisplayName = "[MQTT-3.2.2-1] A session that is present although a clean one was asked for ends the attempt")]
    public async Task Session_present_after_clean_session()
    {
        var connecting = _client.ConnectAsync(_broker.Options);
        using var peer = await _broker.WelcomeAsync(sessionPresent: true);
        Assert.Equal(MqttFailure.Protocol, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
        Assert.True(await peer.IsClosedAsync());
    }

    [Fact]
    public async Task A_broker_that_closes_instead_of_answering_is_told_from_one_that_refuses()
    {
        var connecting = _client.ConnectAsync(_broker.Options);
        (await _broker.AcceptAsync()).Dispose();
        var thrown = await Assert.ThrowsAsync<MqttException>(() => connecting.Soon());
        Assert.Equal(MqttFailure.Network, thrown.Failure);
        Assert.Contains("TLS", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_broker_ends_the_attempt_in_time()
    {
        var watch = Stopwatch.StartNew();
        var connecting = _client.ConnectAsync(_broker.Options with { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        using var peer = await _broker.AcceptAsync();
        Assert.Equal(MqttFailure.Timeout, (await Assert.ThrowsAsync<MqttException>(() => connecting.Soon())).Failure);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.25, 5);
    }

    [Fact]
    public async Task A_cancelled_attempt_ends_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var connecting = _client.ConnectAsync(_broker.Options, cancel.Token);
        using var peer = await _broker.AcceptAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
    }

    [Fact]
    public async Task Nothing_listening_is_a_network_failure_with_advice()
    {
        var port = Ports.Free();
        var thrown = await Assert.ThrowsAsync<MqttException>(() => _client.ConnectAsync(_broker.Options with { Port = port }).Soon());
        Assert.Equal(MqttFailure.Network, thrown.Failure);
        Assert.Contains($"127.0.0.1:{port}", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packets_may_come_byte_by_byte_or_all_at_once()
    {
        var received = new ConcurrentQueue<string>();
        _client.MessageReceived += (_, message) => received.Enqueue($"{message.Topic}={message.PayloadText}");
        var connecting = _client.ConnectAsync(_broker.Options);
        using var peer = await _broker.AcceptAsync();
        await peer.ReadAsync();
        byte[] publish = [0x32, 7, 0, 1, 97, 0, 7, 104, 105];
        foreach (var part in new byte[] { 0x20, 2, 0, 0 }.Concat(publish)) await peer.WriteAsync(part);
        await connecting.Soon();
        Assert.Equal(7, (await peer.ReadAsync()).Identifier());
        await peer.WriteAsync([.. publish, .. publish, 0x30, 4, 0, 1, 98, 33]);
        await Eventually.True(() => received.Count == 4);
        Assert.Equal(["a=hi", "a=hi", "a=hi", "b=!"], received);
    }

    [Theory(DisplayName = "[MQTT-4.8.0-1, 4.8.0-2] A malformed packet, or one that does not belong here, closes the connection")]
    [InlineData(new byte[] { 0x36, 5, 0, 1, 97, 0, 1 })]
    [InlineData(new byte[] { 0x20, 2, 0, 0 })]
    [InlineData(new byte[] { 0xE0, 0 })]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x30, 0x80, 0x80, 0x80, 0x40 })]
    [InlineData(new byte[] { 0x30, 4, 0, 2, 0xC3, 0x28 })]
    public async Task Malformed(byte[] bytes)
    {
        using var peer = await ConnectAsync();
        await peer.WriteAsync(bytes);
        Assert.Equal(MqttFailure.Protocol, (await _closed.Task.Soon()).Failure);
        Assert.True(await peer.IsClosedAsync());
    }

    [Fact]
    public async Task A_SUBACK_with_the_wrong_number_of_answers_closes_the_connection()
    {
        using var peer = await ConnectAsync();
        var subscribing = _client.SubscribeAsync([new MqttSubscription("a"), new MqttSubscription("b")]);
        var identifier = (await peer.ReadAsync()).Identifier();
        await peer.WriteAsync(0x90, 3, (byte)(identifier >> 8), (byte)identifier, 1);
        await Assert.ThrowsAsync<MqttException>(() => subscribing.Soon());
        Assert.Equal(MqttFailure.Protocol, (await _closed.Task.Soon()).Failure);
    }

    [Fact]
    public async Task A_refused_filter_is_a_result_of_its_own()
    {
        using var peer = await ConnectAsync();
        var subscribing = _client.SubscribeAsync([new MqttSubscription("a"), new MqttSubscription("b"), new MqttSubscription("c")]);
        var packet = await peer.ReadAsync();
        Assert.Equal((8, 0b0010), (packet.Type, packet.Flags));
        await peer.WriteAsync(0x90, 5, packet.Body[0], packet.Body[1], 1, 0x80, 0);
        Assert.Equal([("a", true), ("b", false), ("c", true)], (await subscribing.Soon()).Select(result => (result.Filter, result.Succeeded)));
    }

    [Fact(DisplayName = "[MQTT-3.8.3-3, 3.10.3-2] SUBSCRIBE and UNSUBSCRIBE need a filter")]
    public async Task Requests_need_a_filter()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.SubscribeAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.UnsubscribeAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.SubscribeAsync([new MqttSubscription("a#")]));
    }

    [Fact(DisplayName = "[MQTT-3.1.2-23, 3.1.2-24] A silent link is pinged, and closed when the answer stays away")]
    public async Task Half_open()
    {
        using var peer = await ConnectAsync(_broker.Options with { KeepAlive = TimeSpan.FromSeconds(1) });
        var watch = Stopwatch.StartNew();
        Assert.Equal(12, (await peer.ReadAsync()).Type);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.6, 1.4); // The broker would close at 1.5.
        await peer.WriteAsync(0xD0, 0);
        Assert.Equal(12, (await peer.ReadAsync()).Type);
        Assert.Equal(MqttFailure.Timeout, (await _closed.Task.Soon()).Failure);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 4);
    }

    [Fact]
    public async Task A_write_that_does_not_get_through_closes_the_link()
    {
        using var peer = await ConnectAsync(_broker.Options with { WriteTimeout = TimeSpan.FromMilliseconds(300), KeepAlive = TimeSpan.Zero });
        var publishing = _client.PublishAsync(new MqttMessage("big", new byte[64 * 1024 * 1024])); // More than the buffers of both sockets.
        Assert.Equal(MqttFailure.Timeout, (await Assert.ThrowsAsync<MqttException>(() => publishing.Soon())).Failure);
        Assert.Equal(MqttFailure.Timeout, (await _closed.Task.Soon()).Failure);
    }

    [Fact(DisplayName = "[MQTT-4.3.2-2, 4.6.0-2] PUBACKs go out in the order of the messages, for repetitions too")]
    public async Task Acknowledgements_in_order()
    {
        using var peer = await ConnectAsync();
        await peer.WriteAsync([0x32, 5, 0, 1, 97, 0, 3, 0x32, 5, 0, 1, 97, 0, 1, 0x3A, 5, 0, 1, 97, 0, 3]);
        foreach (var expected in new[] { 3, 1, 3 })
        {
            var packet = await peer.ReadAsync();
            Assert.Equal((4, expected), (packet.Type, packet.Identifier()));
        }
    }

    [Fact(DisplayName = "[MQTT-4.3.3-2] A QoS 2 message that is sent again before PUBREL is delivered once")]
    public async Task Receiving_qos_2()
    {
        var received = new ConcurrentQueue<MqttMessage>();
        _client.MessageReceived += (_, message) => received.Enqueue(message);
        using var peer = await ConnectAsync();
        await peer.WriteAsync(0x34, 6, 0, 1, 97, 0, 5, 49);
        Assert.Equal((5, 5), ((await peer.ReadAsync()) is { } first ? (first.Type, first.Identifier()) : default));
        await peer.WriteAsync(0x3C, 6, 0, 1, 97, 0, 5, 49);
        Assert.Equal(5, (await peer.ReadAsync()).Type);
        await peer.WriteAsync(0x62, 2, 0, 5);
        Assert.Equal(7, (await peer.ReadAsync()).Type);
        await peer.WriteAsync(0x34, 6, 0, 1, 97, 0, 5, 50);
        await Eventually.True(() => received.Count == 2);
        Assert.Equal(["1", "2"], received.Select(message => message.PayloadText));
    }

    [Fact(DisplayName = "[MQTT-4.4.0-1] A kept session sends what was not acknowledged again: DUP, same identifier, same order, before anything new")]
    public async Task Kept_session_resends()
    {
        var options = _broker.Options with { CleanSession = false };
        var peer = await ConnectAsync(options);
        var waiting = new[] { "a", "b", "c" }
            .Select(topic => _client.PublishAsync(MqttMessage.Text(topic, "x", MqttQualityOfService.AtLeastOnce))).ToArray();
        var identifiers = new int[3];
        for (var i = 0; i < 3; i++) identifiers[i] = (await peer.ReadAsync()).PublishIdentifier;
        await peer.WriteAsync(0x40, 2, 0, (byte)identifiers[1]);
        await waiting[1].Soon();
        peer.Dispose();
        await _closed.Task.Soon();

        var connecting = _client.ConnectAsync(options);
        using var again = await _broker.WelcomeAsync(sessionPresent: true);
        await connecting.Soon();
        _ = _client.PublishAsync(MqttMessage.Text("new", "x", MqttQualityOfService.AtLeastOnce));
        foreach (var (topic, identifier) in new[] { ("a", identifiers[0]), ("c", identifiers[2]) })
        {
            var packet = await again.ReadAsync();
            Assert.Equal((0b1010, topic, identifier), (packet.Flags, packet.Text(0), packet.PublishIdentifier));
            await again.WriteAsync(0x40, 2, 0, (byte)identifier);
        }
        await Task.WhenAll(waiting).Soon();
        var last = await again.ReadAsync();
        Assert.Equal((0b0010, "new"), (last.Flags, last.Text(0)));
    }

    [Fact(DisplayName = "[MQTT-3.1.2-6] A clean session forgets: what was not acknowledged fails, and is not sent again by itself")]
    public async Task Clean_session_forgets()
    {
        var peer = await ConnectAsync();
        var waiting = _client.PublishAsync(MqttMessage.Text("a", "x", MqttQualityOfService.AtLeastOnce));
        await peer.ReadAsync();
        peer.Dispose();
        await Assert.ThrowsAsync<MqttException>(() => waiting.Soon());
        await _closed.Task.Soon();
        using var again = await ConnectAsync();
        await _client.PublishAsync(MqttMessage.Text("new", "x"));
        Assert.Equal("new", (await again.ReadAsync()).Text(0));
    }

    [Fact(DisplayName = "[MQTT-3.14.4-1, 3.14.4-2] DISCONNECT is the last packet, then the link is closed")]
    public async Task Goodbye()
    {
        using var peer = await ConnectAsync();
        var leaving = _client.DisconnectAsync();
        Assert.Equal(14, (await peer.ReadAsync()).Type);
        await peer.WriteAsync(0x32, 5, 0, 1, 97, 0, 3); // Would be acknowledged, were it not too late.
        Assert.True(await peer.IsClosedAsync());
        peer.Dispose();
        await leaving.Soon();
    }

    [Fact]
    public async Task A_burst_leaves_in_one_or_two_pieces()
    {
        using var peer = await ConnectAsync(_broker.Options with { WriteLinger = TimeSpan.FromMilliseconds(100) });
        for (var i = 0; i < 45; i++)
            _ = _client.PublishAsync(MqttMessage.Text($"p1bridge/meter/value_{i}", "12345.678", MqttQualityOfService.AtLeastOnce, retain: true));
        int bytes = 0, reads = 0;
        for (; bytes < 45 * 36; reads++) bytes += (await peer.ReadSomeAsync()).Length;
        Assert.InRange(reads, 1, 2);
    }

    [Fact]
    public async Task A_handler_that_takes_its_time_holds_the_broker_back_and_does_not_break_the_link()
    {
        using var release = new ManualResetEventSlim();
        var received = 0;
        _client.MessageReceived += (_, _) =>
        {
            release.Wait();
            Interlocked.Increment(ref received);
        };
        using var peer = await ConnectAsync(_broker.Options with { KeepAlive = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 400; i++) await peer.WriteAsync(0x32, 5, 0, 1, 97, 0, 1);
        var acknowledged = 0;
        while ((await peer.ReadAsync()).Type != 12) acknowledged++; // Up to the first ping, which is not answered.
        Assert.InRange(acknowledged, 200, 300);
        await Task.Delay(TimeSpan.FromSeconds(1)); // Longer than a PINGRESP may take: time itself is under test here.
        Assert.False(_closed.Task.IsCompleted);
        await peer.WriteAsync(0xD0, 0);
        release.Set();
        await Eventually.True(() => received == 400);
    }

    [Fact]
    public async Task Disposing_ends_every_call_that_waits()
    {
        using var peer = await ConnectAsync(_broker.Options with { CleanSession = false });
        var waiting = _client.PublishAsync(MqttMessage.Text("a", "x", MqttQualityOfService.AtLeastOnce));
        await _client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => waiting.Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _client.ConnectAsync(_broker.Options));
    }
}
