namespace P1Bridge.Serial.Linux;

/// <summary>The texts of refusals on Linux: what is wrong and what the user does next. Pure but for <see cref="Refusal"/>, which looks around.</summary>
static class LinuxAdvice
{
    const string UsualGroup = "dialout";

    /// <summary>Builds the exception for an error number of opening the port, with what the machine shows about the cause.</summary>
    public static SerialPortException Refusal(SerialOptions options, int error)
    {
        var path = options.Path;
        var fault = LinuxError.ToFault(error);
        var text = fault switch
        {
            SerialPortFault.NotFound => NotFound(path, SerialPort.PortNames()),
            SerialPortFault.NotSerial => NotSerial(path, SerialPort.PortNames()),
            SerialPortFault.PermissionDenied when error == LinuxError.OperationNotPermitted => Forbidden(path),
            SerialPortFault.PermissionDenied => PermissionDenied(path, FileGroup.Of(path), UserName()),
            SerialPortFault.Busy => Busy(path, PortHolders.Of(path)),
            SerialPortFault.Unplugged => PortAdvice.Unplugged(path, PortAdvice.Describe(error)),
            _ when error == LinuxError.InvalidArgument => PortAdvice.SettingsRefused(options),
            _ => PortAdvice.CannotBeOpened(path, error),
        };
        return new SerialPortException(fault, path, text, error);
    }

    public static string NotFound(string path, IReadOnlyList<string> ports) =>
        $"Serial port {path} does not exist. {Known(ports)}";

    public static string NotSerial(string path, IReadOnlyList<string> ports) =>
        $"{path} is not a serial port. {Known(ports)}";

    public static string PermissionDenied(string path, FileGroup? group, string user)
    {
        // Membership of root gives away too much, and a group that may do nothing does not help either.
        if (group is { MayReadAndWrite: false } or { Name: "root" or "0" })
            return $"No permission to open {path}, and its group is not allowed to either. "
                + $"Run: sudo chgrp {UsualGroup} {path} && sudo chmod 660 {path} && sudo usermod -aG {UsualGroup} {user} "
                + "- then log in again (a service: restart it).";
        return $"No permission to open {path}. Run: sudo usermod -aG {group?.Name ?? UsualGroup} {user} "
            + "- then log in again (a service: restart it).";
    }

    public static string Forbidden(string path) =>
        $"The system forbids opening {path}. In a container pass the device in (--device {path}); "
        + $"in a systemd service allow it (DeviceAllow={path} rw).";

    public static string Busy(string path, IReadOnlyList<string> holders)
    {
        var holder = holders.Count > 0 ? string.Join(", ", holders) : $"another program (sudo fuser -v {path} names it)";
        return $"Serial port {path} is in use by {holder}. Stop it first: only one program can read a P1 port.";
    }

    static string Known(IReadOnlyList<string> ports) => ports.Count == 0
        ? "No serial port was found: is the P1 cable plugged in (and, in a container, passed in with --device)?"
        : $"Ports found: {string.Join(", ", ports)}. Prefer a name under /dev/serial/by-id, it survives replugging the cable.";

    // Images without a user list and services with a dynamic user have no name to offer.
    static string UserName() => Environment.UserName is { Length: > 0 } name ? name : "$USER";
}
