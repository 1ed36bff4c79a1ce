using System.Buffers;
using P1Bridge.Core.Measurements;
using P1Bridge.Recording;

namespace P1Bridge.Anonymising;

/// <summary>Anonymises a recording or a file with telegrams. A recording keeps its times; its comments and the name of its source, which can tell who it was, go.</summary>
static class FileAnonymiser
{
    /// <summary>What a recording names as its source afterwards.</summary>
    const string Source = "anonymised";

    /// <summary>Reads all of <paramref name="input"/> and writes to <paramref name="output"/> what came through.</summary>
    public static async Task<AnonymisingSummary> RunAsync(
        Stream input, string name, Stream output, Catalogue catalogue, IdentityCipher cipher, CancellationToken cancellation)
    {
        var file = await TelegramFile.ReadAsync(input, name, cancellation);
        var offsets = new List<TimeSpan>();
        var writer = file.Header is { } header ? new ChunkWriter(new RecordingWriter(output, header with { Source = Source }), offsets) : null;
        var anonymiser = new StreamAnonymiser(catalogue, cipher, writer is null ? (_, bytes) => output.Write(bytes.Span) : writer.Append);
        await foreach (var chunk in file.ChunksAsync(cancellation))
        {
            offsets.Add(chunk.Offset);
            anonymiser.Append(chunk.Bytes.Span, offsets.Count - 1);
        }
        anonymiser.Complete();
        writer?.Flush();
        await output.FlushAsync(cancellation);
        return anonymiser.Summary;
    }

    /// <summary>Puts together again what arrived together.</summary>
    sealed class ChunkWriter(RecordingWriter writer, List<TimeSpan> offsets)
    {
        readonly ArrayBufferWriter<byte> _bytes = new();
        int _chunk;

        public void Append(int chunk, ReadOnlyMemory<byte> bytes)
        {
            if (chunk != _chunk) Flush();
            _chunk = chunk;
            _bytes.Write(bytes.Span);
        }

        public void Flush()
        {
            if (_bytes.WrittenCount > 0) writer.Write(new RecordedChunk(offsets[_chunk], _bytes.WrittenMemory));
            _bytes.ResetWrittenCount();
        }
    }
}
