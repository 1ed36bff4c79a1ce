namespace P1Bridge.Serial.Windows;

/// <summary>The texts of refusals on Windows: what is wrong and what the user does next. Pure but for <see cref="Refusal"/>.</summary>
static class WindowsAdvice
{
    /// <summary>Builds the exception for an error number of opening the port.</summary>
    public static SerialPortException Refusal(SerialOptions options, int error)
    {
        var path = options.Path;
        var fault = WindowsError.ToFault(error);
        var text = fault switch
        {
            SerialPortFault.NotFound => NotFound(path, Found()),
            SerialPortFault.NotSerial => $"{path} is not a serial port. {Known(Found())}",
            SerialPortFault.Busy => Busy(path),
            SerialPortFault.Unplugged => PortAdvice.Unplugged(path, PortAdvice.Describe(error)),
            _ when error == WindowsError.InvalidParameter => PortAdvice.SettingsRefused(options),
            _ => PortAdvice.CannotBeOpened(path, error),
        };
        return new SerialPortException(fault, path, text, error);
    }

    public static string NotFound(string path, IReadOnlyList<WindowsPortName> ports) =>
        $"Serial port {path} does not exist. {Known(ports)}";

    /// <summary>Windows does not tell who has a port, and any program may.</summary>
    public static string Busy(string path) =>
        $"Serial port {path} is in use by another program, perhaps a terminal program or a second bridge. "
        + "Close it first: only one program can read a P1 port.";

    static string Known(IReadOnlyList<WindowsPortName> ports) => ports.Count == 0
        ? "No serial port was found: is the P1 cable plugged in, and does the Device Manager show it under Ports (COM & LPT)? "
            + "If it stands elsewhere with a warning sign, install the driver of its maker."
        : $"Ports found: {string.Join(", ", ports)}.";

    static IReadOnlyList<WindowsPortName> Found() => OperatingSystem.IsWindows() ? WindowsPortList.Find() : [];
}
