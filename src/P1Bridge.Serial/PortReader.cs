using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace P1Bridge.Serial;

/// <summary>
/// Reads an open port. A read first takes what is there; otherwise one thread per port sleeps in poll(2) until bytes come
/// and then fills the waiting read's buffer. An event descriptor wakes that thread when a read begins to wait and on closing,
/// so that it never polls by time.
/// </summary>
sealed unsafe class PortReader : IValueTaskSource<int>, IDisposable
{
    const int NothingYet = -1;
    const int StackSize = 256 * 1024;

    readonly string _path;
    readonly SafeFileHandle _port;
    readonly SafeFileHandle _wake;
    readonly Thread _watcher;
    readonly Lock _gate = new();

    // Continuations go to the thread pool: they may dispose this reader, which waits for the watcher to end.
    ManualResetValueTaskSourceCore<int> _result = new() { RunContinuationsAsynchronously = true };
    CancellationTokenRegistration _cancellation;
    Memory<byte> _buffer;
    volatile bool _waiting;
    bool _ended;
    volatile bool _disposed;

    public PortReader(string path, SafeFileHandle port)
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

    public bool IsDisposed => _disposed;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        short version;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SerialStream));
            if (_waiting) throw new InvalidOperationException("A read is already waiting: one at a time.");
            var count = ReadNow(buffer.Span);
            if (count != NothingYet) return ValueTask.FromResult(count);
            _result.Reset();
            version = _result.Version;
            _buffer = buffer;
            _waiting = true;
            Wake();
        }

        _cancellation = cancellationToken.UnsafeRegister(static (reader, token) => ((PortReader)reader!).Cancel(token), this);
        return new ValueTask<int>(this, version);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_waiting) Fail(new ObjectDisposedException(nameof(SerialStream)));
            Wake();
        }

        _watcher.Join();
        LinuxPort.Release(_port);
        _port.Dispose();
        _wake.Dispose();
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        // Waits for a cancellation that is just running, so that it cannot hit the next read.
        _cancellation.Dispose();
        return _result.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (_waiting) Fail(new OperationCanceledException(token));
        }
    }

    /// <summary>The watcher's loop. Without a waiting read only the wake-up is polled, so an unread or dead port costs nothing.</summary>
    void Watch()
    {
        var entries = stackalloc PollEntry[2];
        entries[1] = new PollEntry { File = (int)_wake.DangerousGetHandle(), Wanted = LinuxCalls.PollReadable };
        while (!_disposed)
        {
            entries[0] = new PollEntry { File = _waiting ? (int)_port.DangerousGetHandle() : -1, Wanted = LinuxCalls.PollReadable };
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
        lock (_gate)
        {
            if (_waiting) Fail(ReadFailed(error));
        }
    }

    /// <summary>Fills the waiting read. Under the gate, so that a cancelled read's buffer is never written to.</summary>
    void Complete(bool broken)
    {
        lock (_gate)
        {
            if (!_waiting) return;
            try
            {
                var count = ReadNow(_buffer.Span);
                if (count == NothingYet && !broken) return;
                _ended |= count == NothingYet;
                StopWaiting();
                _result.SetResult(Math.Max(count, 0));
            }
            catch (SerialPortException reason)
            {
                Fail(reason);
            }
        }
    }

    /// <summary>Takes the bytes that are there; 0 at the end, <see cref="NothingYet"/> when none are.</summary>
    int ReadNow(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty) return 0;
        while (true)
        {
            nint count;
            fixed (byte* start = buffer) count = LinuxCalls.Read(_port, start, (nuint)buffer.Length);
            if (count > 0) return (int)count;
            var error = count == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error == LinuxError.Interrupted) continue;
            if (error == LinuxError.TryAgain) return NothingYet;
            // A hung-up terminal reads as its end, one that goes away during the read as an input/output error.
            _ended = error == 0 || LinuxError.IsUnplugged(error);
            return _ended ? 0 : throw ReadFailed(error);
        }
    }

    void Fail(Exception reason)
    {
        StopWaiting();
        _result.SetException(reason);
    }

    void StopWaiting()
    {
        _waiting = false;
        _buffer = default;
    }

    void Wake()
    {
        // Only fails when the counter is full, and then the watcher is awake already.
        var one = 1UL;
        LinuxCalls.Write(_wake, (byte*)&one, sizeof(ulong));
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
