using P1Bridge.Serial.Linux;
using P1Bridge.Serial.Mac;
using P1Bridge.Serial.Reading;
using P1Bridge.Serial.Windows;

namespace P1Bridge.Serial;

/// <summary>Opens serial ports and lists those that exist.</summary>
public static class SerialPort
{
    /// <summary>
    /// Opens the port for this program alone, in raw mode, and returns a stream of the bytes it receives.
    /// Returns at once; nothing is waited for.
    /// </summary>
    /// <param name="options">Path, speed and format.</param>
    /// <exception cref="ArgumentException">An option is empty or out of its limits.</exception>
    /// <exception cref="SerialPortException">The port cannot be opened; fault and message say why and what to do.</exception>
    /// <exception cref="PlatformNotSupportedException">The operating system is not Linux, Windows or macOS.</exception>
    public static SerialStream Open(SerialOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return new SerialStream(OpenReader(options));
    }

    /// <summary>
    /// The serial ports of this machine that a P1 cable can be behind, as <see cref="SerialOptions.Path"/> takes them. Linux: stable
    /// names under <c>/dev/serial/by-id</c> first, then <c>ttyUSB*</c>, <c>ttyACM*</c> and <c>ttyAMA*</c>. Windows: all ports by number.
    /// macOS: the adapters among <c>/dev/cu.*</c>. Empty on other systems.
    /// </summary>
    public static IReadOnlyList<string> PortNames()
    {
        if (OperatingSystem.IsWindows()) return [.. WindowsPortList.Find().Select(port => port.Name)];
        return OperatingSystem.IsMacOS() ? PortList.OfMac("/dev") : PortList.OfLinux("/dev");
    }

    static PortReader OpenReader(SerialOptions options)
    {
        if (OperatingSystem.IsLinux()) return new LinuxReader(options.Path, LinuxPort.Open(options));
        if (OperatingSystem.IsWindows()) return new TimedReader(options.Path, WindowsPort.Open(options));
        if (OperatingSystem.IsMacOS()) return new TimedReader(options.Path, MacPort.Open(options));
        throw new PlatformNotSupportedException(PortAdvice.OtherSystem);
    }
}
