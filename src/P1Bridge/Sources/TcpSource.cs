using System.Net.Sockets;

namespace P1Bridge.Sources;

/// <summary>A serial port behind a network socket: ser2net, a Wi-Fi reader's stream server, a re-served port.</summary>
sealed class TcpSource(string host, int port) : IByteSource
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public string Description => $"tcp://{host}:{port}";

    public bool EndsForGood => false;

    public async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(ConnectTimeout);
        try
        {
            await socket.ConnectAsync(host, port, limited.Token);
            // We never write, so only keep-alive probes notice a peer that vanished without a word.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (cancellation.IsCancellationRequested) throw;
            throw exception switch
            {
                OperationCanceledException => new IOException(
                    $"{host}:{port} did not answer within {ConnectTimeout.TotalSeconds:0} s. Check the address, and that the device is on.", exception),
                SocketException => new IOException(
                    $"{host}:{port} cannot be reached: {exception.Message}. Check address and port, and that no other program holds its only connection.", exception),
                _ => new IOException($"{host}:{port} cannot be opened: {exception.Message}", exception),
            };
        }
    }
}
