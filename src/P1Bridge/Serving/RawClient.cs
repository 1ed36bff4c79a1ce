using System.Net.Sockets;
using System.Threading.Channels;

namespace P1Bridge.Serving;

/// <summary>One program that gets the raw bytes: a bounded queue and the task that empties it.</summary>
sealed class RawClient
{
    /// <summary>Bytes that may wait: most of a minute of a meter that sends 1.2 kB a second.</summary>
    public const int MaximumBacklog = 64 * 1024;

    readonly Channel<byte[]> _queue = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    readonly Socket _socket;
    int _backlog;

    RawClient(Socket socket)
    {
        _socket = socket;
        Address = $"{socket.RemoteEndPoint}";
        socket.NoDelay = true;
        // What the system would keep for a client that sleeps counts as much as our own queue.
        socket.SendBufferSize = MaximumBacklog;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    /// <summary>Takes over an accepted connection; null when it is gone already.</summary>
    public static RawClient? TryCreate(Socket socket)
    {
        try
        {
            return new RawClient(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Who it is, for logs.</summary>
    public string Address { get; }

    /// <summary>Bytes that wait.</summary>
    public int Backlog => Volatile.Read(ref _backlog);

    /// <summary>Queues bytes; false when too many wait already.</summary>
    public bool TryOffer(byte[] bytes)
    {
        if (Backlog + bytes.Length > MaximumBacklog) return false;
        Interlocked.Add(ref _backlog, bytes.Length);
        // A queue that was closed belongs to a client that is on its way out.
        _queue.Writer.TryWrite(bytes);
        return true;
    }

    /// <summary>Sends until the client or the server has gone; returns why. What clients send is never read: nobody asked for it.</summary>
    public async Task<string> RunAsync()
    {
        try
        {
            await foreach (var bytes in _queue.Reader.ReadAllAsync())
            {
                for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
                    rest = rest[await _socket.SendAsync(rest)..];
                Interlocked.Add(ref _backlog, -bytes.Length);
            }
            return "closed";
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return exception.Message;
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort()
    {
        _queue.Writer.TryComplete();
        _socket.Close(timeout: 0);
    }

    /// <summary>Ends the connection in order: what was sent arrives, and then the end.</summary>
    public void Close()
    {
        _queue.Writer.TryComplete();
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has gone already, which is what is wanted.
        }
        _socket.Dispose();
    }
}
