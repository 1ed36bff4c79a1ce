namespace P1Bridge.Sources.Simulation;

/// <summary>Yields one telegram for each second of real time, as the P1 port does. Reads wait for the next one and can be cancelled.</summary>
sealed class SimulatorStream(Func<byte[]> nextTelegram, TimeProvider time) : Stream
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    ReadOnlyMemory<byte> _rest;
    DateTimeOffset _due = time.GetUtcNow();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads on in the telegram at hand; after its end waits for the next second.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_rest.IsEmpty)
        {
            await WaitAsync(cancellationToken);
            _rest = nextTelegram();
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A clock set back must not stop the meter, and seconds that nobody read are gone, as on a wire.
        if (_due - now > Interval || now - _due > Interval) _due = now;
        if (_due > now) await Task.Delay(_due - now, time, cancellationToken);
        _due += Interval;
    }
}
