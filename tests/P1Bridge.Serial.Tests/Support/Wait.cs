using System.Diagnostics;
using System.Text;

namespace P1Bridge.Serial.Tests.Support;

static class Wait
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Polls a condition until it holds; past the deadline the test fails.</summary>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > limit) throw new TimeoutException("The condition did not come true in time.");
            await Task.Delay(5);
        }
    }

    /// <summary>Reads until the given number of bytes has arrived.</summary>
    public static async Task<byte[]> ReceiveAsync(this SerialStream port, int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        var received = new byte[count];
        await port.ReadExactlyAsync(received, limit.Token);
        return received;
    }

    public static async Task<string> ReceiveTextAsync(this SerialStream port, int count) =>
        Encoding.Latin1.GetString(await port.ReceiveAsync(count));
}
