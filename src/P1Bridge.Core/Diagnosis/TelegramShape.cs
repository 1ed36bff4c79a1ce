using System.Text;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Diagnosis;

/// <summary>Recognises telegram text by its shape, <c>A-B:C.D.E(</c> at the start of a line, wherever reading began and whatever was lost.</summary>
public static class TelegramShape
{
    const int ExcerptLines = 3;

    /// <summary>How many lines have the shape of a data object.</summary>
    public static int CountObjects(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            if (IsObject(text[range])) count++;
        }
        return count;
    }

    /// <summary>A few readable lines as evidence; only measured quantities (they have a unit), never identifiers. Null when there is none.</summary>
    public static string? Excerpt(ReadOnlySpan<byte> text)
    {
        var lines = new List<string>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].TrimEnd((byte)'\r');
            if (IsObject(line) && line.Contains((byte)'*') && ValueReader.IsPrintable(line)) lines.Add(Encoding.ASCII.GetString(line));
            if (lines.Count == ExcerptLines) break;
        }
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    static bool IsObject(ReadOnlySpan<byte> line)
        => ObisReference.TryRead(line, out _, out var length) && length < line.Length && line[length] == (byte)'(';
}
