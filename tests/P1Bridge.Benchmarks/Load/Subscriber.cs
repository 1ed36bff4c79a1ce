using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace P1Bridge.Benchmarks.Load;

/// <summary>
/// Subscribes to everything at QoS 0 and notes when each message came. A thread of its own in blocking reads, and of MQTT 3.1.1 no more than
/// the lengths of packets: what is measured is the bridge and not this.
/// </summary>
sealed class Subscriber : IDisposable
{
    const int Publish = 3;
    const int Suback = 9;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly ManualResetEventSlim _subscribed = new();
    readonly List<long> _arrivals = new(100_000);
    readonly Thread _thread;

    /// <summary>Returns when the broker has the subscription.</summary>
    public Subscriber(string host, int port)
    {
        _socket.Connect(host, port);
        // CONNECT without keep alive, SUBSCRIBE to '#' with identifier 1 (MQTT 3.1.1 sections 3.1 and 3.8).
        _socket.Send([0x10, 16, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 4, .. Encoding.ASCII.GetBytes("load"), 0x82, 6, 0, 1, 0, 1, (byte)'#', 0]);
        _thread = new Thread(Read) { IsBackground = true, Name = "subscriber" };
        _thread.Start();
        if (!_subscribed.Wait(TimeSpan.FromSeconds(10))) throw new IOException("the broker did not confirm the subscription");
    }

    /// <summary>When messages came, in order.</summary>
    public IReadOnlyList<long> Arrivals()
    {
        lock (_arrivals) return [.. _arrivals];
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
        _subscribed.Dispose();
    }

    void Read()
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (_socket.Receive(buffer.AsSpan(filled)) is var count and > 0)
            {
                var now = Stopwatch.GetTimestamp();
                filled += count;
                var taken = TakePackets(buffer.AsSpan(0, filled), now);
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed of: the end of the run.
        }
    }

    /// <summary>Notes all whole packets; returns how many bytes they have. A packet has less than 64 KiB.</summary>
    int TakePackets(ReadOnlySpan<byte> bytes, long now)
    {
        var at = 0;
        while (Length(bytes[at..]) is { } length && at + length <= bytes.Length)
        {
            if (bytes[at] >> 4 == Suback) _subscribed.Set();
            else if (bytes[at] >> 4 == Publish)
            {
                lock (_arrivals) _arrivals.Add(now);
            }
            at += length;
        }
        return at;
    }

    /// <summary>Length of the packet with its header; seven bits a byte from the second on (MQTT 3.1.1 section 2.2.3).</summary>
    static int? Length(ReadOnlySpan<byte> packet)
    {
        var length = 0;
        for (var i = 1; i < packet.Length; i++)
        {
            length |= (packet[i] & 0x7F) << (7 * (i - 1));
            if (packet[i] < 0x80) return length + i + 1;
        }
        return null;
    }
}
