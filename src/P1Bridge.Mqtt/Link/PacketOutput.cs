using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// The only write path of a connection. Packets are appended in memory, without waiting; one loop writes all that has gathered
/// in one piece, so that a telegram's values leave in one or two segments.
/// </summary>
sealed class PacketOutput(Stream stream, MqttClientOptions options, TimeProvider time)
{
    const int FullEnough = 16 * 1024;
    readonly Lock _gate = new();
    readonly AsyncSignal _signal = new();
    PacketWriter _filling = new();
    PacketWriter _writing = new();
    TaskCompletionSource _batch = NewBatch();
    TaskCompletionSource? _batchInWriting;
    MqttException? _closed;
    long _lastWritten = time.GetTimestamp();
    bool _urgent;

    /// <summary>Monotonic time of the last write that got through.</summary>
    public long LastWritten => Interlocked.Read(ref _lastWritten);

    /// <summary>Appends a packet; the task completes when it is written. Nothing may follow a packet that is <paramref name="last"/>.</summary>
    public Task Append(Packet packet, bool last = false)
    {
        Task written;
        lock (_gate)
        {
            if (_closed is not null) throw _closed;
            CodecV311.Write(_filling, packet);
            _urgent |= packet is not PublishPacket;
            if (last) _closed = MqttException.Closed(new MqttClosed(MqttFailure.Requested, "disconnected on request."));
            written = _batch.Task;
        }
        _signal.Set();
        return written;
    }

    /// <summary>Writes until it fails or is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellationToken);
            await LingerAsync(cancellationToken);
            if (TakeBatch() is not { } batch) continue;
            await WriteAsync(_writing.Written, cancellationToken);
            Interlocked.Exchange(ref _lastWritten, time.GetTimestamp());
            _writing.Clear();
            batch.TrySetResult();
        }
    }

    /// <summary>Ends every wait for a write that will not happen any more.</summary>
    public void Fail(MqttException exception)
    {
        lock (_gate)
        {
            _closed ??= exception;
            Fail(_batch, exception);
            if (_batchInWriting is not null) Fail(_batchInWriting, exception);
        }
    }

    static void Fail(TaskCompletionSource batch, MqttException exception)
    {
        batch.TrySetException(exception);
        // Most callers do not wait for their bytes; without this look the runtime would report each batch as unobserved.
        _ = batch.Task.Exception;
    }

    async ValueTask LingerAsync(CancellationToken cancellationToken)
    {
        if (options.WriteLinger > TimeSpan.Zero)
        {
            if (CanWait(out _)) await Task.Delay(options.WriteLinger, time, cancellationToken);
            return;
        }
        // Whoever is appending goes on until nothing is added any more between two looks.
        for (var before = -1; CanWait(out var length) && length != before; before = length) await Task.Yield();
    }

    bool CanWait(out int length)
    {
        lock (_gate)
        {
            length = _filling.Length;
            return !_urgent && length < FullEnough;
        }
    }

    TaskCompletionSource? TakeBatch()
    {
        lock (_gate)
        {
            if (_filling.Length == 0) return null;
            (_filling, _writing) = (_writing, _filling);
            _urgent = false;
            _batchInWriting = _batch;
            _batch = NewBatch();
            return _batchInWriting;
        }
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.WriteTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await stream.WriteAsync(bytes, both.Token);
            await stream.FlushAsync(both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MqttException(MqttFailure.Timeout, $"Nothing could be written to the broker for {options.WriteTimeout.TotalSeconds} s.");
        }
    }

    static TaskCompletionSource NewBatch() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
