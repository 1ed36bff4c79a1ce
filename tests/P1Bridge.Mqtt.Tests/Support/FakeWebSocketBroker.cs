using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A broker's WebSocket by hand: the test decides about the subprotocol and about frames.</summary>
sealed class FakeWebSocketBroker(MqttProtocolVersion version) : IDisposable
{
    readonly TcpListener _listener = Start();
    TcpClient? _client;

    public MqttClientOptions Options => new()
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        ClientId = "ws",
        WebSocketPath = "/mqtt",
        ProtocolVersion = version,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>The request as it came.</summary>
    public string Request { get; private set; } = "";

    public WebSocket Socket { get; private set; } = null!;

    /// <summary>Accepts a connection and answers with a subprotocol, or with none.</summary>
    public async Task AcceptAsync(string? subprotocol = "mqtt")
    {
        _client = await _listener.AcceptTcpClientAsync().Soon();
        var stream = _client.GetStream();
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one).AsTask().Soon();
            request.Append((char)one[0]);
        }
        Request = request.ToString();
        var key = Request.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(' ')[1];
#pragma warning disable CA5350 // SHA-1 is what the WebSocket handshake is defined with (RFC 6455 section 1.3); nothing rests on its strength.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
            + (subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n") + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        Socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = subprotocol });
    }

    public Task SendAsync(byte[] bytes, bool isText = false, bool end = true) =>
        Socket.SendAsync(bytes, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, end, CancellationToken.None);

    /// <summary>One frame, and what kind it is.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var result = await Socket.ReceiveAsync(buffer, CancellationToken.None).Soon();
        return (result.MessageType, buffer[..result.Count]);
    }

    public void Dispose()
    {
        Socket?.Dispose();
        _client?.Dispose();
        _listener.Dispose();
    }

    static TcpListener Start()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
