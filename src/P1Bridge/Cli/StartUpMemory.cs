using System.Runtime.InteropServices;

namespace P1Bridge.Cli;

/// <summary>
/// Gives back what only the start needed: the parsed catalogue and configuration, and the code that read them. Two thirds of the program's
/// memory are pages of its own file, and most of them are never looked at again; a small machine should not have to be short of memory
/// before it gets them back. What is needed after all comes again from the file, unnoticed.
/// </summary>
static partial class StartUpMemory
{
    const int DontNeed = 4; // MADV_DONTNEED, the same number on every processor (madvise(2)).

    static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>Waits until the start is over, gives back and ends; never faults.</summary>
    public static async Task GiveBackAsync(TimeProvider time, CancellationToken cancellation)
    {
        if (!await HasPassedAsync(time, cancellation)) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            // Changed pages would be lost. A library's pages are changed while it is loaded, so only those count that were there before.
            var before = FilePages.Unchanged(File.ReadLines("/proc/self/smaps")).ToHashSet();
            if (!await HasPassedAsync(time, cancellation)) return;
            foreach (var pages in FilePages.Unchanged(File.ReadAllLines("/proc/self/smaps")).Where(before.Contains))
                _ = Advise((nint)pages.Start, (nint)(pages.End - pages.Start), DontNeed); // A refusal costs memory and nothing else.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where /proc cannot be read the pages stay.
        }
    }

    static async Task<bool> HasPassedAsync(TimeProvider time, CancellationToken cancellation)
    {
        await Task.Delay(Settling, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellation.IsCancellationRequested;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
