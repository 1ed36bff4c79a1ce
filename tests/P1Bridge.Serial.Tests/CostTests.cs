using System.Diagnostics;
using System.Globalization;
using P1Bridge.Serial.Tests.Support;

namespace P1Bridge.Serial.Tests;

public class CostTests
{
    // The smallest object has 24 bytes. Some kilobytes in all are the runtime's own, however long the reading goes on.
    const int LessThanAnObject = 20;

    [Fact]
    public async Task Waiting_for_bytes_uses_almost_no_processor_time()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var probe = ChildProcess.StartProbe("idle", terminal.Path);
        Assert.Equal("open", await probe.ReadLineAsync());

        var milliseconds = double.Parse(await probe.ReadLineAsync(), CultureInfo.InvariantCulture);

        Assert.InRange(milliseconds, 0, 50);
    }

    [Fact]
    public async Task Reading_a_megabyte_allocates_nothing_per_read()
    {
        const int length = 1 << 20;
        using var terminal = await VirtualPort.StartAsync();
        using var probe = ChildProcess.StartProbe("measure", terminal.Path, "1048576");
        Assert.Equal("open", await probe.ReadLineAsync());

        await terminal.SendAsync(new byte[length]);
        var (total, reads, allocated) = await FiguresAsync(probe) is [var a, var b, var c] ? (a, b, c) : default;

        Assert.Equal(length, total);
        Assert.InRange(allocated, 0, reads * LessThanAnObject);
    }

    [Fact]
    public async Task Waiting_for_each_byte_allocates_nothing_per_wait()
    {
        const int rounds = 1500;
        using var terminal = await VirtualPort.StartAsync();
        using var probe = ChildProcess.StartProbe("lockstep", terminal.Path, "1500");
        Assert.Equal("open", await probe.ReadLineAsync());

        for (var round = 0; round < Probe.WarmUpReads + rounds; round++)
        {
            Assert.Equal('.', await probe.ReadCharacterAsync());
            await terminal.SendAsync(new byte[1]);
        }

        var (waits, allocated) = await FiguresAsync(probe) is [var a, var b] ? (a, b) : default;
        Assert.Equal(rounds, waits);
        Assert.InRange(allocated, 0, rounds * LessThanAnObject);
    }

    [Fact]
    public async Task Bytes_are_handed_on_when_they_arrive_and_not_at_the_next_look()
    {
        using var terminal = await VirtualPort.StartAsync();
        using var port = SerialPort.Open(terminal.Options);
        var buffer = new byte[1];
        var delays = new List<TimeSpan>();
        for (var round = 0; round < 60; round++)
        {
            var read = port.ReadAsync(buffer).AsTask();
            var clock = Stopwatch.StartNew();
            await terminal.SendAsync(new byte[] { 1 });
            await read.WaitAsync(Wait.Patience);
            delays.Add(clock.Elapsed);
        }

        // Generous for a busy machine, yet half of what a look every 100 ms would give on average.
        Assert.InRange(delays.Order().ElementAt(30), TimeSpan.Zero, TimeSpan.FromMilliseconds(25));
    }

    static async Task<long[]> FiguresAsync(ChildProcess probe) =>
        [.. (await probe.ReadLineAsync()).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
}
