using System.Diagnostics;

namespace P1Bridge.EndToEnd.Support;

/// <summary>Waiting for what must come true. The limit is generous: it costs only tests that fail.</summary>
static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until the condition holds; past the deadline the test fails with what <paramref name="found"/> says.</summary>
    public static async Task HoldsAsync(Func<bool> condition, Func<string> found, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > (limit ?? Patience)) Assert.Fail($"It did not come true within {(limit ?? Patience).TotalSeconds} s. {found()}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Reads until what was read is as wanted, and returns it; past the deadline it returns the last, for the test to judge.</summary>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> read, Func<T, bool> isWanted, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isWanted(value) || clock.Elapsed > (limit ?? Patience)) return value;
            await Task.Delay(Pause);
        }
    }
}
