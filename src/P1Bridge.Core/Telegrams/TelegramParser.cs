namespace P1Bridge.Core.Telegrams;

/// <summary>
/// Reads the data objects of one framed telegram and reports them to a handler. Pure: no state, no allocation, never throws on data.
/// A line that is no data object costs that line only (grammar: IEC 62056-21 data lines, DSMR 5.0.2 P1 section 6.4).
/// </summary>
public static class TelegramParser
{
    /// <summary>Parses <paramref name="telegram"/>, the bytes from '/' to '!' inclusive.</summary>
    public static void Parse<THandler>(ReadOnlySpan<byte> telegram, ref THandler handler)
        where THandler : IDataObjectHandler, allows ref struct
    {
        // The '!' is the framer's; a line never holds one.
        var end = telegram.Length > 0 && telegram[^1] == (byte)'!' ? telegram.Length - 1 : telegram.Length;
        var headerEnd = LineEnd(telegram, 0, end);
        handler.OnHeader(WithoutReturn(telegram[..headerEnd]));
        var position = headerEnd + 1;
        while (position < end)
        {
            var lineEnd = LineEnd(telegram, position, end);
            // Old meters put the value on the next line: a line that begins with '(' continues the object before it.
            while (lineEnd + 1 < end && telegram[lineEnd + 1] == (byte)'(')
                lineEnd = LineEnd(telegram, lineEnd + 1, end);
            var line = WithoutReturn(telegram[position..lineEnd]);
            if (!line.IsEmpty) ParseLine(line, position, ref handler);
            position = lineEnd + 1;
        }
    }

    static void ParseLine<THandler>(ReadOnlySpan<byte> line, int offset, ref THandler handler)
        where THandler : IDataObjectHandler, allows ref struct
    {
        if (!ObisReference.TryRead(line, out var reference, out var length))
            handler.OnBadLine(line, offset, length, LineFault.NoReference);
        else if (length == line.Length)
            handler.OnBadLine(line, offset, length, LineFault.NoValueGroup);
        else if (FindFault(line, length) is var (at, fault) && at >= 0)
            handler.OnBadLine(line, offset, at, fault);
        else
            handler.OnObject(new DataObject(reference, line[length..], offset, offset + length));
    }

    /// <summary>The first byte that breaks <c>1*( "(" text ")" )</c>, or -1.</summary>
    static (int At, LineFault Fault) FindFault(ReadOnlySpan<byte> line, int position)
    {
        while (position < line.Length)
        {
            if (line[position] is (byte)'\r' or (byte)'\n')
            {
                position++;
                continue;
            }
            if (line[position] != (byte)'(') return (position, LineFault.TextOutsideGroup);
            var next = line[(position + 1)..].IndexOfAny((byte)'(', (byte)')');
            if (next < 0) return (line.Length, LineFault.UnbalancedGroup);
            position += 1 + next;
            if (line[position] == (byte)'(') return (position, LineFault.UnbalancedGroup);
            position++;
        }
        return (-1, default);
    }

    static int LineEnd(ReadOnlySpan<byte> telegram, int start, int end)
    {
        var feed = telegram[start..end].IndexOf((byte)'\n');
        return feed < 0 ? end : start + feed;
    }

    static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line.Length > 0 && line[^1] == (byte)'\r' ? line[..^1] : line;
}
