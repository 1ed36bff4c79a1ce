using System.Globalization;
using System.Runtime.InteropServices;

namespace P1Bridge.Serial;

/// <summary>The texts that are the same on every system.</summary>
static class PortAdvice
{
    public const string OtherSystem = "Serial ports are only read on Linux, Windows and macOS. "
        + "Put the P1 cable on a network bridge such as ser2net and use the TCP source instead.";

    public static string Unplugged(string path, string reason) =>
        $"Nothing answers behind serial port {path} ({reason}). Check that the P1 cable is plugged in, or choose another port.";

    public static string SettingsRefused(SerialOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"The adapter behind {options.Path} cannot run at {options.BaudRate} baud. Most meters use 115200, old Dutch ones 9600.");

    public static string CannotBeOpened(string path, int error) => $"Serial port {path} cannot be opened: {Describe(error)}.";

    public static string ReadFailed(string path, int error) => $"Reading serial port {path} failed: {Describe(error)}.";

    /// <summary>The system's own text of an error number; Windows ends it with a full stop of its own.</summary>
    public static string Describe(int error) =>
        $"{Marshal.GetPInvokeErrorMessage(error).TrimEnd('.', ' ')}, error {error.ToString(CultureInfo.InvariantCulture)}";
}
