namespace P1Bridge.Serial;

/// <summary>Finds the serial ports below a device directory, stable names first.</summary>
static class PortList
{
    static readonly (string Folder, string Pattern)[] LinuxPlaces =
        [("serial/by-id", "*"), ("", "ttyUSB*"), ("", "ttyACM*"), ("", "ttyAMA*")];

    // Bluetooth and the system's own consoles are named cu as well.
    static readonly (string Folder, string Pattern)[] MacPlaces =
        [("", "cu.usb*"), ("", "cu.SLAB*"), ("", "cu.wch*"), ("", "cu.PL2303*")];

    public static IReadOnlyList<string> OfLinux(string root) => Under(root, LinuxPlaces);

    public static IReadOnlyList<string> OfMac(string root) => Under(root, MacPlaces);

    static IReadOnlyList<string> Under(string root, (string Folder, string Pattern)[] places) =>
        [.. places.SelectMany(place => Matching(Path.Combine(root, place.Folder), place.Pattern))];

    static IEnumerable<string> Matching(string folder, string pattern)
    {
        if (!Directory.Exists(folder)) return [];
        // Shorter first puts ttyUSB2 before ttyUSB10.
        return Directory.GetFileSystemEntries(folder, pattern)
            .OrderBy(path => pattern == "*" ? 0 : path.Length)
            .ThenBy(path => path, StringComparer.Ordinal);
    }
}
