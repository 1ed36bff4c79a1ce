using System.Globalization;

namespace P1Bridge.Serial.Tests.Support;

/// <summary>
/// The test assembly run as a program: opens a port without the rights of the tests, holds one, or measures what reading
/// costs undisturbed by the other tests. Ends when its standard input does.
/// </summary>
static class Probe
{
    public const int WarmUpReads = 200;

    static async Task<int> Main(string[] arguments)
    {
        using var endOfInput = new CancellationTokenSource();
        _ = Task.Run(() =>
        {
            while (Console.In.ReadLine() is not null)
            {
            }

            endOfInput.Cancel();
        });
        try
        {
            using var port = SerialPort.Open(new SerialOptions { Path = arguments[1] });
            Say("open");
            await (arguments[0] switch
            {
                "hold" => HoldAsync(endOfInput.Token),
                "idle" => IdleAsync(port, endOfInput.Token),
                "measure" => MeasureAsync(port, int.Parse(arguments[2], CultureInfo.InvariantCulture), endOfInput.Token),
                "lockstep" => LockstepAsync(port, int.Parse(arguments[2], CultureInfo.InvariantCulture), endOfInput.Token),
                _ => throw new ArgumentException($"unknown probe {arguments[0]}"),
            });
        }
        catch (SerialPortException refusal)
        {
            Say($"{refusal.Fault}|{refusal.Message}");
        }

        return 0;
    }

    static async Task HoldAsync(CancellationToken stop) => await Ended(Task.Delay(Timeout.Infinite, stop));

    /// <summary>Says the CPU milliseconds that a second of waiting for bytes took.</summary>
    static async Task IdleAsync(SerialStream port, CancellationToken stop)
    {
        var read = port.ReadAsync(new byte[1], stop).AsTask();
        await Task.Delay(500, stop); // start-up and background compilation settle
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(1000, stop);
        var used = Environment.CpuUsage.TotalTime - before;
        Say(read.IsCompleted ? "the read ended" : used.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture));
    }

    /// <summary>Says "bytes reads allocated" for reading the given number of bytes, after some reads to warm up.</summary>
    static async Task MeasureAsync(SerialStream port, int length, CancellationToken stop)
    {
        var buffer = new byte[256];
        var total = 0;
        for (var warm = 0; warm < WarmUpReads; warm++) total += await port.ReadAsync(buffer.AsMemory(0, 64), stop);
        var reads = 0;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        while (total < length)
        {
            var count = await port.ReadAsync(buffer, stop);
            if (count == 0) break;
            total += count;
            reads++;
        }

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Say(string.Create(CultureInfo.InvariantCulture, $"{total} {reads} {allocated}"));
    }

    /// <summary>Asks by a dot for each byte, once the read for it is waiting; then says "waits allocated" of the measured rounds.</summary>
    static async Task LockstepAsync(SerialStream port, int rounds, CancellationToken stop)
    {
        using var output = Console.OpenStandardOutput();
        var buffer = new byte[1];
        await RoundsAsync(WarmUpReads);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var waits = await RoundsAsync(rounds);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Say(string.Create(CultureInfo.InvariantCulture, $"{waits} {allocated}"));

        async Task<int> RoundsAsync(int count)
        {
            var waited = 0;
            for (var round = 0; round < count; round++)
            {
                var read = port.ReadAsync(buffer, stop);
                if (!read.IsCompleted) waited++;
                output.Write("."u8);
                await read;
            }

            return waited;
        }
    }

    static async Task Ended(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
