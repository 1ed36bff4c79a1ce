using System.Net;
using System.Net.Sockets;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>
/// Stands between client and broker, counts bytes, cuts the first connection after a given number of them, and can stop passing
/// anything on while all sockets stay open.
/// </summary>
sealed class Proxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _ending = new();
    readonly int _brokerPort;
    readonly Task _accepting;
    TaskCompletionSource _flowing = new();
    int _connections;
    long _fromClient;
    long _fromBroker;

    public Proxy(int brokerPort)
    {
        _brokerPort = brokerPort;
        _flowing.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first connection is cut when so many bytes have come from the client; null: never.</summary>
    public int? CutAfterFromClient { get; init; }

    /// <summary>The first connection is cut when so many bytes have come from the broker; null: never.</summary>
    public int? CutAfterFromBroker { get; init; }

    /// <summary>After how many bytes from the client and from the broker each connection is cut, by its number; default as above.</summary>
    public Func<int, (int? FromClient, int? FromBroker)>? Cuts { get; init; }

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Bytes passed on from the client so far.</summary>
    public long FromClient => Interlocked.Read(ref _fromClient);

    /// <summary>Bytes passed on from the broker so far.</summary>
    public long FromBroker => Interlocked.Read(ref _fromBroker);

    /// <summary>From now on nothing passes, in either direction, and nothing is read.</summary>
    public void Stall() => _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Flow() => _flowing.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ending.Dispose();
    }

    async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                var number = Interlocked.Increment(ref _connections);
                passing.Add(PassAsync(client, Cuts?.Invoke(number) ?? (number == 1 ? (CutAfterFromClient, CutAfterFromBroker) : default)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
        await Task.WhenAll(passing);
    }

    async Task PassAsync(TcpClient client, (int? FromClient, int? FromBroker) cuts)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        using var broker = new TcpClient();
        using (client)
        {
            client.ReceiveBufferSize = 64 * 1024; // A stalled proxy shall fill up soon.
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, _brokerPort, end.Token);
                var up = CopyAsync(client.GetStream(), broker.GetStream(), cuts.FromClient, count => Interlocked.Add(ref _fromClient, count), end.Token);
                var down = CopyAsync(broker.GetStream(), client.GetStream(), cuts.FromBroker, count => Interlocked.Add(ref _fromBroker, count), end.Token);
                await Task.WhenAny(up, down);
                await end.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Either end is gone; so is the connection.
            }
        }
    }

    async Task CopyAsync(NetworkStream from, NetworkStream to, int? most, Action<int> passed, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var left = most ?? int.MaxValue;
        while (left > 0)
        {
            await _flowing.Task.WaitAsync(cancellationToken);
            var count = await from.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
            if (count == 0) return;
            await _flowing.Task.WaitAsync(cancellationToken);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            passed(count);
            if (most is not null) left -= count;
        }
    }
}
