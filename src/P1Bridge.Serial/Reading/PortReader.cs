using System.Threading.Tasks.Sources;

namespace P1Bridge.Serial.Reading;

/// <summary>
/// What reading a port is on every system: a read takes what is there, or waits for a thread of the system's own reader to complete it.
/// Cancelling frees the waiting read at once and takes no byte with it.
/// </summary>
abstract class PortReader : IValueTaskSource<int>, IDisposable
{
    protected const int NothingYet = -1;

    // Continuations go to the thread pool: they may dispose this reader, which waits for its thread to end.
    ManualResetValueTaskSourceCore<int> _result = new() { RunContinuationsAsynchronously = true };
    CancellationTokenRegistration _cancellation;
    Memory<byte> _buffer;
    volatile bool _waiting;
    volatile bool _disposed;

    public bool IsDisposed => _disposed;

    /// <summary>Whether a read waits for bytes.</summary>
    protected bool IsWaiting => _waiting;

    /// <summary>The device is gone, and all of its bytes are taken. Under the gate.</summary>
    protected bool Ended { get; set; }

    protected Lock Gate { get; } = new();

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        short version;
        lock (Gate)
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
        lock (Gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_waiting) Fail(new ObjectDisposedException(nameof(SerialStream)));
            Wake();
        }

        Release();
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

    /// <summary>Takes the bytes that are there; 0 at the end, <see cref="NothingYet"/> when none are. Under the gate.</summary>
    protected abstract int ReadNow(Span<byte> buffer);

    /// <summary>Tells the thread that a read waits or that the reader is disposed. Under the gate.</summary>
    protected abstract void Wake();

    /// <summary>Waits for the thread to end and closes the port.</summary>
    protected abstract void Release();

    /// <summary>Fills the waiting read. Under the gate, so that a cancelled read's buffer is never written to.</summary>
    /// <param name="broken">Whether the device is gone, so that finding nothing means the end.</param>
    protected void Complete(bool broken)
    {
        lock (Gate)
        {
            if (!_waiting) return;
            try
            {
                var count = ReadNow(_buffer.Span);
                if (count == NothingYet && !broken) return;
                Ended |= count == NothingYet;
                StopWaiting();
                _result.SetResult(Math.Max(count, 0));
            }
            catch (SerialPortException reason)
            {
                Fail(reason);
            }
        }
    }

    /// <summary>Fails the waiting read. Under the gate.</summary>
    protected void Fail(Exception reason)
    {
        StopWaiting();
        _result.SetException(reason);
    }

    void Cancel(CancellationToken token)
    {
        lock (Gate)
        {
            if (_waiting) Fail(new OperationCanceledException(token));
        }
    }

    void StopWaiting()
    {
        _waiting = false;
        _buffer = default;
    }
}
