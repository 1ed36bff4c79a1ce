using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Serving;
using P1Bridge.Sources;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Serving;

public sealed class RawServerTests : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource _stop = new();
    readonly KeptLog _log = new();
    readonly List<IDisposable> _things = [];
    readonly RawServer _server;
    readonly Task _running;

    public RawServerTests()
    {
        _server = new RawServer("meter", new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, _log);
        _running = _server.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _things.ForEach(static thing => thing.Dispose());
        _stop.Dispose();
    }

    [Fact]
    public async Task Every_client_gets_the_bytes_from_its_connection_on()
    {
        var first = await ConnectAsync();
        _server.Offer("one "u8);
        Assert.Equal("one ", await ReadAsync(first, 4));
        var second = await ConnectAsync();
        _server.Offer("two"u8);
        Assert.Equal("two", await ReadAsync(first, 3));
        Assert.Equal("two", await ReadAsync(second, 3));
        Assert.Equal(2, _server.Clients);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_once_and_the_others_lose_nothing()
    {
        var (fast, slow) = (await ConnectAsync(), await ConnectAsync(receiveBuffer: 4096));
        var telegram = Corpus.Bytes("fluvius-3p-gas-water-peaks.txt");
        var sent = 0;
        while (_server.Dropped == 0)
        {
            Assert.True(sent < 100_000, "a client that never reads is never dropped");
            _server.Offer(telegram);
            Assert.Equal(Some.Latin(telegram), await ReadAsync(fast, telegram.Length));
            sent++;
        }
        _server.Offer(telegram);
        Assert.Equal(Some.Latin(telegram), await ReadAsync(fast, telegram.Length));

        Assert.Equal((1, 1), (_server.Clients, _server.Dropped));
        Assert.Single(_log.Lines, static line => line.Contains("does not keep up and was dropped", StringComparison.Ordinal));
        await UntilGoneAsync(slow);
    }

    [Fact]
    public async Task Offering_never_waits()
    {
        for (var i = 0; i < 5; i++) await ConnectAsync(receiveBuffer: 4096);
        // Runs on the thread of the test, so it would hang here if it waited for one of them.
        for (var i = 0; i < 20_000; i++) _server.Offer(new byte[1000]);

        Assert.Equal((0, 5), (_server.Clients, _server.Dropped));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_vanishes_is_forgotten_without_a_word(bool inOrder)
    {
        var (staying, leaving) = (await ConnectAsync(), await ConnectAsync());
        if (inOrder) leaving.Close();
        else leaving.Close(timeout: 0);
        await UntilAsync(() =>
        {
            _server.Offer("x"u8);
            return _server.Clients == 1;
        });
        Assert.Equal("xx", await ReadAsync(staying, 2));
        Assert.Equal(0, _server.Dropped);
        Assert.DoesNotContain(_log.Warnings, static line => line.Contains("dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_closes_its_own_direction_still_listens()
    {
        var client = await ConnectAsync();
        client.Shutdown(SocketShutdown.Send);
        for (var i = 0; i < 5; i++)
        {
            _server.Offer("abc"u8);
            Assert.Equal("abc", await ReadAsync(client, 3));
        }
    }

    [Fact]
    public async Task At_its_end_clients_are_told()
    {
        var client = await ConnectAsync();
        _server.Offer("last"u8);
        Assert.Equal("last", await ReadAsync(client, 4));
        await _stop.CancelAsync();
        await _running;
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_port_in_use_is_told_once_and_taken_when_it_is_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var endPoint = (IPEndPoint)other.LocalEndpoint;
        var (time, log) = (new TestTimeProvider(), new KeptLog());
        using var server = new RawServer("meter", endPoint, time, log);
        var running = server.RunAsync(_stop.Token);
        for (var i = 0; i < 200; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal($"port {endPoint.Port} is in use by another program. Stop that program or choose another port.", server.Fault);
        other.Stop();
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return server.Fault is null;
        });
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(endPoint);
        await UntilAsync(() => server.Clients == 1);
        Assert.Single(log.Lines, static line => line.Contains("is in use", StringComparison.Ordinal));
        Assert.Single(log.Lines, static line => line.Contains("again", StringComparison.Ordinal) && line.Contains("serving on", StringComparison.Ordinal));
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public void An_address_of_another_machine_is_refused_with_a_hint()
    {
        using var server = new RawServer("meter", new IPEndPoint(IPAddress.Parse("203.0.113.1"), 2000), TimeProvider.System, NullLogger.Instance);
        Assert.Contains("203.0.113.1 is no address of this machine", Assert.Throws<IOException>(server.Bind).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_meter_with_serve_hands_on_what_it_reads()
    {
        var folder = Directory.CreateTempSubdirectory("p1bridge-test-");
        var options = new MeterOptions
        {
            Source = new ReplaySourceOptions(Corpus.PathOf("fluvius-1p.txt"), 100, Loop: true),
            Serve = new ServeOptions("127.0.0.1", FreePort()),
        };
        var snapshots = new ConcurrentQueue<MeterUpdate>();
        var meter = new MeterRuntime(
            options, new BridgeOptions { StateDirectory = folder.FullName }, Some.Catalogue, SourceTable.Create(options, Some.Catalogue, TimeProvider.System),
            snapshots.Enqueue, static (_, _) => { }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = meter.RunAsync(stop.Token);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(options.Serve.ToEndPoint());
        var text = await ReadAsync(client, 4 * Corpus.Bytes("fluvius-1p.txt").Length);

        Assert.Contains(Some.Latin(Corpus.Bytes("fluvius-1p.txt")), text, StringComparison.Ordinal);
        Assert.NotEmpty(snapshots.OfType<MeterSnapshot>());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, meter.Server!.Clients);
        folder.Delete(recursive: true);
    }

    async Task<Socket> ConnectAsync(int? receiveBuffer = null)
    {
        await UntilAsync(() => _server.EndPoint.Port > 0);
        var before = _server.Clients;
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _things.Add(client);
        if (receiveBuffer is { } size) client.ReceiveBufferSize = size;
        await client.ConnectAsync(_server.EndPoint);
        await UntilAsync(() => _server.Clients == before + 1);
        return client;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static async Task<string> ReadAsync(Socket socket, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var got = await socket.ReceiveAsync(bytes.AsMemory(read), deadline.Token);
            Assert.True(got > 0, $"the connection ended after {read} of {count} bytes");
            read += got;
        }
        return Some.Latin(bytes);
    }

    static async Task UntilGoneAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            while (await socket.ReceiveAsync(new byte[65536], deadline.Token) > 0)
            {
                // What the system still holds is not of interest.
            }
        }
        catch (SocketException)
        {
            // Reset: that is what was waited for.
        }
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "The condition did not come true in time.");
            await Task.Delay(5);
        }
    }
}
