using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests;

public class ReceivingTests
{
    static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Fact]
    public async Task Every_byte_value_arrives_unchanged()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        await terminal.SendAsync(EveryByte);

        Assert.Equal(EveryByte, await port.ReceiveAsync(256));
    }

    [Fact]
    public async Task Bytes_that_terminals_take_as_commands_arrive_unchanged_and_uncollected()
    {
        // NUL, interrupt, end of file, XON, XOFF, suspend, quit, erase, CR, LF, all ones.
        byte[] commands = [0x00, 0x03, 0x04, 0x11, 0x13, 0x1A, 0x1C, 0x7F, 0x0D, 0x0A, 0x0D, 0xFF, 0xFF, 0x00];
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        foreach (var command in commands)
        {
            await terminal.SendAsync(new[] { command });
            Assert.Equal([command], await port.ReceiveAsync(1));
        }
    }

    [Fact]
    public async Task Any_bytes_in_any_cut_arrive_unchanged_and_in_order()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);

        Prop.ForAll<byte[], byte[]>((first, second) =>
        {
            var received = ExchangeAsync(terminal, port, first, second).GetAwaiter().GetResult();
            return received.AsSpan().SequenceEqual([.. first, .. second]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_261_121, 7));
    }

    [Fact]
    public async Task Seven_bits_with_even_parity_arrive_without_the_parity_bit()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options with { BaudRate = 9600, Format = SerialFormat.SevenEven1 });

        await terminal.SendAsync(EveryByte.Take(128).Select(WithEvenParity).ToArray());

        Assert.Equal(EveryByte.Take(128), await port.ReceiveAsync(128));
    }

    [Fact]
    public async Task A_format_left_by_the_last_reader_does_not_stay()
    {
        using var terminal = await VirtualPort.StartAsync();
        SerialPort.Open(terminal.Options with { Format = SerialFormat.SevenEven1 }).Dispose();
        using var port = SerialPort.Open(terminal.Options);

        await terminal.SendAsync(EveryByte);

        Assert.Equal(EveryByte, await port.ReceiveAsync(256));
    }

    [Fact]
    public async Task A_read_gives_what_is_there_and_leaves_the_rest_for_the_next()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        await terminal.SendAsync("abcdef");
        var buffer = new byte[4];

        var first = await port.ReceiveTextAsync(1);
        await port.ReadExactlyAsync(buffer);

        Assert.Equal("a", first);
        Assert.Equal("bcde"u8, buffer);
        Assert.Equal("f", await port.ReceiveTextAsync(1));
    }

    [Fact]
    public async Task The_blocking_read_and_the_array_overload_read_the_same_bytes()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        var buffer = new byte[3];

        var blocked = Task.Run(() => port.Read(buffer, 1, 1));
        await terminal.SendAsync("x");
        Assert.Equal(1, await blocked.WaitAsync(Wait.Patience));
        await terminal.SendAsync("y");
        Assert.Equal(1, await port.ReadAsync(buffer, 2, 1, CancellationToken.None).WaitAsync(Wait.Patience));

        Assert.Equal("\0xy"u8, buffer);
    }

    static async Task<byte[]> ExchangeAsync(VirtualPort terminal, SerialStream port, byte[] first, byte[] second)
    {
        await terminal.SendAsync(first);
        await terminal.SendAsync(second);
        return await port.ReceiveAsync(first.Length + second.Length);
    }

    static byte WithEvenParity(byte value) => BitOperations.PopCount(value) % 2 == 0 ? value : (byte)(value | 0x80);
}
