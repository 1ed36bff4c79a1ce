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
    /// <exception cref="PlatformNotSupportedException">The operating system is not Linux.</exception>
    public static SerialStream Open(SerialOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException(PortAdvice.OtherSystem);
        return new SerialStream(new PortReader(options.Path, LinuxPort.Open(options)));
    }

    /// <summary>
    /// Paths of the serial ports of this machine that a P1 cable can be behind: stable names under
    /// <c>/dev/serial/by-id</c> first, then <c>ttyUSB*</c>, <c>ttyACM*</c> and <c>ttyAMA*</c>. Empty on other systems than Linux.
    /// </summary>
    public static IReadOnlyList<string> PortNames() => PortList.Under("/dev");
}
