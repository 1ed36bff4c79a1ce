namespace P1Bridge.Sources;

/// <summary>The new ones among the answers of a page that is asked at an interval. Owns the page. A waiting read can be cancelled and done again.</summary>
sealed class HttpPollStream(TelegramPage page, TelegramNews news, TimeSpan interval, TimeProvider time) : IncomingStream
{
    ReadOnlyMemory<byte> _rest;
    long _askedAt;

    /// <summary>Asks once. Throws <see cref="IOException"/> when there is no telegram in the answer.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        _askedAt = time.GetTimestamp();
        var telegram = await page.FetchAsync(cancellation);
        if (news.IsNews(telegram)) _rest = telegram;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_rest.IsEmpty)
        {
            if (interval - time.GetElapsedTime(_askedAt) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
            await AskAsync(cancellationToken);
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) page.Dispose();
        base.Dispose(disposing);
    }
}
