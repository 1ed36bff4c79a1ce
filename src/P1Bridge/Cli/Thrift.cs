using System.Runtime.InteropServices;

namespace P1Bridge.Cli;

/// <summary>
/// Keeps the memory of a program that runs for months near what it works with. What only the start needed is given back: two thirds of all
/// memory are pages of the program's own file, most of them read once. What is needed after all comes again from the file, unnoticed. A
/// small machine should not have to be short of memory before it gets them.
/// </summary>
static partial class Thrift
{
    const int DontNeed = 4; // MADV_DONTNEED, the same number on every processor (madvise(2)).

    /// <summary>The first two rounds follow the start closely.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>An hour of telegrams leaves 3 MB that the collector sees no reason to look at; a look takes 5 ms.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>What is done each minute needs much code the first time and little after that, so pages are given back again now and then.</summary>
    const int RoundsBetweenPages = 5;

    /// <summary>Runs until cancelled; never faults.</summary>
    public static async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        var before = new HashSet<MappedPages>();
        for (var round = 0; await HasPassedAsync(round < 2 ? Settling : Interval, time, cancellation); round++)
        {
            var now = round == 1 || round % RoundsBetweenPages == 0 ? UnchangedPages() : [];
            Collect();
            // Changed pages would be lost. A library's pages are changed while it is loaded, so only those count that were there before.
            foreach (var (start, end) in now.Where(before.Contains))
                _ = Advise((nint)start, (nint)(end - start), DontNeed); // A refusal costs memory and nothing else.
            if (now.Count > 0) before = now;
        }
    }

    static HashSet<MappedPages> UnchangedPages()
    {
        if (!OperatingSystem.IsLinux()) return [];
        try
        {
            return [.. FilePages.Unchanged(File.ReadLines("/proc/self/smaps"))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where /proc cannot be read, the pages stay.
            return [];
        }
    }

    static void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only the GNU library has it; others give back by themselves.
        }
    }

    static async Task<bool> HasPassedAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellation)
    {
        await Task.Delay(delay, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellation.IsCancellationRequested;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nint keep);
}
