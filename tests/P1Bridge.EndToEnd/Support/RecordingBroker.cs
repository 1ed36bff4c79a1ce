using System.Net;
using System.Net.Sockets;

namespace P1Bridge.EndToEnd.Support;

/// <summary>
/// A broker that writes down every packet byte by byte, and answers as briefly as the standards allow. It speaks the version that CONNECT
/// asks for, unless it knows only 3.1.1.
/// </summary>
sealed class RecordingBroker : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<byte[]> _packets = [];
    readonly List<Task> _connections = [];
    readonly List<TcpClient> _clients = [];
    readonly Task _accepting;

    public RecordingBroker()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Options that lead to it.</summary>
    public string[] Options => ["-h", "127.0.0.1", "-p", $"{Port}"];

    /// <summary>Refuses MQTT 5.</summary>
    public bool IsOld { get; init; }

    /// <summary>Properties of CONNACK with their length, 5.0.</summary>
    public byte[] ConnackProperties { get; init; } = [0];

    /// <summary>Sent after a SUBACK.</summary>
    public byte[] AfterSuback { get; init; } = [];

    /// <summary>Ends this many connections right after CONNACK.</summary>
    public int Drops { get; set; }

    /// <summary>All packets that came, as hexadecimal digits.</summary>
    public IReadOnlyList<string> Packets
    {
        get
        {
            lock (_packets) return [.. _packets.Select(Convert.ToHexString)];
        }
    }

    /// <summary>Waits for a packet that begins so.</summary>
    public Task SeesAsync(string hexadecimal) => Eventually.HoldsAsync(
        () => Packets.Any(packet => packet.StartsWith(hexadecimal, StringComparison.Ordinal)), () => $"Packets: {string.Join(' ', Packets)}");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var client in _clients) client.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var isNewer = false;
            while (await ReadAsync(client.GetStream()) is { } packet)
            {
                lock (_packets) _packets.Add(packet);
                if (packet[0] == 0x10) isNewer = packet[Body(packet) + 6] == 5;
                await client.GetStream().WriteAsync(Answer(packet, isNewer));
                if (packet[0] == 0x10 && ((isNewer && IsOld) || Drops-- > 0)) return;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Gone; what it sent before counts.
        }
    }

    byte[] Answer(byte[] packet, bool isNewer)
    {
        var body = Body(packet);
        switch (packet[0] >> 4)
        {
            case 1 when isNewer && IsOld: return [0x20, 2, 0, 1];
            case 1: return isNewer ? [0x20, (byte)(2 + ConnackProperties.Length), 0, 0, .. ConnackProperties] : [0x20, 2, 0, 0];
            case 3 when (packet[0] & 6) != 0:
                var id = body + 2 + (packet[body] << 8) + packet[body + 1];
                return [(packet[0] & 6) == 2 ? (byte)0x40 : (byte)0x50, 2, packet[id], packet[id + 1]];
            case 6: return [0x70, 2, packet[body], packet[body + 1]];
            case 8: return [.. Suback(packet, body, isNewer), .. AfterSuback];
            case 12: return [0xD0, 0];
            default: return [];
        }
    }

    /// <summary>One answer for each filter.</summary>
    static byte[] Suback(byte[] packet, int body, bool isNewer)
    {
        var answers = new List<byte>();
        for (var at = body + 2 + (isNewer ? 1 + packet[body + 2] : 0); at < packet.Length; at += 3 + (packet[at] << 8) + packet[at + 1]) answers.Add(1);
        return [0x90, (byte)(2 + (isNewer ? 1 : 0) + answers.Count), packet[body], packet[body + 1], .. isNewer ? new byte[] { 0 } : [], .. answers];
    }

    static int Body(byte[] packet)
    {
        var at = 1;
        while ((packet[at++] & 0x80) != 0)
        {
        }
        return at;
    }

    static async Task<byte[]?> ReadAsync(NetworkStream stream)
    {
        var packet = new List<byte>();
        var one = new byte[1];
        async Task<bool> NextAsync()
        {
            if (await stream.ReadAsync(one) == 0) return false;
            packet.Add(one[0]);
            return true;
        }
        if (!await NextAsync()) return null;
        int length = 0, shift = 0;
        do
        {
            if (!await NextAsync()) return null;
            length |= (one[0] & 0x7F) << shift;
            shift += 7;
        }
        while ((one[0] & 0x80) != 0);
        var rest = new byte[length];
        await stream.ReadExactlyAsync(rest);
        return [.. packet, .. rest];
    }
}
