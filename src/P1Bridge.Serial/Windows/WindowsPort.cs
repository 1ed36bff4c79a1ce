using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial.Windows;

/// <summary>A serial port of Windows, opened for this program alone.</summary>
sealed unsafe class WindowsPort : TimedPort
{
    const string DevicePrefix = @"\\.\";

    // More than a telegram: what arrives while the computer is busy elsewhere.
    const uint QueueSize = 64 * 1024;

    readonly SafeFileHandle _port;
    readonly string _path;
    readonly bool _sevenBits;

    WindowsPort(SafeFileHandle port, SerialOptions options) =>
        (_port, _path, _sevenBits) = (port, options.Path, options.Format == SerialFormat.SevenEven1);

    public static WindowsPort Open(SerialOptions options)
    {
        var port = WindowsCalls.CreateFile(
            DevicePath(options.Path), WindowsCalls.ReadAndWrite, WindowsCalls.NotShared, null, WindowsCalls.OpenExisting, 0, 0);
        var error = port.IsInvalid ? Marshal.GetLastPInvokeError() : Prepare(port, options);
        if (error == 0) return new WindowsPort(port, options);
        port.Dispose();
        throw WindowsAdvice.Refusal(options, error);
    }

    /// <summary>The name by which all ports can be opened: without the prefix Windows only knows COM1 to COM9.</summary>
    public static string DevicePath(string path) => path.StartsWith('\\') ? path : DevicePrefix + path;

    public override int Read(Span<byte> buffer)
    {
        uint count = 0;
        fixed (byte* start = buffer)
        {
            if (WindowsCalls.Read(_port, start, (uint)buffer.Length, &count, null) == 0) return Failed(Marshal.GetLastPInvokeError());
        }

        // Some drivers let every read of an unplugged adapter end as if nothing had come.
        if (count == 0) return HasDevice() ? 0 : Gone;
        if (_sevenBits) KeepSevenBits(buffer[..(int)count]);
        return (int)count;
    }

    public override void Dispose() => _port.Dispose();

    /// <summary>Returns 0, or the error number of the step that failed.</summary>
    static int Prepare(SafeFileHandle port, SerialOptions options)
    {
        var settings = new DeviceControlBlock { Length = DeviceControlBlock.Size };
        if (WindowsCalls.GetLine(port, &settings) == 0) return NotSerialOr(Marshal.GetLastPInvokeError());
        // A wish only: a driver that has a queue of another size is read all the same.
        WindowsCalls.SetQueues(port, QueueSize, 0);
        settings.SetRaw(options);
        if (WindowsCalls.SetLine(port, &settings) == 0) return Marshal.GetLastPInvokeError();
        var timeouts = ReadTimeouts.FirstBytesWithin(Patience);
        return WindowsCalls.SetTimeouts(port, &timeouts) == 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    // What files and other devices answer here means something else when a serial port is opened or set.
    static int NotSerialOr(int error) =>
        error is WindowsError.InvalidFunction or WindowsError.InvalidParameter or WindowsError.NotSupported ? WindowsError.NoTerminal : error;

    bool HasDevice()
    {
        uint errors;
        return WindowsCalls.ClearErrors(_port, &errors, null) != 0 || !WindowsError.EndsReading(Marshal.GetLastPInvokeError());
    }

    int Failed(int error) => WindowsError.EndsReading(error)
        ? Gone
        : throw new SerialPortException(WindowsError.ToFault(error), _path, PortAdvice.ReadFailed(_path, error), error);
}
