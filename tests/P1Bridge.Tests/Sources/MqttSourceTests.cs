using System.Net;
using System.Net.Sockets;
using P1Bridge.Configuration;
using P1Bridge.Sources;

namespace P1Bridge.Tests.Sources;

/// <summary>Brokers as mosquitto cannot be made to behave; the end-to-end tests have the real one.</summary>
public sealed class MqttSourceTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new(Deadline);
    readonly TaskCompletionSource _hangUp = new();

    public MqttSourceTests() => _listener.Start();

    [Fact]
    public async Task A_broker_that_refuses_the_topic_is_named_with_what_to_do()
    {
        var serving = AcceptAsync([0x20, 2, 0, 0], static identifier => [0x90, 3, .. identifier, 0x80]);

        var failure = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await using var stream = await OpenAsync(Deadline);
            await stream.ReadExactlyAsync(new byte[1], _stop.Token);
        });

        Assert.Contains("does not let this user read dongle/raw. Check the access rules of its user.", failure.Message, StringComparison.Ordinal);
        _hangUp.SetResult();
        await serving;
    }

    [Fact]
    public async Task A_broker_that_refuses_the_login_is_named_without_the_password()
    {
        var serving = AcceptAsync([0x20, 2, 0, 5], null);

        var failure = await Assert.ThrowsAsync<IOException>(async () => await OpenAsync(Deadline));

        Assert.Contains("cannot be used", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("it's secret", failure.ToString(), StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task A_broker_that_never_answers_is_given_up()
    {
        var failure = await Assert.ThrowsAsync<IOException>(async () => await OpenAsync(TimeSpan.FromSeconds(1)));

        Assert.Contains($"127.0.0.1:{Port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_lost_ends_the_stream_with_the_reason()
    {
        var serving = AcceptAsync([0x20, 2, 0, 0], static identifier => [0x90, 3, .. identifier, 0]);
        await using var stream = await OpenAsync(Deadline);
        _hangUp.SetResult();
        await serving;

        var failure = await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], _stop.Token));
        Assert.Contains("cannot be used", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _listener.Stop();
        _stop.Dispose();
    }

    int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    ValueTask<Stream> OpenAsync(TimeSpan patience)
    {
        var broker = new MqttOptions { Host = "127.0.0.1", Port = Port, User = "reader", Password = new Secret("it's secret"), ConnectTimeout = patience };
        return new MqttSource(new MqttSourceOptions("dongle/raw"), broker, "meter", TimeProvider.System).OpenAsync(_stop.Token);
    }

    /// <summary>
    /// A broker of 3.1.1, which answers 5.0 in its own words too: answers CONNECT, then SUBSCRIBE with what is made of its packet identifier,
    /// and hangs up when told to.
    /// </summary>
    async Task AcceptAsync(byte[] connack, Func<byte[], byte[]>? suback)
    {
        using (var newer = await _listener.AcceptTcpClientAsync(_stop.Token))
        {
            await ReadPacketAsync(newer.GetStream());
            await newer.GetStream().WriteAsync(connack, _stop.Token);
        }
        using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
        var stream = client.GetStream();
        await ReadPacketAsync(stream);
        await stream.WriteAsync(connack, _stop.Token);
        if (suback is null) return;
        var subscribe = await ReadPacketAsync(stream);
        await stream.WriteAsync(suback(subscribe[..2]), _stop.Token);
        await _hangUp.Task.WaitAsync(_stop.Token);
    }

    async Task<byte[]> ReadPacketAsync(NetworkStream stream)
    {
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, _stop.Token);
        Assert.True(head[1] < 128, "the test reads short packets only");
        var body = new byte[head[1]];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return body;
    }
}
