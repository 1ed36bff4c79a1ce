using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Sources;

/// <summary>
/// A serial line while its profile is searched: hands on what it reads, listens along, and opens the line anew when the search moves on.
/// After the first valid telegram it only hands on.
/// </summary>
/// <param name="search">Decides.</param>
/// <param name="sampler">What was heard with the present profile; survives the stream when it is closed for silence.</param>
/// <param name="open">Opens the line with a profile.</param>
/// <param name="found">Told once a telegram proves the profile.</param>
/// <param name="time">The time of the search.</param>
sealed class SearchingStream(ProfileSearch search, LineSampler sampler, Func<LineProfile, Stream> open, Action<LineProfile> found, TimeProvider time) : Stream
{
    Stream? _line;
    bool _isFound;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens the line with the search's present profile.</summary>
    public SearchingStream Open()
    {
        _line = open(search.Current);
        search.Begin();
        return this;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_line is null, this);
            if (_isFound) return await _line.ReadAsync(buffer, cancellationToken);
            if (search.UntilLook == TimeSpan.Zero) await LookAsync();
            else if (await ReadUntilLookAsync(buffer, cancellationToken) is { } count) return count;
        }
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

    protected override void Dispose(bool disposing)
    {
        if (disposing) CloseLine();
        base.Dispose(disposing);
    }

    /// <summary>Null when a look at the line is due before anything came.</summary>
    async Task<int?> ReadUntilLookAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var look = new CancellationTokenSource(search.UntilLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, look.Token);
        int count;
        try
        {
            count = await _line!.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            // The caller knows its own token, not the linked one.
            throw new OperationCanceledException(cancellation);
        }
        sampler.Append(buffer.Span[..count]);
        if (sampler.Counters.Accepted > 0) Found();
        return count;
    }

    void Found()
    {
        _isFound = true;
        sampler.Clear();
        if (search.Prove()) found(search.Current);
    }

    async Task LookAsync()
    {
        if (!search.Look(LineDiagnosis.Of(sampler.Sample(search.Listened, search.Current)))) return;
        sampler.Clear();
        await _line!.DisposeAsync();
        _line = null;
        Open();
    }

    void CloseLine()
    {
        if (_line is null) return;
        search.Pause();
        _line.Dispose();
        _line = null;
    }
}
