namespace P1Bridge.Serial;

/// <summary>Finds the serial ports below a device directory, stable names first.</summary>
static class PortList
{
    static readonly (string Folder, string Pattern)[] Places =
        [("serial/by-id", "*"), ("", "ttyUSB*"), ("", "ttyACM*"), ("", "ttyAMA*")];

    public static IReadOnlyList<string> Under(string root) =>
        [.. Places.SelectMany(place => Matching(Path.Combine(root, place.Folder), place.Pattern))];

    static IEnumerable<string> Matching(string folder, string pattern)
    {
        if (!Directory.Exists(folder)) return [];
        // Shorter first puts ttyUSB2 before ttyUSB10.
        return Directory.GetFileSystemEntries(folder, pattern)
            .OrderBy(path => pattern == "*" ? 0 : path.Length)
            .ThenBy(path => path, StringComparer.Ordinal);
    }
}
