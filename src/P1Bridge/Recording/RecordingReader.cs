using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace P1Bridge.Recording;

/// <summary>
/// Reads a recording chunk by chunk. What is wrong is a <see cref="RecordingException"/> that names file, line and column; everything
/// before it has been handed out by then.
/// </summary>
/// <param name="input">The file, from its first byte.</param>
/// <param name="name">Its name, for messages.</param>
sealed class RecordingReader(PipeReader input, string name)
{
    /// <summary>Fifteen digits of milliseconds would be thirty thousand years.</summary>
    const int MaximumOffsetDigits = 14;

    static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    int _line;
    long _offset;
    byte[]? _pending;

    /// <summary>Whether a file that begins so is a recording.</summary>
    public static bool IsRecording(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(ByteOrderMark)) start = start[ByteOrderMark.Length..];
        return start.StartsWith(Encoding.ASCII.GetBytes(RecordingFormat.Magic + " "));
    }

    /// <summary>So many bytes at the start are enough for <see cref="IsRecording"/>.</summary>
    public static int StartLength => ByteOrderMark.Length + RecordingFormat.Magic.Length + 1;

    /// <summary>Reads the first line; must come first.</summary>
    public async ValueTask<RecordingHeader> ReadHeaderAsync(CancellationToken cancellation)
    {
        var line = await NextLineAsync(cancellation) ?? [];
        if (line.AsSpan().StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
        var words = Encoding.Latin1.GetString(line).Split(' ', 4);
        if (words[0] != RecordingFormat.Magic) throw Wrong(1, $"no recording: the first line must begin with '{RecordingFormat.Magic}'");
        var versionAt = words[0].Length + 2;
        if (words.Length < 2 || words[1] != $"{RecordingFormat.Version}")
            throw Wrong(versionAt, $"this program reads version {RecordingFormat.Version} of the format; a newer p1bridge may read this one");
        var timeAt = versionAt + words[1].Length + 1;
        if (words.Length < 3 || !RecordingFormat.TryReadHeader(words[2], words.Length < 4 ? [] : Encoding.Latin1.GetBytes(words[3]), out var header))
            throw Wrong(timeAt, "expected the time of the start, such as 2025-11-05T17:53:48.123+01:00");
        return header;
    }

    /// <summary>The next chunk; null after the last one.</summary>
    public async ValueTask<RecordedChunk?> ReadAsync(CancellationToken cancellation)
    {
        if (await NextDataLineAsync(cancellation) is not { } line) return null;
        if (line[0] == '+') throw Wrong(1, "a line that begins with + continues a chunk, but there is none before it");
        var bytes = new ArrayBufferWriter<byte>(line.Length);
        Append(line, ReadOffset(line), bytes);
        while (await NextDataLineAsync(cancellation) is { } next)
        {
            if (next[0] != '+')
            {
                _pending = next;
                break;
            }
            Append(next, 1, bytes);
        }
        return new RecordedChunk(TimeSpan.FromMilliseconds(_offset), bytes.WrittenMemory);
    }

    /// <summary>Reads the digits at the start of the line and returns where they end.</summary>
    int ReadOffset(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length < 0) length = line.Length;
        if (length is 0 or > MaximumOffsetDigits) throw Wrong(1, "expected milliseconds since the start, '+' or '#'");
        var offset = long.Parse(line[..length], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
        if (offset < _offset) throw Wrong(1, FormattableString.Invariant($"time runs backwards: {offset} after {_offset}"));
        _offset = offset;
        return length;
    }

    void Append(ReadOnlySpan<byte> line, int start, ArrayBufferWriter<byte> bytes)
    {
        if (start + 1 >= line.Length || line[start] != (byte)' ') throw Wrong(start + 1, "expected a blank and then the bytes");
        if (RecordingFormat.Unescape(line[(start + 1)..], bytes) is var (at, text)) throw Wrong(start + 2 + at, text);
        if (bytes.WrittenCount > RecordingFormat.MaximumChunk)
            throw Wrong(1, FormattableString.Invariant($"a chunk of more than {RecordingFormat.MaximumChunk} bytes; give some of its lines a time of their own"));
    }

    async ValueTask<byte[]?> NextDataLineAsync(CancellationToken cancellation)
    {
        if (_pending is { } pending)
        {
            _pending = null;
            return pending;
        }
        while (await NextLineAsync(cancellation) is { } line)
        {
            if (line.Length > 0 && line[0] != '#') return line;
        }
        return null;
    }

    async ValueTask<byte[]?> NextLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            var end = result.Buffer.PositionOf((byte)'\n');
            if (end is null && !result.IsCompleted && result.Buffer.Length <= RecordingFormat.MaximumLine)
            {
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }
            if (end is null && result.Buffer.IsEmpty) return null;
            _line++;
            var text = end is { } feed ? result.Buffer.Slice(0, feed) : result.Buffer;
            if (text.Length > RecordingFormat.MaximumLine) throw Wrong(1, FormattableString.Invariant($"a line of more than {RecordingFormat.MaximumLine} bytes"));
            var line = text.ToArray();
            input.AdvanceTo(end is null ? result.Buffer.End : result.Buffer.GetPosition(1, end.Value));
            return line is [.., (byte)'\r'] ? line[..^1] : line;
        }
    }

    RecordingException Wrong(int column, string text) => new(name, _line, column, text);
}
