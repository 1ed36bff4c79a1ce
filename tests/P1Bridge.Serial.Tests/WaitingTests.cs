using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests;

public class WaitingTests
{
    [Fact]
    public async Task A_cancelled_read_ends_at_once_and_the_next_read_gets_the_bytes()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        using var stop = new CancellationTokenSource();
        var cancelled = new byte[1];
        var read = port.ReadAsync(cancelled, stop.Token).AsTask();
        Assert.False(read.IsCompleted);

        await stop.CancelAsync();
        var reason = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Wait.Patience));
        await terminal.SendAsync("1");

        Assert.Equal(stop.Token, reason.CancellationToken);
        Assert.Equal("1", await port.ReceiveTextAsync(1));
        Assert.Equal([0], cancelled);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_takes_no_byte()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        await terminal.SendAsync("12");
        Assert.Equal("1", await port.ReceiveTextAsync(1));

        var read = port.ReadAsync(new byte[1], new CancellationToken(canceled: true));

        Assert.True(read.IsCanceled);
        Assert.Equal("2", await port.ReceiveTextAsync(1));
    }

    [Fact]
    public async Task Cancelling_while_bytes_arrive_loses_and_doubles_none()
    {
        const int count = 500;
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        var delays = new Random(20_261_121);
        var sending = Task.Run(async () =>
        {
            for (var value = 0; value < count; value++) await terminal.SendAsync(new[] { (byte)value });
        });

        var received = new List<byte>();
        var buffer = new byte[1];
        while (received.Count < count)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMicroseconds(delays.Next(1, 2000)));
            try
            {
                Assert.Equal(1, await port.ReadAsync(buffer, stop.Token));
                received.Add(buffer[0]);
            }
            catch (OperationCanceledException)
            {
                // What the test provokes.
            }
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, count).Select(value => (byte)value), received);
    }

    [Fact]
    public async Task Disposing_ends_a_waiting_read_and_refuses_later_ones()
    {
        using var terminal = await VirtualPort.StartAsync();
        var port = SerialPort.Open(terminal.Options);
        var read = port.ReadAsync(new byte[1]).AsTask();

        await port.DisposeAsync();
        await port.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(Wait.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => port.ReadAsync(new byte[1]).AsTask());
        Assert.False(port.CanRead);
    }

    [Fact]
    public async Task A_second_read_beside_a_waiting_one_is_refused()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        var read = port.ReadAsync(new byte[1]).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => port.ReadAsync(new byte[1]).AsTask());
        await terminal.SendAsync("1");

        Assert.Equal(1, await read.WaitAsync(Wait.Patience));
    }

    [Fact]
    public async Task The_stream_reads_and_does_nothing_else()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        Assert.Equal((true, false, false), (port.CanRead, port.CanWrite, port.CanSeek));
        Assert.Throws<NotSupportedException>(() => port.Write([1], 0, 1));
        Assert.Throws<NotSupportedException>(() => port.Length);
        Assert.Equal(0, await port.ReadAsync(Memory<byte>.Empty));
        await terminal.SendAsync("1");
        Assert.Equal("1", await port.ReceiveTextAsync(1));
    }
}
