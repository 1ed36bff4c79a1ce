namespace P1Bridge.Sources.Simulation;

/// <summary>Yields one telegram for each interval of real time, as the P1 port does. Reads wait for the next one and can be cancelled.</summary>
sealed class SimulatorStream(Func<byte[]> nextTelegram, TimeSpan interval, TimeProvider time) : IncomingStream
{
    ReadOnlyMemory<byte> _rest;
    DateTimeOffset _due = time.GetUtcNow();

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

    async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // A clock set back must not stop the meter, and seconds that nobody read are gone, as on a wire.
        if (_due - now > interval || now - _due > interval) _due = now;
        if (_due > now) await Task.Delay(_due - now, time, cancellationToken);
        _due += interval;
    }
}
