using System.Diagnostics;
using System.Globalization;

namespace P1Bridge.Benchmarks.Load;

/// <summary>Memory of a process in KiB, as Linux counts it (proc_pid_smaps_rollup(5)).</summary>
/// <param name="At">Since the first telegram.</param>
/// <param name="Resident">Rss: all pages in memory, also those of files that others share.</param>
/// <param name="Proportional">Pss: shared pages by their share.</param>
/// <param name="Anonymous">Pages without a file: heap, stacks, generated code, changed copies.</param>
readonly record struct MemorySample(TimeSpan At, long Resident, long Proportional, long Anonymous);

/// <summary>Looks at a process from outside, by /proc; Linux only.</summary>
sealed class ProcessProbe(int id)
{
    const int UserTimeField = 14;

    /// <summary>The unit of times in /proc/PID/stat: 1/100 s on every Linux a user sees.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(10);

    readonly List<MemorySample> _samples = [];
    readonly long _start = Stopwatch.GetTimestamp();

    public IReadOnlyList<MemorySample> Samples => _samples;

    /// <summary>User and system time since the start of the process.</summary>
    public TimeSpan ProcessorTime()
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        // The second field, the name, may hold blanks; the third begins behind its bracket.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Tick * (Number(fields[UserTimeField - 3]) + Number(fields[UserTimeField - 2]));
    }

    public void SampleIfDue()
    {
        if (_samples.Count == 0 || Stopwatch.GetElapsedTime(_start) - _samples[^1].At >= SampleInterval) Sample();
    }

    public void Sample()
    {
        var lines = File.ReadAllLines($"/proc/{id}/smaps_rollup");
        _samples.Add(new MemorySample(Stopwatch.GetElapsedTime(_start), Of(lines, "Rss:"), Of(lines, "Pss:"), Of(lines, "Anonymous:")));
    }

    /// <summary>How busy the machine was in the last 1, 5 and 15 minutes.</summary>
    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    static long Of(string[] lines, string name)
        => Number(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal));

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
