using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>Waits for a condition with a deadline, instead of sleeping and hoping.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, $"Still not true after {Patience.TotalSeconds} s: {what}");
            await Task.Delay(5);
        }
    }

    /// <summary>Awaits with the same patience, so that a hang becomes a failure.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task Soon(this Task task) => task.WaitAsync(Patience);
}
