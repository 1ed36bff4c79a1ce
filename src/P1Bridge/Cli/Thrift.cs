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

    static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>An hour of telegrams leaves 3 MB that the collector sees no reason to look at; a look takes 5 ms.</summary>
    static readonly TimeSpan CollectionInterval = TimeSpan.FromMinutes(1);

    /// <summary>Runs until cancelled; never faults.</summary>
    public static async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        if (!await HasPassedAsync(Settling, time, cancellation)) return;
        // Changed pages would be lost. A library's pages are changed while it is loaded, so only those count that were there before.
        var before = UnchangedPages();
        if (!await HasPassedAsync(Settling, time, cancellation)) return;
        var pages = UnchangedPages();
        pages.IntersectWith(before);
        before.Clear();
        Collect();
        foreach (var (start, end) in pages)
            _ = Advise((nint)start, (nint)(end - start), DontNeed); // A refusal costs memory and nothing else.
        while (await HasPassedAsync(CollectionInterval, time, cancellation))
            Collect();
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
