using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Recording;

/// <summary>
/// A file that holds what a meter sent: a recording with its own times, or the bare bytes, for which a telegram a second is assumed.
/// Which of the two it is shows in its first bytes, not in its name.
/// </summary>
sealed class TelegramFile
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly PipeReader _input;
    readonly RecordingReader? _reader;

    TelegramFile(PipeReader input, RecordingReader? reader, RecordingHeader? header) => (_input, _reader, Header) = (input, reader, header);

    /// <summary>The first line of a recording; null for bare bytes.</summary>
    public RecordingHeader? Header { get; }

    /// <summary>Opens a file, or standard input for <c>-</c>. Throws <see cref="IOException"/> with a text that says what to do.</summary>
    public static Stream Open(string path)
    {
        if (path == "-") return Console.OpenStandardInput();
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path} is not there; check the name.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(
                Directory.Exists(path) ? $"{path} is a directory; name a file with telegrams." : $"{path} may not be read by this user.", exception);
        }
    }

    /// <summary>Looks at the first bytes of <paramref name="stream"/>, which stays the caller's.</summary>
    public static async ValueTask<TelegramFile> ReadAsync(Stream stream, string name, CancellationToken cancellation)
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var start = await input.ReadAtLeastAsync(RecordingReader.StartLength, cancellation);
        var isRecording = RecordingReader.IsRecording(start.Buffer.Slice(0, Math.Min(start.Buffer.Length, RecordingReader.StartLength)).ToArray());
        input.AdvanceTo(start.Buffer.Start);
        if (!isRecording) return new TelegramFile(input, null, null);
        var reader = new RecordingReader(input, name);
        return new TelegramFile(input, reader, await reader.ReadHeaderAsync(cancellation));
    }

    /// <summary>Everything in it, once.</summary>
    public async IAsyncEnumerable<RecordedChunk> ChunksAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (_reader is not null)
        {
            while (await _reader.ReadAsync(cancellation) is { } chunk) yield return chunk;
            yield break;
        }
        var cutter = new Cutter();
        while (true)
        {
            var result = await _input.ReadAsync(cancellation);
            foreach (var chunk in cutter.Cut(result.Buffer.ToArray())) yield return chunk;
            _input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) yield break;
        }
    }

    /// <summary>Gives each telegram its second. A telegram's line end goes with it, whatever else lies before the next one goes with that.</summary>
    sealed class Cutter
    {
        readonly TelegramFramer _framer = new();
        TimeSpan _offset;
        bool _isBehindTelegram;

        public IEnumerable<RecordedChunk> Cut(ReadOnlyMemory<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var rest = bytes.Span;
                var lineEnd = _isBehindTelegram ? rest[..(rest.IndexOfAnyExcept((byte)'\r', (byte)'\n') is >= 0 and var end ? end : rest.Length)] : default;
                if (!lineEnd.IsEmpty) rest = rest[lineEnd.Length..];
                else if (_isBehindTelegram) _offset += Interval;
                _isBehindTelegram = !lineEnd.IsEmpty || _framer.TryRead(ref rest, out _);
                var taken = bytes[..(bytes.Length - rest.Length)];
                bytes = bytes[taken.Length..];
                if (!taken.IsEmpty) yield return new RecordedChunk(_offset, taken);
            }
        }
    }
}
