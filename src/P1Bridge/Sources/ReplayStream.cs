using P1Bridge.Recording;

namespace P1Bridge.Sources;

/// <summary>Yields what a file holds, at the pace of its <see cref="ReplayPosition"/>. A waiting read can be cancelled and done again.</summary>
sealed class ReplayStream(string path, ReplayPosition position, TimeProvider time) : IncomingStream
{
    Stream? _file;
    IAsyncEnumerator<RecordedChunk>? _chunks;
    RecordedChunk? _next;
    ReadOnlyMemory<byte> _rest;

    /// <summary>Opens the file now, so that a wrong name is noticed at once.</summary>
    public ReplayStream Open()
    {
        _file = TelegramFile.Open(path);
        return this;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_rest.IsEmpty && !await TryAdvanceAsync(cancellationToken)) return 0;
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) CloseAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    async ValueTask<bool> TryAdvanceAsync(CancellationToken cancellation)
    {
        if (await PeekAsync() is not { } chunk) return false;
        // Without a wait the reader would keep its thread for as long as the file lasts.
        if (position.WaitFor(chunk.Offset) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellation);
        else await Task.Yield();
        _next = null;
        _rest = chunk.Bytes;
        position.MarkPlayed(chunk.Offset);
        return true;
    }

    /// <summary>What comes next, in this round or the one after it; null when nothing more will come.</summary>
    async ValueTask<RecordedChunk?> PeekAsync()
    {
        try
        {
            while (true)
            {
                _next ??= await NextAsync();
                if (_next is not null || !position.TryBeginAnew()) return _next;
                await CloseAsync();
                Open();
            }
        }
        catch (IOException)
        {
            position.MarkFailed();
            throw;
        }
    }

    /// <summary>The next chunk of this round. Never cancelled in the middle: a file answers at once, and a broken enumerator cannot go on.</summary>
    async ValueTask<RecordedChunk?> NextAsync()
    {
        if (_chunks is null)
        {
            var file = await TelegramFile.ReadAsync(_file!, path, CancellationToken.None);
            _chunks = file.ChunksAsync().GetAsyncEnumerator();
            for (var skip = position.Played; skip > 0; skip--)
                await _chunks.MoveNextAsync();
        }
        return await _chunks.MoveNextAsync() ? _chunks.Current : null;
    }

    async ValueTask CloseAsync()
    {
        if (_chunks is not null) await _chunks.DisposeAsync();
        if (_file is not null) await _file.DisposeAsync();
        (_chunks, _file) = (null, null);
    }
}
