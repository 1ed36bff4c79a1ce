using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace P1Bridge.Serial.Windows;

/// <summary>Finds the serial ports of Windows in its registry, without opening any of them.</summary>
[SupportedOSPlatform("windows")]
static class WindowsPortList
{
    const string Ports = @"HARDWARE\DEVICEMAP\SERIALCOMM";
    const string Devices = @"SYSTEM\CurrentControlSet\Enum";

    public static IReadOnlyList<WindowsPortName> Find()
    {
        using var ports = Open(Registry.LocalMachine, Ports);
        if (ports is null) return [];
        var friendly = FriendlyNames();
        return WindowsPortName.Sorted(ports.GetValueNames().Select(Named));

        WindowsPortName Named(string device)
        {
            var name = ports.GetValue(device) as string ?? "";
            return WindowsPortName.From(name, device, friendly.GetValueOrDefault(name));
        }
    }

    /// <summary>What the Device Manager calls each port: the device tree is three folders deep, by bus, device and instance.</summary>
    static Dictionary<string, string> FriendlyNames()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var root = Open(Registry.LocalMachine, Devices);
        foreach (var bus in Below(root))
        foreach (var device in Below(bus))
        foreach (var instance in Below(device))
        {
            using var parameters = Open(instance, "Device Parameters");
            if (parameters?.GetValue("PortName") is string port && instance.GetValue("FriendlyName") is string name) names[port] = name;
        }

        return names;
    }

    /// <summary>The folders below one, each closed after its turn.</summary>
    static IEnumerable<RegistryKey> Below(RegistryKey? parent)
    {
        foreach (var name in parent?.GetSubKeyNames() ?? [])
        {
            using var child = Open(parent!, name);
            if (child is not null) yield return child;
        }
    }

    static RegistryKey? Open(RegistryKey parent, string name)
    {
        try
        {
            return parent.OpenSubKey(name);
        }
        catch (Exception reason) when (reason is SecurityException or UnauthorizedAccessException or IOException)
        {
            // Some devices' folders are closed to users or go away meanwhile: they are then simply not named.
            return null;
        }
    }
}
