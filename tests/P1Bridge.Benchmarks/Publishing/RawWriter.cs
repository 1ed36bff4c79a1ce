using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace P1Bridge.Benchmarks.Publishing;

/// <summary>The least that publishes: bytes into a blocking socket. What it reaches, the wire and the broker allow.</summary>
static class RawWriter
{
    const int BatchSize = 500;
    static readonly byte[] Connect = [0x10, 15, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, 3, (byte)'r', (byte)'a', (byte)'w'];

    /// <summary>Publishes at quality 0 in batches; ends when the broker has answered a ping behind the last one.</summary>
    public static void PublishAtMostOnce(int port, int count, string topic, byte[] payload)
    {
        using var client = Open(port);
        using var stream = client.GetStream();
        var packet = Packet(0x31, topic, payload, hasIdentifier: false);
        var batch = new byte[packet.Length * BatchSize];
        for (var i = 0; i < BatchSize; i++) packet.CopyTo(batch, i * packet.Length);
        for (var left = count; left > 0; left -= BatchSize) stream.Write(batch, 0, Math.Min(left, BatchSize) * packet.Length);
        stream.Write([0xC0, 0]);
        stream.ReadExactly(new byte[2]);
    }

    /// <summary>Publishes at quality 1 with a window; ends with the last acknowledgement.</summary>
    public static void PublishAtLeastOnce(int port, int count, int window, string topic, byte[] payload)
    {
        using var client = Open(port);
        using var stream = client.GetStream();
        var packet = Packet(0x33, topic, payload, hasIdentifier: true);
        var output = new byte[packet.Length * window];
        var input = new byte[64 * 1024];
        for (int sent = 0, bytes = 0; bytes / 4 < count; bytes += stream.Read(input))
        {
            var length = 0;
            for (; sent < count && sent - bytes / 4 < window; sent++, length += packet.Length)
            {
                packet.CopyTo(output, length);
                BinaryPrimitives.WriteUInt16BigEndian(output.AsSpan(length + 4 + topic.Length), (ushort)(sent % 60_000 + 1));
            }
            if (length > 0) stream.Write(output, 0, length);
        }
    }

    static TcpClient Open(int port)
    {
        var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        client.GetStream().Write(Connect);
        client.GetStream().ReadExactly(new byte[4]);
        return client;
    }

    static byte[] Packet(byte header, string topic, byte[] payload, bool hasIdentifier) =>
    [
        header, (byte)(2 + topic.Length + (hasIdentifier ? 2 : 0) + payload.Length), 0, (byte)topic.Length,
        .. Encoding.ASCII.GetBytes(topic), .. hasIdentifier ? new byte[2] : [], .. payload,
    ];
}
