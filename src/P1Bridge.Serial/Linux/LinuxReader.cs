using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using P1Bridge.Serial.Reading;

namespace P1Bridge.Serial.Linux;

/// <summary>
/// Reads an open port. A read first takes what is there; otherwise one thread per port sleeps in poll(2) until bytes come
/// and then fills the waiting read's buffer. An event descriptor wakes that thread when a read begins to wait and on closing,
/// so that it never polls by time.
/// </summary>
sealed unsafe class LinuxReader : PortReader
{
    const int StackSize = 256 * 1024;

    readonly string _path;
    readonly SafeFileHandle _port;
    readonly SafeFileHandle _wake;
    readonly Thread _watcher;

    public LinuxReader(string path, SafeFileHandle port)
    {
        _path = path;
        _port = port;
        _wake = LinuxCalls.Event(0, LinuxCalls.CloseOnExec | LinuxCalls.NonBlocking);
        if (_wake.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            _port.Dispose();
            throw ReadFailed(error);
        }

        _watcher = new Thread(Watch, StackSize) { IsBackground = true, Name = $"serial {path}" };
        _watcher.Start();
    }

    protected override void Release()
    {
        _watcher.Join();
        LinuxPort.Release(_port);
        _port.Dispose();
        _wake.Dispose();
    }

    protected override int ReadNow(Span<byte> buffer)
    {
        if (Ended || buffer.IsEmpty) return 0;
        while (true)
        {
            nint count;
            fixed (byte* start = buffer) count = LinuxCalls.Read(_port, start, (nuint)buffer.Length);
            if (count > 0) return (int)count;
            var error = count == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error == LinuxError.Interrupted) continue;
            if (error == LinuxError.TryAgain) return NothingYet;
            // A hung-up terminal reads as its end, one that goes away during the read as an input/output error.
            Ended = error == 0 || LinuxError.IsUnplugged(error);
            return Ended ? 0 : throw ReadFailed(error);
        }
    }

    protected override void Wake()
    {
        // Only fails when the counter is full, and then the watcher is awake already.
        var one = 1UL;
        LinuxCalls.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    /// <summary>The watcher's loop. Without a waiting read only the wake-up is polled, so an unread or dead port costs nothing.</summary>
    void Watch()
    {
        var entries = stackalloc PollEntry[2];
        entries[1] = new PollEntry { File = (int)_wake.DangerousGetHandle(), Wanted = LinuxCalls.PollReadable };
        while (!IsDisposed)
        {
            entries[0] = new PollEntry { File = IsWaiting ? (int)_port.DangerousGetHandle() : -1, Wanted = LinuxCalls.PollReadable };
            if (LinuxCalls.Poll(entries, 2, Timeout.Infinite) < 0)
            {
                PollFailed(Marshal.GetLastPInvokeError());
                continue;
            }

            if (entries[1].Seen != 0) ClearWake();
            if (entries[0].Seen != 0) Complete(broken: (entries[0].Seen & LinuxCalls.PollBroken) != 0);
        }
    }

    void PollFailed(int error)
    {
        if (error == LinuxError.Interrupted) return;
        lock (Gate)
        {
            if (IsWaiting) Fail(ReadFailed(error));
        }
    }

    void ClearWake()
    {
        // Only fails when there is nothing to clear.
        ulong count;
        LinuxCalls.Read(_wake, (byte*)&count, sizeof(ulong));
    }

    SerialPortException ReadFailed(int error) =>
        new(LinuxError.ToFault(error), _path, PortAdvice.ReadFailed(_path, error), error);
}
