using System.Diagnostics;

namespace P1Bridge.Benchmarks.Load;

/// <summary>From times of sending and arrival to the delay of each telegram's last message.</summary>
static class Delays
{
    /// <summary>
    /// Messages belong to the telegram before them, up to the first gap of <paramref name="quiet"/>; what comes after that gap, such as a
    /// report each minute, belongs to none. A telegram after which nothing came is not in the list.
    /// </summary>
    public static (IReadOnlyList<TimeSpan> Delays, int Messages) Of(long[] sent, IReadOnlyList<long> arrivals, long end, TimeSpan quiet)
    {
        var delays = new List<TimeSpan>(sent.Length);
        var (next, messages) = (0, 0);
        for (var i = 0; i < sent.Length; i++)
        {
            var until = i + 1 < sent.Length ? sent[i + 1] : end;
            while (next < arrivals.Count && arrivals[next] < sent[i]) next++;
            long? last = null;
            for (; next < arrivals.Count && arrivals[next] < until; next++)
            {
                if (last is { } before && Stopwatch.GetElapsedTime(before, arrivals[next]) >= quiet) break;
                last = arrivals[next];
                messages++;
            }
            if (last is { } time) delays.Add(Stopwatch.GetElapsedTime(sent[i], time));
        }
        return (delays, messages);
    }
}
