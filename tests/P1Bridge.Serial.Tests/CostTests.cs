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

        var (total, reads, _, allocated) = await MeasureAsync(length, (terminal, rest) => terminal.SendAsync(new byte[rest]));

        Assert.Equal(length, total);
        Assert.InRange(allocated, 0, reads * LessThanAnObject);
    }

    [Fact]
    public async Task Waiting_for_each_byte_allocates_nothing_per_wait()
    {
        const int length = 2000;

        var (total, _, waits, allocated) = await MeasureAsync(length, async (terminal, rest) =>
        {
            // The pause makes most reads wait; how many did is what is asserted.
            for (var sent = 0; sent < rest; sent++)
            {
                await terminal.SendAsync(new byte[1]);
                if (sent % 2 == 0) await Task.Delay(1);
            }
        });

        Assert.Equal(length, total);
        Assert.InRange(waits, 700, length);
        Assert.InRange(allocated, 0, waits * LessThanAnObject);
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

    /// <summary>Lets a probe read what is sent; bytes, reads, reads that had to wait and bytes allocated.</summary>
    static async Task<(long Total, long Reads, long Waits, long Allocated)> MeasureAsync(int length, Func<VirtualPort, int, Task> sendAsync)
    {
        using var terminal = await VirtualPort.StartAsync();
        using var probe = ChildProcess.StartProbe("measure", terminal.Path, length.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("open", await probe.ReadLineAsync());
        await sendAsync(terminal, length);
        var figures = (await probe.ReadLineAsync()).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1], figures[2], figures[3]);
    }
}
