using System.Collections.Immutable;
using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Publishing;

/// <summary>An object that no catalogue row reads.</summary>
/// <param name="Reference">Its reference as a level of a topic.</param>
/// <param name="Text">Its value groups as sent, parentheses included.</param>
public readonly record struct RawObject(string Reference, string Text);

/// <summary>
/// Collects what a telegram says beyond the catalogue: unknown objects, those of channels whose device type nobody knows, and
/// histories in a layout of their own. A second pass over the bytes, only where it is wanted. One per meter, not thread-safe.
/// </summary>
public sealed class RawObjects(Catalogue catalogue)
{
    /// <summary>Longest text; the longest line a meter may send.</summary>
    const int LongestText = 4096;

    readonly Dictionary<ObisReference, RawObject> _known = [];

    /// <summary>The raw objects of an accepted telegram, '/' to '!', whose readings are <paramref name="readings"/>.</summary>
    public ImmutableArray<RawObject> Read(ReadOnlySpan<byte> telegram, ReadingSet readings)
    {
        var collector = new Collector(this, readings, ImmutableArray.CreateBuilder<RawObject>());
        TelegramParser.Parse(telegram, ref collector);
        return collector.Found.ToImmutable();
    }

    bool IsRaw(in DataObject dataObject, ReadingSet readings)
    {
        if (catalogue.Find(dataObject.Reference) is not { } entry) return true;
        if (entry.Kind == ValueKind.MonthlyPeaks && new ObjectValues(dataObject).Layout != ObjectLayout.Buffer) return true;
        if (entry.Reference.B != ObisReference.AnyChannel) return false;
        foreach (var meter in readings.Meters)
        {
            if (meter.Channel == dataObject.Reference.B) return false;
        }
        return true;
    }

    /// <summary>The object as published. Values repeat: the text of the last time is kept. Null when there are too many.</summary>
    RawObject? Take(in DataObject dataObject)
    {
        var text = TextOf(dataObject.Groups);
        if (_known.TryGetValue(dataObject.Reference, out var before))
        {
            if (before.Text == text) return before;
        }
        else if (_known.Count >= ReadingSet.MaximumUnknown)
        {
            return null;
        }
        return _known[dataObject.Reference] = new RawObject(before.Reference ?? LevelOf(dataObject.Reference), text);
    }

    /// <summary>A star is legal in topics, but a wildcard to some brokers.</summary>
    static string LevelOf(ObisReference reference) => reference.ToString().Replace('*', '.');

    /// <summary>Bytes as Latin-1; what is no printable character becomes a question mark, line ends vanish.</summary>
    static string TextOf(ReadOnlySpan<byte> groups)
    {
        var text = new StringBuilder(groups.Length);
        foreach (var letter in groups[..Math.Min(groups.Length, LongestText)])
        {
            if (letter is (byte)'\r' or (byte)'\n') continue;
            text.Append(char.IsControl((char)letter) ? '?' : (char)letter);
        }
        return text.ToString();
    }

    readonly struct Collector(RawObjects owner, ReadingSet readings, ImmutableArray<RawObject>.Builder found) : IDataObjectHandler
    {
        public ImmutableArray<RawObject>.Builder Found => found;

        public void OnHeader(ReadOnlySpan<byte> header)
        {
        }

        public void OnObject(in DataObject dataObject)
        {
            if (owner.IsRaw(dataObject, readings) && owner.Take(dataObject) is { } raw) found.Add(raw);
        }

        public void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault)
        {
        }
    }
}
