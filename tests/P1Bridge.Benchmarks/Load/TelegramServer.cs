using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace P1Bridge.Benchmarks.Load;

/// <summary>A meter behind TCP: one connection, one telegram a call.</summary>
sealed class TelegramServer : IDisposable
{
    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    Socket? _connection;

    public TelegramServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Waits for the bridge.</summary>
    public async Task AcceptAsync(CancellationToken cancellation)
    {
        _connection = await _listener.AcceptAsync(cancellation);
        _connection.NoDelay = true;
    }

    /// <summary>Sends a telegram in one piece; returns the time right before.</summary>
    public long Send(ReadOnlySpan<byte> telegram)
    {
        var now = Stopwatch.GetTimestamp();
        _connection!.Send(telegram);
        return now;
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _listener.Dispose();
    }
}
