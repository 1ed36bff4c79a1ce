using P1Bridge.Core.Telegrams;
using P1Bridge.Sources;

namespace P1Bridge.Recording;

/// <summary>Listens to a source and records what arrives. A source that goes away is opened again; the recording goes on with a gap.</summary>
/// <param name="source">What is listened to.</param>
/// <param name="writer">Where it is written.</param>
/// <param name="time">The clock; it starts now.</param>
/// <param name="say">Gets a line when the source goes away or comes back.</param>
sealed class Recorder(IByteSource source, RecordingWriter writer, TimeProvider time, Action<string> say)
{
    readonly long _startedAt = time.GetTimestamp();
    readonly TelegramFramer _framer = new();
    readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    readonly byte[] _buffer = new byte[4096];

    /// <summary>Bytes recorded so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whole telegrams among them.</summary>
    public long Telegrams { get; private set; }

    /// <summary>Damaged or incomplete ones.</summary>
    public long Refused { get; private set; }

    /// <summary>How long it has been recording.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_startedAt);

    /// <summary>Records until cancelled, until so many telegrams are in, or until a source that ends has ended.</summary>
    /// <param name="stream">The source, opened.</param>
    /// <param name="telegrams">How many; null for no limit.</param>
    /// <param name="cancellation">Ends it in order: everything that arrived is written.</param>
    public async Task RunAsync(Stream stream, long? telegrams, CancellationToken cancellation)
    {
        try
        {
            while (telegrams is null || Telegrams < telegrams)
            {
                if (await ReadAsync(stream, cancellation) is > 0 and var count)
                {
                    Take(_buffer.AsMemory(0, count));
                    continue;
                }
                if (source.EndsForGood) return;
                await stream.DisposeAsync();
                stream = await OpenAgainAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    async ValueTask<int> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(_buffer, cancellation);
        }
        catch (IOException exception) when (!source.EndsForGood)
        {
            say(exception.Message);
            return 0;
        }
    }

    async Task<Stream> OpenAgainAsync(CancellationToken cancellation)
    {
        say($"{source.Description} gave no more data. Opening it again.");
        while (true)
        {
            await Task.Delay(_backoff.Next(), time, cancellation);
            try
            {
                var stream = await source.OpenAsync(cancellation);
                say($"{source.Description} is back.");
                return stream;
            }
            catch (IOException) when (!source.EndsForGood)
            {
                // Said once already; it is tried until it works or the user has enough.
            }
        }
    }

    void Take(ReadOnlyMemory<byte> bytes)
    {
        writer.Write(new RecordedChunk(Elapsed, bytes));
        Bytes += bytes.Length;
        _backoff.Reset();
        var rest = bytes.Span;
        while (_framer.TryRead(ref rest, out var frame))
        {
            if (frame.Reason == RejectReason.None) Telegrams++;
            else Refused++;
        }
    }
}
