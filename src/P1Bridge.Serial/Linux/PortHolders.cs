using System.Globalization;

namespace P1Bridge.Serial.Linux;

/// <summary>Finds the programs that have a device open. Those of other users are only seen by root.</summary>
static class PortHolders
{
    public static IReadOnlyList<string> Of(string path)
    {
        try
        {
            var device = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
            return [.. Directory.EnumerateDirectories("/proc").Where(IsProcess).Where(process => HasOpen(process, device)).Select(Describe)];
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            // Unplugged since it was found busy, or no /proc: no program can be named.
            return [];
        }
    }

    static bool IsProcess(string folder) => Path.GetFileName(folder.AsSpan()).IndexOfAnyExceptInRange('0', '9') < 0;

    static bool HasOpen(string process, string device)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(file => new FileInfo(file).LinkTarget == device);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            // The process has ended meanwhile or belongs to another user: it is then simply not named.
            return false;
        }
    }

    static string Describe(string process)
    {
        var number = Path.GetFileName(process);
        if (number == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return $"this program itself (process {number})";
        try
        {
            return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {number})";
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            // Ended between the two looks: the number alone still helps.
            return $"process {number}";
        }
    }
}
