using System.Diagnostics;

namespace P1Bridge.Benchmarks.Load;

/// <summary>An even beat that does not drift: each wait ends a whole number of intervals after the first, or at once when that is over.</summary>
sealed class Pace(TimeSpan interval)
{
    readonly long _start = Stopwatch.GetTimestamp();
    long _beats;

    public async Task WaitAsync(CancellationToken cancellation)
    {
        var wait = (interval * ++_beats) - Stopwatch.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancellation);
    }
}
