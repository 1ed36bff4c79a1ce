using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace P1Bridge.Serial.Linux;

/// <summary>Opens a terminal device of Linux for this program alone and sets its line.</summary>
static unsafe class LinuxPort
{
    const int OpenFlags = LinuxCalls.OpenReadWrite | LinuxCalls.OpenNoControllingTerminal
        | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec;

    public static SafeFileHandle Open(SerialOptions options)
    {
        var port = LinuxCalls.Open(options.Path, OpenFlags);
        var error = port.IsInvalid ? Marshal.GetLastPInvokeError() : Prepare(port, options);
        if (error == 0) return port;
        // Closed before the advice is made, which looks for the program that has the port open.
        port.Dispose();
        throw LinuxAdvice.Refusal(options, error);
    }

    /// <summary>Lets other programs open the port while it is not closed by all yet.</summary>
    public static void Release(SafeFileHandle port) => LinuxCalls.Control(port, LinuxCalls.ClearExclusive, null);

    /// <summary>Returns 0, or the error number of the step that failed.</summary>
    static int Prepare(SafeFileHandle port, SerialOptions options)
    {
        LineSettings settings;
        if (LinuxCalls.Control(port, LinuxCalls.GetSettings, &settings) != 0) return NotATerminalOr(Marshal.GetLastPInvokeError());
        // The lock keeps out a second bridge even where it runs as root, which the exclusive mode does not hold back.
        if (LinuxCalls.Lock(port, LinuxCalls.LockExclusive | LinuxCalls.LockNonBlocking) != 0) return Marshal.GetLastPInvokeError();
        if (ForgetsAtClose(port) && LinuxCalls.Control(port, LinuxCalls.SetExclusive, null) != 0) return Marshal.GetLastPInvokeError();
        var error = Configure(port, settings, options);
        if (error != 0) Release(port);
        else SetRequestLines(port, options.RaiseRequestLines);
        return error;
    }

    /// <summary>
    /// The exclusive mode of a port ends when the last program closes it. That of a pseudo terminal, known by having no modem lines, lasts as long as the
    /// program at its other end: after this one was killed, only root could open it again.
    /// </summary>
    static bool ForgetsAtClose(SafeFileHandle port)
    {
        var lines = 0;
        return LinuxCalls.Control(port, LinuxCalls.GetModemLines, &lines) == 0;
    }

    static int Configure(SafeFileHandle port, LineSettings settings, SerialOptions options)
    {
        settings.SetRaw(options.BaudRate, options.Format);
        if (LinuxCalls.Control(port, LinuxCalls.SetSettings, &settings) != 0) return Marshal.GetLastPInvokeError();
        if (LinuxCalls.Control(port, LinuxCalls.GetSettings, &settings) != 0) return Marshal.GetLastPInvokeError();
        return settings.RunsAt(options.BaudRate) ? 0 : LinuxError.InvalidArgument;
    }

    static void SetRequestLines(SafeFileHandle port, bool raised)
    {
        var lines = LinuxCalls.DataTerminalReady | LinuxCalls.RequestToSend;
        // The result is not looked at: a pseudo terminal and some adapters have no such lines and are read all the same.
        LinuxCalls.Control(port, raised ? LinuxCalls.RaiseModemLines : LinuxCalls.LowerModemLines, &lines);
    }

    // Sockets and some drivers answer "invalid argument" where files answer "not a terminal".
    static int NotATerminalOr(int error) => error == LinuxError.InvalidArgument ? LinuxError.NotATerminal : error;
}
