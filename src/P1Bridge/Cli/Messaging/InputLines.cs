using System.Runtime.CompilerServices;

namespace P1Bridge.Cli.Messaging;

/// <summary>The lines of a stream, as bytes: a payload need not be text.</summary>
static class InputLines
{
    const int ChunkSize = 64 * 1024;

    /// <summary>Each line without its end, as soon as it is there; also the last one without end.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chunk = new byte[ChunkSize];
        var rest = new MemoryStream();
        // A read of standard input does not end when it is cancelled; the program does.
        while (await stream.ReadAsync(chunk, CancellationToken.None).AsTask().WaitAsync(cancellation) is var count and > 0)
        {
            var start = 0;
            for (var end = IndexOfEnd(chunk, start, count); end >= 0; end = IndexOfEnd(chunk, start, count))
            {
                rest.Write(chunk, start, end - start);
                yield return Take(rest);
                start = end + 1;
            }
            rest.Write(chunk, start, count - start);
        }
        if (Take(rest) is { Length: > 0 } last) yield return last;
    }

    static int IndexOfEnd(byte[] chunk, int start, int count) => Array.IndexOf(chunk, (byte)'\n', start, count - start);

    static byte[] Take(MemoryStream gathered)
    {
        var line = gathered.ToArray();
        gathered.SetLength(0);
        return line;
    }
}
