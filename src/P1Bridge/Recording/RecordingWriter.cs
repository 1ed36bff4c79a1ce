using System.Globalization;
using System.Text;

namespace P1Bridge.Recording;

/// <summary>Writes a recording. Each chunk is on the stream when the call returns, so that what was recorded survives whatever comes.</summary>
sealed class RecordingWriter
{
    /// <summary>Bytes in one line of text; noise without line feeds would fill pages otherwise.</summary>
    const int BytesInLine = 160;

    readonly Stream _stream;
    readonly StringBuilder _text = new();

    /// <summary>Writes the first line.</summary>
    public RecordingWriter(Stream stream, RecordingHeader header)
    {
        _stream = stream;
        _text.Append(RecordingFormat.HeaderLine(header)).Append('\n');
        Flush();
    }

    /// <summary>Writes one chunk; a line of text for each line of the telegram. Without bytes there is nothing to write.</summary>
    public void Write(RecordedChunk chunk)
    {
        var bytes = chunk.Bytes.Span;
        if (bytes.IsEmpty) return;
        _text.Append(CultureInfo.InvariantCulture, $"{(long)chunk.Offset.TotalMilliseconds} ");
        while (true)
        {
            var feed = bytes.IndexOf((byte)'\n');
            var take = Math.Min(feed < 0 ? bytes.Length : feed + 1, BytesInLine);
            RecordingFormat.Escape(bytes[..take], _text);
            _text.Append('\n');
            bytes = bytes[take..];
            if (bytes.IsEmpty) break;
            _text.Append("+ ");
        }
        Flush();
    }

    void Flush()
    {
        _stream.Write(Encoding.ASCII.GetBytes(_text.ToString()));
        _stream.Flush();
        _text.Clear();
    }
}
