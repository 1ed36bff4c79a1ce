using System.Net.Security;
using System.Net.Sockets;

namespace P1Bridge.Mqtt.Link;

/// <summary>The byte stream to the broker: TCP, with TLS on top where asked for, and WebSocket on top of either.</summary>
sealed class Transport(Stream stream, Func<Task> endSending, Socket? socket = null) : IAsyncDisposable
{
    const int TcpLevel = 6;
    const int QuickAcknowledgement = 12;
    static readonly byte[] On = [1, 0, 0, 0];

    public Stream Stream => stream;

    public static async Task<Transport> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        if (options.WebSocketPath is not null) return await WebSocketTransport.OpenAsync(options, cancellationToken);
        var (socket, stream) = await OpenStreamAsync(options, cancellationToken);
        return new Transport(stream, () => EndSendingAsync(socket, stream), OperatingSystem.IsLinux() ? socket : null);
    }

    /// <summary>Says that nothing more will be sent, and still lets the last bytes through.</summary>
    public Task EndSendingAsync() => endSending();

    /// <summary>
    /// Has the system acknowledge (TCP) what was received without waiting for something to send along. Who keeps back its next packets must do so: a broker's
    /// second small packet waits for it (Nagle), and the system would take 40 ms. False where it cannot be asked for.
    /// </summary>
    public bool TryAcknowledgeAtOnce()
    {
        if (socket is null) return false;
        try
        {
            socket.SetRawSocketOption(TcpLevel, QuickAcknowledgement, On);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // Whoever reads next sees what is wrong.
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    /// <summary>TCP, and TLS where asked for.</summary>
    public static async Task<(Socket Socket, Stream Stream)> OpenStreamAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = await OpenSocketAsync(options, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (options.Tls is not { } tls) return (socket, stream);
        try
        {
            return (socket, await new TlsSetup(options, tls).AuthenticateAsync(stream, cancellationToken));
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    static async Task EndSendingAsync(Socket socket, Stream stream)
    {
        try
        {
            if (stream is SslStream tls) await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
        {
            // The other side was faster; closed is what was wanted.
        }
    }

    static async Task<Socket> OpenSocketAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        // Batching is done before the socket; the kernel shall not wait for more.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new MqttException(MqttFailure.Network, Describe(options, exception), exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string Describe(MqttClientOptions options, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            $"The broker's name \"{options.Host}\" is not known here. Check it, or use the broker's address.",
        SocketError.ConnectionRefused =>
            $"Nothing listens on {options.Host}:{options.Port}. Is the broker running, and is this its port?",
        _ => $"The broker {options.Host}:{options.Port} cannot be reached: {exception.Message}.",
    };
}
