using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>The least that publishes with QoS 1: bytes into a blocking socket, a window, nothing else. What it reaches, the wire allows.</summary>
static class RawPublisher
{
    static readonly byte[] Connect = [0x10, 15, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, 3, (byte)'r', (byte)'a', (byte)'w'];

    /// <summary>Messages per second.</summary>
    public static double Measure(int port, int count, int window, string topic, ReadOnlySpan<byte> payload)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        using var stream = client.GetStream();
        var input = new byte[64 * 1024];
        stream.Write(Connect);
        stream.ReadExactly(input.AsSpan(0, 4));
        var packet = Packet(topic, payload, out var identifierAt);
        var output = new byte[packet.Length * window];
        var watch = Stopwatch.StartNew();
        for (int sent = 0, bytes = 0; bytes / 4 < count; bytes += stream.Read(input))
        {
            var length = 0;
            for (; sent < count && sent - bytes / 4 < window; sent++, length += packet.Length)
            {
                packet.CopyTo(output, length);
                BinaryPrimitives.WriteUInt16BigEndian(output.AsSpan(length + identifierAt), (ushort)(sent % 60_000 + 1));
            }
            stream.Write(output, 0, length);
        }
        return count / watch.Elapsed.TotalSeconds;
    }

    static byte[] Packet(string topic, ReadOnlySpan<byte> payload, out int identifierAt)
    {
        var body = 2 + topic.Length + 2 + payload.Length;
        Assert.InRange(body, 128, 16_383); // Two bytes of length.
        identifierAt = 3 + 2 + topic.Length;
        return [0x32, (byte)(body % 128 | 128), (byte)(body / 128), 0, (byte)topic.Length, .. Encoding.ASCII.GetBytes(topic), 0, 0, .. payload];
    }
}
