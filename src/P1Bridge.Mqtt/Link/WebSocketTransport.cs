using System.Globalization;
using System.Net.WebSockets;

namespace P1Bridge.Mqtt.Link;

/// <summary>MQTT in WebSocket (MQTT 5.0 section 6), over the same TCP and TLS as without it.</summary>
static class WebSocketTransport
{
    const string Subprotocol = "mqtt";
    static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

    public static async Task<Transport> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Subprotocol); // [MQTT-6.0.0-3]
        socket.Options.KeepAliveInterval = TimeSpan.Zero; // MQTT has its own.
        try
        {
            // The stream below does TLS where it is asked for, so to HTTP it is always the plain scheme; on the wire that does not show.
            using var http = new HttpMessageInvoker(new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                ConnectCallback = async (_, cancel) => (await Transport.OpenStreamAsync(options, cancel)).Stream,
            });
            await socket.ConnectAsync(Address(options), http, cancellationToken);
            if (socket.SubProtocol != Subprotocol) throw Refused(options, "it did not take up the subprotocol mqtt."); // [MQTT-6.0.0-4]
            return new Transport(new WebSocketStream(socket), () => EndSendingAsync(socket));
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (CauseOf(exception) is { } cause && cause != exception) throw cause;
            if (exception is WebSocketException) throw Refused(options, exception.Message, exception);
            throw;
        }
    }

    static Uri Address(MqttClientOptions options)
    {
        var host = options.Host.Contains(':') ? $"[{options.Host}]" : options.Host; // An address of IPv6.
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://{host}:{options.Port}{options.WebSocketPath}"));
    }

    // What the callback threw comes wrapped, and its text is the one that helps.
    static MqttException? CauseOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is MqttException cause) return cause;
        }
        return null;
    }

    static MqttException Refused(MqttClientOptions options, string why, Exception? inner = null) => new(
        MqttFailure.Network,
        $"{options.Endpoint} does not answer as a broker's WebSocket: {why} Are port and path those of the broker's WebSocket listener?",
        inner);

    static async Task EndSendingAsync(WebSocket socket)
    {
        try
        {
            using var deadline = new CancellationTokenSource(CloseTime);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The other side was faster; closed is what was wanted.
        }
    }
}
