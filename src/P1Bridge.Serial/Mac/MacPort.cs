using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial.Mac;

/// <summary>A serial port of macOS, opened for this program alone.</summary>
sealed unsafe class MacPort : TimedPort
{
    const string CallIn = "/dev/tty.";
    const string CallOut = "/dev/cu.";
    const int OpenFlags = MacCalls.OpenReadWrite | MacCalls.OpenNoControllingTerminal | MacCalls.CloseOnExec;

    readonly SafeFileHandle _port;
    readonly string _path;

    MacPort(SafeFileHandle port, string path) => (_port, _path) = (port, path);

    public static MacPort Open(SerialOptions options)
    {
        var port = MacCalls.Open(CallOutName(options.Path), OpenFlags);
        var error = port.IsInvalid ? Marshal.GetLastPInvokeError() : Prepare(port, options);
        if (error == 0) return new MacPort(port, options.Path);
        port.Dispose();
        throw MacAdvice.Refusal(options, error);
    }

    /// <summary>
    /// Each port has two names. The one with tty waits on opening until a modem answers, which a P1 cable never does.
    /// </summary>
    public static string CallOutName(string path) => path.StartsWith(CallIn, StringComparison.Ordinal) ? CallOut + path[CallIn.Length..] : path;

    public override int Read(Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer) count = MacCalls.Read(_port, start, (nuint)buffer.Length);
        if (count > 0) return (int)count;
        return count == 0 ? NothingCame() : Failed(Marshal.GetLastPInvokeError());
    }

    public override void Dispose()
    {
        // Lets other programs open the port while it is not closed by all yet.
        MacCalls.Control(_port, MacCalls.ClearExclusive);
        _port.Dispose();
    }

    /// <summary>Returns 0, or the error number of the step that failed.</summary>
    static int Prepare(SafeFileHandle port, SerialOptions options)
    {
        MacLineSettings settings;
        if (MacCalls.GetLine(port, &settings) != 0) return Marshal.GetLastPInvokeError();
        // Where devices cannot be locked the exclusive mode alone has to do.
        if (MacCalls.Lock(port, MacCalls.LockExclusive | MacCalls.LockNonBlocking) != 0
            && Marshal.GetLastPInvokeError() == MacError.TryAgain) return MacError.TryAgain;
        if (MacCalls.Control(port, MacCalls.SetExclusive) != 0) return Marshal.GetLastPInvokeError();
        settings.SetRaw(options.BaudRate, options.Format);
        if (MacCalls.SetLine(port, MacCalls.SetNow, &settings) != 0) return Marshal.GetLastPInvokeError();
        // RTS stays as the driver sets it on opening, which is on. Ports without these lines are read all the same.
        MacCalls.Control(port, options.RaiseRequestLines ? MacCalls.RaiseDataTerminalReady : MacCalls.LowerDataTerminalReady);
        return 0;
    }

    /// <summary>An unplugged port reads as one on which nothing comes, but has no settings any more.</summary>
    int NothingCame()
    {
        MacLineSettings settings;
        return MacCalls.GetLine(_port, &settings) == 0 ? 0 : Gone;
    }

    int Failed(int error)
    {
        if (error is MacError.Interrupted or MacError.TryAgain) return 0;
        return MacError.IsUnplugged(error)
            ? Gone
            : throw new SerialPortException(MacError.ToFault(error), _path, PortAdvice.ReadFailed(_path, error), error);
    }
}
