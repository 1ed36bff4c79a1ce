using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Anonymising;

/// <summary>
/// Replaces in one telegram whatever can name a person's connection: identifiers, EANs and messages, which the catalogue knows, and what
/// looks like one in objects and lines that it does not know. Every replacement is as long as its original.
/// </summary>
sealed class TelegramAnonymiser(Catalogue catalogue, IdentityCipher cipher)
{
    /// <summary>Shorter runs of letters and digits, outside objects that are known to name something, stay.</summary>
    const int SuspiciousLength = 8;

    /// <summary>A header is a type code of 5 to 25 characters; what is longer has swallowed another line.</summary>
    const int LongestHeader = 40;

    /// <summary>Values that were replaced, each time they came.</summary>
    public long Places { get; private set; }

    /// <summary>References without a catalogue row in which something was replaced.</summary>
    public SortedSet<ObisReference> Unknown { get; } = [];

    /// <summary>Works on the bytes from '/' to '!' in place; the number of data objects found.</summary>
    public int Apply(Span<byte> telegram)
    {
        var original = telegram.ToArray();
        var handler = new Handler(this, original, telegram);
        TelegramParser.Parse(original, ref handler);
        return handler.Objects;
    }

    void Replace(Span<byte> group, Func<byte[]> replacement)
    {
        var bytes = replacement();
        if (group.SequenceEqual(bytes)) return;
        bytes.CopyTo(group);
        Places++;
    }

    void ReplaceIdentity(Span<byte> group)
    {
        var original = group.ToArray();
        Replace(group, () => cipher.ReplaceHex(original));
    }

    /// <summary>A group of an object of another kind: numbers, times and references stay, and so does what is short.</summary>
    bool TryReplaceSuspicious(Span<byte> group, bool isKnown)
    {
        if (group.Length < SuspiciousLength || IsHarmless(group, isKnown)) return false;
        var before = Places;
        ReplaceIdentity(group);
        return Places > before;
    }

    static bool IsHarmless(ReadOnlySpan<byte> group, bool isKnown)
    {
        if (MeterTime.HasShape(group) || (ObisReference.TryRead(group, out _, out var length) && length == group.Length)) return true;
        if (!ValueReader.TryReadNumber(group, out _, out var unit)) return false;
        // Bare digits without a row can be a serial number as well as a counter; nobody can tell, so they are taken for the former.
        return isKnown || unit.Length > 0 || group.Contains((byte)'.');
    }

    /// <summary>Text that is no data object: every run of letters and digits of some length is replaced.</summary>
    void Scrub(Span<byte> text, int shortest)
    {
        while (!text.IsEmpty)
        {
            var length = 0;
            while (length < text.Length && IsPartOfRun(text[length])) length++;
            var run = text[..length];
            if (length >= shortest && !MeterTime.HasShape(run)) ReplaceIdentity(run);
            text = text[Math.Max(1, length)..];
        }
    }

    // Damaged letters have bit 7 set.
    static bool IsPartOfRun(byte value) => char.IsAsciiLetterOrDigit((char)value) || value >= 0x80;

    void TakeHeader(Span<byte> header)
    {
        if (header.Length <= LongestHeader && ValueReader.IsPrintable(header) && !HoldsHexText(header)) return;
        Scrub(header, SuspiciousLength);
    }

    static bool HoldsHexText(ReadOnlySpan<byte> text)
    {
        var digits = 0;
        foreach (var value in text)
        {
            digits = char.IsAsciiHexDigit((char)value) ? digits + 1 : 0;
            if (digits >= 2 * SuspiciousLength) return true;
        }
        return false;
    }

    bool NamesSomething(ObisReference reference)
        => catalogue.Find(reference) is { } entry && (entry.Kind == ValueKind.HexText || entry.Role == MeasurementRole.EquipmentIdentifier);

    void TakeObject(ObisReference reference, Span<byte> groups)
    {
        var namesSomething = NamesSomething(reference);
        var isKnown = catalogue.Find(reference) is not null;
        for (var open = groups.IndexOf((byte)'('); open >= 0; open = groups.IndexOf((byte)'('))
        {
            groups = groups[(open + 1)..];
            var group = groups[..groups.IndexOf((byte)')')];
            if (namesSomething) ReplaceIdentity(group);
            else if (TryReplaceSuspicious(group, isKnown) && !isKnown) Unknown.Add(reference);
            groups = groups[(group.Length + 1)..];
        }
    }

    void TakeBadLine(Span<byte> line)
    {
        var namesSomething = ObisReference.TryRead(line, out var reference, out var length) && NamesSomething(reference);
        Scrub(namesSomething ? line[length..] : line, namesSomething ? 1 : SuspiciousLength);
    }

    ref struct Handler(TelegramAnonymiser owner, ReadOnlySpan<byte> original, Span<byte> telegram) : IDataObjectHandler
    {
        readonly ReadOnlySpan<byte> _original = original;
        readonly Span<byte> _telegram = telegram;

        public int Objects { get; private set; }

        public readonly void OnHeader(ReadOnlySpan<byte> header) => owner.TakeHeader(Same(header));

        public void OnObject(in DataObject dataObject)
        {
            Objects++;
            owner.TakeObject(dataObject.Reference, Same(dataObject.Groups));
        }

        public readonly void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault) => owner.TakeBadLine(Same(line));

        /// <summary>The same stretch of the telegram that is being written.</summary>
        readonly Span<byte> Same(ReadOnlySpan<byte> part)
        {
            _original.Overlaps(part, out var at);
            return _telegram.Slice(part.IsEmpty ? 0 : at, part.Length);
        }
    }
}
