using System.Net.Security;
using System.Net.Sockets;

namespace P1Bridge.Mqtt.Link;

/// <summary>The byte stream to the broker: TCP, with TLS on top where asked for.</summary>
sealed class Transport(Socket socket, Stream stream) : IAsyncDisposable
{
    public Stream Stream => stream;

    public static async Task<Transport> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = await OpenSocketAsync(options, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (options.Tls is not { } tls) return new Transport(socket, stream);
        try
        {
            stream = await new TlsSetup(options, tls).AuthenticateAsync(stream, cancellationToken);
            return new Transport(socket, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says that nothing more will be sent, and still lets the last bytes through.</summary>
    public async Task EndSendingAsync()
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

    public ValueTask DisposeAsync() => stream.DisposeAsync();

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
