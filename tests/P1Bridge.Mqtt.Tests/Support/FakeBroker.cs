using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A broker by hand, for what a real one will not do: each test reads and writes the bytes itself.</summary>
sealed class FakeBroker(MqttProtocolVersion version = MqttProtocolVersion.V311) : IDisposable
{
    readonly TcpListener _listener = Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public MqttProtocolVersion Version => version;

    public MqttClientOptions Options => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        ClientId = "fake",
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ProtocolVersion = version,
    };

    public async Task<FakePeer> AcceptAsync() => new(await _listener.AcceptTcpClientAsync().Soon(), version);

    /// <summary>Accepts a connection and answers CONNECT with success.</summary>
    public async Task<FakePeer> WelcomeAsync(bool sessionPresent = false, params byte[] properties)
    {
        var peer = await AcceptAsync();
        peer.Connect = await peer.ReadAsync();
        Assert.Equal(1, peer.Connect.Type);
        await peer.WriteAsync(Wire.Connack(version, sessionPresent, 0, properties));
        return peer;
    }

    public void Dispose() => _listener.Dispose();

    static TcpListener Start()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}

/// <summary>One packet as it was on the wire.</summary>
sealed record RawPacket(byte Header, byte[] Body, MqttProtocolVersion Version = MqttProtocolVersion.V311)
{
    public int Type => Header >> 4;

    public int Flags => Header & 0x0F;

    public int Identifier(int at = 0) => (Body[at] << 8) | Body[at + 1];

    /// <summary>The string at an offset of the body.</summary>
    public string Text(int at) => Encoding.UTF8.GetString(Body, at + 2, Identifier(at));

    /// <summary>PUBLISH: identifier behind the topic.</summary>
    public int PublishIdentifier => Identifier(2 + Identifier());

    /// <summary>PUBLISH: the properties, without their length; they are short here.</summary>
    public byte[] PublishProperties => Version == MqttProtocolVersion.V5 ? Body[(BehindIdentifier + 1)..(BehindIdentifier + 1 + Body[BehindIdentifier])] : [];

    /// <summary>PUBLISH: the payload as text.</summary>
    public string Payload => Encoding.UTF8.GetString(
        Body[(BehindIdentifier + (Version == MqttProtocolVersion.V5 ? 1 + Body[BehindIdentifier] : 0))..]);

    int BehindIdentifier => 2 + Identifier() + ((Flags & 0x06) == 0 ? 0 : 2);
}

/// <summary>The other end of one connection.</summary>
sealed class FakePeer(TcpClient client, MqttProtocolVersion version) : IDisposable
{
    readonly NetworkStream _stream = client.GetStream();

    /// <summary>The CONNECT that was answered.</summary>
    public RawPacket Connect { get; set; } = null!;

    public async Task<RawPacket> ReadAsync()
    {
        var header = (await ExactlyAsync(1))[0];
        int length = 0, shift = 0, part;
        do
        {
            part = (await ExactlyAsync(1))[0];
            length |= (part & 0x7F) << shift;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return new RawPacket(header, await ExactlyAsync(length), version);
    }

    /// <summary>What one read delivers: how the bytes were sent.</summary>
    public async Task<byte[]> ReadSomeAsync()
    {
        var buffer = new byte[64 * 1024];
        var count = await _stream.ReadAsync(buffer).AsTask().Soon();
        return buffer[..count];
    }

    public async Task WriteAsync(params byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>True when the other end closes (or resets) without sending anything more.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            return (await ReadSomeAsync()).Length == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// The other end says why and closes: 5.0 by DISCONNECT with this code, 3.1.1 without a word.
    /// </summary>
    public async Task IsClosedWithAsync(MqttReasonCode code)
    {
        if (version == MqttProtocolVersion.V5)
        {
            var packet = await ReadAsync();
            Assert.Equal((14, code), (packet.Type, (MqttReasonCode)packet.Body[0]));
        }
        Assert.True(await IsClosedAsync());
    }

    public void Dispose() => client.Dispose();

    async Task<byte[]> ExactlyAsync(int count)
    {
        var buffer = new byte[count];
        await _stream.ReadExactlyAsync(buffer).AsTask().Soon();
        return buffer;
    }
}
