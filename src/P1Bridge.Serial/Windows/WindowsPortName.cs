namespace P1Bridge.Serial.Windows;

/// <summary>A serial port of Windows as people know it.</summary>
/// <param name="Name">What it is opened by, such as <c>COM9</c>.</param>
/// <param name="Description">What the Device Manager calls it, or its driver's name of it; may be empty.</param>
sealed record WindowsPortName(string Name, string Description)
{
    const string KernelFolder = @"\Device\";

    /// <summary>Makes the name from what the registry holds.</summary>
    /// <param name="name">Such as <c>COM9</c>.</param>
    /// <param name="device">The driver's name, such as <c>\Device\VCP0</c>.</param>
    /// <param name="friendly">The Device Manager's, such as <c>USB Serial Port (COM9)</c>; null where there is none.</param>
    public static WindowsPortName From(string name, string device, string? friendly)
    {
        var description = friendly is null
            ? device.Replace(KernelFolder, "", StringComparison.OrdinalIgnoreCase)
            : friendly.Replace($"({name})", "", StringComparison.OrdinalIgnoreCase);
        return new WindowsPortName(name, description.Trim());
    }

    /// <summary>Sorts by number: COM3 before COM10. A port that two drivers name stands once, one without a name nowhere.</summary>
    public static IReadOnlyList<WindowsPortName> Sorted(IEnumerable<WindowsPortName> ports) =>
        [.. ports.Where(port => port.Name.Length > 0).DistinctBy(port => port.Name, StringComparer.OrdinalIgnoreCase)
            .OrderBy(port => port.Name.Length).ThenBy(port => port.Name, StringComparer.OrdinalIgnoreCase)];

    public override string ToString() => Description.Length == 0 ? Name : $"{Name} ({Description})";
}
