namespace P1Bridge.Serial.Mac;

/// <summary>The texts of refusals on macOS: what is wrong and what the user does next. Pure but for <see cref="Refusal"/>.</summary>
static class MacAdvice
{
    /// <summary>Builds the exception for an error number of opening the port.</summary>
    public static SerialPortException Refusal(SerialOptions options, int error)
    {
        var path = options.Path;
        var fault = MacError.ToFault(error);
        var text = fault switch
        {
            SerialPortFault.NotFound => NotFound(path, SerialPort.PortNames()),
            SerialPortFault.NotSerial => $"{path} is not a serial port. {Known(SerialPort.PortNames())}",
            SerialPortFault.PermissionDenied => $"No permission to open {path}. Run: sudo chmod a+rw {path}",
            SerialPortFault.Busy => Busy(path),
            SerialPortFault.Unplugged => PortAdvice.Unplugged(path, PortAdvice.Describe(error)),
            _ when error == MacError.InvalidArgument => PortAdvice.SettingsRefused(options),
            _ => PortAdvice.CannotBeOpened(path, error),
        };
        return new SerialPortException(fault, path, text, error);
    }

    public static string NotFound(string path, IReadOnlyList<string> ports) => $"Serial port {path} does not exist. {Known(ports)}";

    public static string Busy(string path) =>
        $"Serial port {path} is in use by another program (sudo lsof {path} names it). Stop it first: only one program can read a P1 port.";

    static string Known(IReadOnlyList<string> ports) => ports.Count == 0
        ? "No serial port was found: is the P1 cable plugged in and its driver allowed in System Settings, Privacy & Security?"
        : $"Ports found: {string.Join(", ", ports)}.";
}
