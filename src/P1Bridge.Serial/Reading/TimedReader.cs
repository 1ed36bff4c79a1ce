namespace P1Bridge.Serial.Reading;

/// <summary>
/// Reads a port whose reads cannot be woken but end by themselves after a while. One thread per port reads ahead one chunk at a time;
/// what it read waits here for whoever asks, so that cancelling is at once and loses no byte, and the rest waits in the system's queue.
/// </summary>
sealed class TimedReader : PortReader
{
    const int ChunkSize = 4096;
    const int StackSize = 256 * 1024;

    readonly TimedPort _port;
    readonly AutoResetEvent _wanted = new(false);
    readonly Thread _listener;

    // Written by the listener while it is empty and read by the reads while it is not: both change _start and _end under the gate.
    readonly byte[] _chunk = new byte[ChunkSize];
    int _start;
    int _end;
    bool _gone;
    SerialPortException? _failure;

    public TimedReader(string path, TimedPort port)
    {
        _port = port;
        _listener = new Thread(Listen, StackSize) { IsBackground = true, Name = $"serial {path}" };
        _listener.Start();
    }

    protected override int ReadNow(Span<byte> buffer)
    {
        if (Ended || buffer.IsEmpty) return 0;
        if (_start < _end) return Take(buffer);
        if (_failure is not null) throw _failure;
        Ended = _gone;
        return Ended ? 0 : NothingYet;
    }

    protected override void Wake() => _wanted.Set();

    protected override void Release()
    {
        _listener.Join();
        _port.Dispose();
        _wanted.Dispose();
    }

    int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        _chunk.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        if (_start == _end) _wanted.Set();
        return count;
    }

    void Listen()
    {
        while (!IsDisposed && _failure is null && !_gone)
        {
            if (HasChunk()) _wanted.WaitOne();
            else Receive();
        }
    }

    bool HasChunk()
    {
        lock (Gate) return _start < _end;
    }

    void Receive()
    {
        try
        {
            Received(_port.Read(_chunk));
        }
        catch (SerialPortException reason)
        {
            lock (Gate) _failure = reason;
        }

        Complete(broken: false);
    }

    void Received(int count)
    {
        lock (Gate)
        {
            _gone = count == TimedPort.Gone;
            (_start, _end) = (0, Math.Max(count, 0));
        }
    }
}
