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
    public async Task A_web_server_on_the_port_is_asked_whether_it_is_a_broker()
    {
        var connecting = _client.ConnectAsync(_broker.Options);
        using var peer = await _broker.AcceptAsync();
        await peer.ReadAsync();
        await peer.WriteAsync([.. "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8]);
        var thrown = await Assert.ThrowsAsync<MqttException>(() => connecting.Soon());
        Assert.EndsWith($" Is {_broker.Options.Host}:{_broker.Options.Port} an MQTT broker?", thrown.Message, StringComparison.Ordinal);
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
    public async Task A_write_that_does_not_get_through_closes_the_link()
    {
        using var peer = await ConnectAsync(_broker.Options with { WriteTimeout = TimeSpan.FromMilliseconds(300), KeepAlive = TimeSpan.Zero });
        var publishing = _client.PublishAsync(new MqttMessage("big", new byte[64 * 1024 * 1024])); // More than the buffers of both sockets.
        Assert.Equal(MqttFailure.Timeout, (await Assert.ThrowsAsync<MqttException>(() => publishing.Soon())).Failure);
        Assert.Equal(MqttFailure.Timeout, (await _closed.Task.Soon()).Failure);
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
        var hasPinged = false;
        while (!hasPinged || acknowledged < 200) // The ping is not answered.
        {
            if ((await peer.ReadAsync()).Type == 12) hasPinged = true;
            else acknowledged++;
        }
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
