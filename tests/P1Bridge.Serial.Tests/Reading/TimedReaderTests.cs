using P1Bridge.Serial.Reading;
using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests.Reading;

public sealed class TimedReaderTests : IDisposable
{
    readonly ScriptedPort _port = new();
    readonly SerialStream _stream;

    public TimedReaderTests() => _stream = new SerialStream(new TimedReader("COM9", _port));

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Silence_is_no_end_and_the_first_byte_ends_it()
    {
        var read = _stream.ReceiveTextAsync(1);
        await Wait.UntilAsync(() => _port.Reads > 3, Wait.Patience);
        Assert.False(read.IsCompleted);

        _port.Arrives((byte)'/');

        Assert.Equal("/", await read);
    }

    [Fact]
    public async Task A_chunk_that_is_larger_than_the_read_is_handed_out_in_parts_and_in_order()
    {
        _port.Arrives([.. "abcdef"u8]);
        _port.Arrives([.. "gh"u8]);

        Assert.Equal("a", await _stream.ReceiveTextAsync(1));
        Assert.Equal("bcdefg", await _stream.ReceiveTextAsync(6));
        Assert.Equal("h", await _stream.ReceiveTextAsync(1));
    }

    [Fact]
    public async Task Bytes_nobody_asks_for_stay_in_the_systems_queue_after_the_first_chunk()
    {
        _port.Arrives(1);
        _port.Arrives(2);
        Assert.Equal(1, (await _stream.ReceiveAsync(1))[0]);
        _port.Arrives(3);
        Assert.Equal([2, 3], await _stream.ReceiveAsync(2));

        _port.Arrives(4);
        _port.Arrives(5);
        await Wait.UntilAsync(() => _port.Waiting == 1, Wait.Patience);
        var reads = _port.Reads;

        Assert.Equal([4], await _stream.ReceiveAsync(1));
        await Wait.UntilAsync(() => _port.Reads > reads, Wait.Patience);
        Assert.Equal([5], await _stream.ReceiveAsync(1));
    }

    [Fact]
    public async Task A_cancelled_read_ends_at_once_and_the_next_read_gets_the_bytes()
    {
        using var stop = new CancellationTokenSource();
        var read = _stream.ReadAsync(new byte[1], stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Wait.Patience));
        _port.Arrives(1);

        Assert.Equal([1], await _stream.ReceiveAsync(1));
    }

    [Fact]
    public async Task Cancelling_while_bytes_arrive_loses_and_doubles_none()
    {
        const int count = 500;
        var delays = new Random(20_261_121);
        for (var value = 0; value < count; value++) _port.Arrives((byte)value);

        var received = new List<byte>();
        var buffer = new byte[1];
        while (received.Count < count)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMicroseconds(delays.Next(1, 500)));
            try
            {
                Assert.Equal(1, await _stream.ReadAsync(buffer, stop.Token));
                received.Add(buffer[0]);
            }
            catch (OperationCanceledException)
            {
                // What the test provokes.
            }
        }

        Assert.Equal(Enumerable.Range(0, count).Select(value => (byte)value), received);
    }

    [Fact]
    public async Task Unplugging_ends_the_stream_after_its_last_bytes_and_for_good()
    {
        _port.Arrives(1, 2);
        _port.IsUnplugged();

        Assert.Equal([1, 2], await _stream.ReceiveAsync(2));
        Assert.Equal(0, await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Wait.Patience));
        Assert.Equal(0, await _stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_refused_read_tells_the_reader_now_and_later()
    {
        var reason = new SerialPortException(SerialPortFault.Other, "COM9", "Reading serial port COM9 failed.");
        var read = _stream.ReadAsync(new byte[1]).AsTask();
        _port.Fails(reason);

        Assert.Same(reason, await Assert.ThrowsAsync<SerialPortException>(() => read.WaitAsync(Wait.Patience)));
        Assert.Same(reason, await Assert.ThrowsAsync<SerialPortException>(() => _stream.ReadAsync(new byte[1]).AsTask()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_ends_a_waiting_read_and_closes_the_port_also_with_bytes_unread(bool unread)
    {
        var read = unread ? null : _stream.ReadAsync(new byte[1]).AsTask();
        if (unread)
        {
            _port.Arrives(1);
            await Wait.UntilAsync(() => _port.Waiting == 0, Wait.Patience);
        }

        await _stream.DisposeAsync();

        if (read is not null) await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(Wait.Patience));
        Assert.True(_port.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stream.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public void The_parity_bit_is_cleared_where_an_adapter_keeps_it()
    {
        byte[] bytes = [0xAF, 0x46, 0xFF, 0x00];

        TimedPort.KeepSevenBits(bytes);

        Assert.Equal([0x2F, 0x46, 0x7F, 0x00], bytes);
    }
}
