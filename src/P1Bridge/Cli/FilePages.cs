using System.Globalization;

namespace P1Bridge.Cli;

/// <summary>A piece of the address space, by its first byte and the one behind its last.</summary>
readonly record struct MappedPages(long Start, long End);

/// <summary>Finds in <c>/proc/PID/smaps</c> the pages that are the same as in their file, so that the kernel can fetch them again from there.</summary>
static class FilePages
{
    /// <summary>Read-only mappings of files, code above all, without a page that was changed after mapping.</summary>
    public static IEnumerable<MappedPages> Unchanged(IEnumerable<string> lines)
    {
        MappedPages? candidate = null;
        foreach (var line in lines)
        {
            // A mapping begins with its addresses; the lines below it begin with a name and a colon.
            if (line.IndexOf('-', StringComparison.Ordinal) is var dash && dash > 0 && dash < line.IndexOf(' ', StringComparison.Ordinal)) candidate = FileOf(line, dash);
            else if (candidate is { } pages && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal)) yield return pages;
        }
    }

    /// <summary>Addresses, rights, offset, device, inode, path (proc_pid_maps(5)). Memory files are memory and no files.</summary>
    static MappedPages? FileOf(string line, int dash)
    {
        var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (fields is not [var addresses, var rights, _, _, _, var path]) return null;
        if (rights.Contains('w', StringComparison.Ordinal) || !path.StartsWith('/') || path.StartsWith("/memfd:", StringComparison.Ordinal)) return null;
        return new MappedPages(Number(addresses[..dash]), Number(addresses[(dash + 1)..]));
    }

    static long Number(string digits) => long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
