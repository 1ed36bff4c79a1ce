using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// The only write path of a connection. Packets are appended in memory, without waiting; one loop writes all that has gathered
/// in one piece. After a pause it lets some time pass for others to join, so that a telegram's values leave in one or two
/// segments; while it is busy, what gathers during one write is the next.
/// </summary>
sealed class PacketOutput : IDisposable
{
    const int FullEnough = 16 * 1024;
    const int Full = 128 * 1024;
    const int MostAnswers = 64 * 1024;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    readonly Stream _stream;
    readonly Codec _codec;
    readonly MqttClientOptions _options;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    readonly AsyncSignal _signal = new();
    readonly CancellationTokenSource _deadline = new();
    readonly ITimer _timer;
    readonly Action<string>? _trace;
    PacketWriter _filling = new();
    PacketWriter _writing = new();
    TaskCompletionSource<MqttPublishResult>? _batch;
    TaskCompletionSource<MqttPublishResult>? _batchInWriting;
    MqttException? _closed;
    MqttException? _failed;
    long _lastWritten;
    bool _isWriting;
    bool _urgent;
    int _answers;

    public PacketOutput(Stream stream, Codec codec, MqttClientOptions options, TimeProvider time, Action<string>? trace = null)
    {
        (_stream, _codec, _options, _time, _trace) = (stream, codec, options, time, trace);
        _lastWritten = time.GetTimestamp();
        // One for the whole connection: a write that is late ends it, so there is never a second one.
        _timer = time.CreateTimer(_ => _deadline.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Largest packet that the broker takes [MQTT5-3.2.2-15].</summary>
    public long MaximumPacketSize { get; set; } = uint.MaxValue;

    /// <summary>Monotonic time of the last write that got through.</summary>
    public long LastWritten => Interlocked.Read(ref _lastWritten);

    /// <summary>True when so much waits that more should not be added without need.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate) return _filling.Length >= Full;
        }
    }

    /// <summary>True when the broker asks for more answers than it takes: it should not be read until they are written.</summary>
    public bool IsFlooded
    {
        get
        {
            lock (_gate) return _answers > MostAnswers;
        }
    }

    /// <summary>Appends a packet; false when it is too large for the broker. Nothing may follow a packet that is <paramref name="last"/>.</summary>
    public bool TryAppend(Packet packet, bool last = false)
    {
        lock (_gate)
        {
            var start = Begin();
            _codec.Write(_filling, packet);
            if (!Fits(start)) return false;
            _urgent = true;
            _trace?.Invoke(PacketText.Sent(packet));
            if (last) _closed = MqttException.Closed(new MqttClosed(MqttFailure.Requested, "disconnected on request."));
            Signal(start);
            return true;
        }
    }

    /// <summary>Appends an acknowledgement.</summary>
    public void Append(in Acknowledgement acknowledgement)
    {
        lock (_gate)
        {
            var start = Begin();
            _codec.WriteAcknowledgement(_filling, acknowledgement);
            (_urgent, _answers) = (true, _answers + 1);
            _trace?.Invoke(PacketText.Sent(acknowledgement));
            Signal(start);
        }
    }

    /// <summary>Appends a message; false when it is too large for the broker.</summary>
    public bool TryAppend(MqttMessage message, in PublishHeader header)
    {
        lock (_gate)
        {
            var start = Begin();
            _codec.WritePublish(_filling, message, header);
            if (!Fits(start)) return false;
            _trace?.Invoke(PacketText.Sent(message, header));
            Signal(start);
            return true;
        }
    }

    /// <summary>Completes when all that was appended so far is written.</summary>
    public Task<MqttPublishResult> Written()
    {
        lock (_gate)
        {
            if (_failed is not null) return Task.FromException<MqttPublishResult>(_failed);
            if (_filling.Length > 0) return (_batch ??= NewBatch()).Task;
            if (_isWriting) return (_batchInWriting ??= NewBatch()).Task;
            return Task.FromResult(MqttPublishResult.Success);
        }
    }

    /// <summary>Writes until it fails or is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        while (true)
        {
            await _signal.WaitAsync(cancellationToken);
            while (await TakeBatchAsync(cancellationToken))
            {
                await WriteAsync(_writing.Written, both.Token, cancellationToken);
                Interlocked.Exchange(ref _lastWritten, _time.GetTimestamp());
                Finish();
            }
        }
    }

    /// <summary>Ends every wait for a write that will not happen any more.</summary>
    public void Fail(MqttException exception)
    {
        lock (_gate)
        {
            (_failed, _closed) = (exception, _closed ?? exception);
            Fail(_batch, exception);
            Fail(_batchInWriting, exception);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _deadline.Dispose();
    }

    int Begin() => _closed is null ? _filling.Length : throw _closed;

    bool Fits(int start)
    {
        if (_filling.Length - start <= MaximumPacketSize) return true;
        _filling.Rollback();
        return false;
    }

    // Whoever fills the empty buffer wakes the loop; what joins later goes with it.
    void Signal(int start)
    {
        if (start == 0) _signal.Set();
    }

    static void Fail(TaskCompletionSource<MqttPublishResult>? batch, MqttException exception)
    {
        if (batch is null || !batch.TrySetException(exception)) return;
        // Most callers do not wait for their bytes; without this look the runtime would report each batch as unobserved.
        _ = batch.Task.Exception;
    }

    async ValueTask LingerAsync(CancellationToken cancellationToken)
    {
        // Only after a pause: where messages wait for acknowledgements, waiting here would be their pace.
        if (_options.WriteLinger > TimeSpan.Zero && _time.GetElapsedTime(LastWritten) >= Pause && CanWait(out _))
        {
            await Task.Delay(_options.WriteLinger, _time, cancellationToken);
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
            return !_urgent && length is > 0 and < FullEnough;
        }
    }

    async ValueTask<bool> TakeBatchAsync(CancellationToken cancellationToken)
    {
        await LingerAsync(cancellationToken);
        return TakeBatch();
    }

    bool TakeBatch()
    {
        lock (_gate)
        {
            if (_filling.Length == 0) return false;
            (_filling, _writing) = (_writing, _filling);
            (_batchInWriting, _batch) = (_batch, null);
            (_urgent, _isWriting, _answers) = (false, true, 0);
            return true;
        }
    }

    void Finish()
    {
        _writing.Clear();
        TaskCompletionSource<MqttPublishResult>? batch;
        lock (_gate)
        {
            (batch, _batchInWriting) = (_batchInWriting, null);
            _isWriting = false;
        }
        batch?.TrySetResult(MqttPublishResult.Success);
    }

    async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken both, CancellationToken cancellationToken)
    {
        try
        {
            _timer.Change(_options.WriteTimeout, Timeout.InfiniteTimeSpan);
            await _stream.WriteAsync(bytes, both);
            await _stream.FlushAsync(both);
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException) when (_deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MqttException(MqttFailure.Timeout, $"Nothing could be written to the broker for {_options.WriteTimeout.TotalSeconds} s.");
        }
    }

    static TaskCompletionSource<MqttPublishResult> NewBatch() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
