using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli.Decoding;

/// <summary>
/// Turns a byte stream into everything its telegrams say, for people and for tests. Accepts and refuses exactly what the bridge does,
/// because the same <see cref="TelegramReader"/> decides.
/// </summary>
sealed class TelegramDecoder(Catalogue catalogue, DecryptionOptions? decryption = null)
{
    readonly TelegramReader _reader = new(catalogue, decryption: decryption);

    /// <summary>Takes a piece of the stream and returns what it completed.</summary>
    public IReadOnlyList<DecodedResult> Append(ReadOnlySpan<byte> piece)
    {
        var results = new List<DecodedResult>();
        while (_reader.TryRead(ref piece, out var outcome))
            results.Add(Take(outcome));
        return results;
    }

    /// <summary>Says that the stream ended.</summary>
    public IReadOnlyList<DecodedResult> Complete()
    {
        var results = new List<DecodedResult>();
        while (_reader.TryComplete(out var outcome))
            results.Add(Take(outcome));
        return results;
    }

    DecodedResult Take(TelegramOutcome outcome)
    {
        if (!outcome.IsAccepted) return new DecodedError(outcome.Reason, outcome.LineEndsChanged, _reader.Telegram.ToArray());
        var collector = new Collector(catalogue);
        TelegramParser.Parse(_reader.Telegram, ref collector);
        return collector.ToTelegram(_reader.Checksum);
    }

    struct Collector(Catalogue catalogue) : IDataObjectHandler
    {
        readonly List<DecodedObject> _objects = [];
        readonly List<BadLine> _badLines = [];
        string _header = "";

        public void OnHeader(ReadOnlySpan<byte> header) => _header = Encoding.Latin1.GetString(header);

        public readonly void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault)
            => _badLines.Add(new BadLine(Encoding.Latin1.GetString(line), faultAt, fault));

        public readonly void OnObject(in DataObject dataObject)
        {
            var entry = catalogue.Find(dataObject.Reference);
            var values = new List<DecodedValue>();
            var walk = new ObjectValues(dataObject);
            var isEmptyBuffer = entry?.Kind is ValueKind.MonthlyPeaks or ValueKind.FailureLog && walk.Layout != ObjectLayout.Buffer;
            while (!isEmptyBuffer && walk.MoveNext())
                values.Add(ValueDecoder.Decode(walk.Current, entry?.Kind));
            _objects.Add(new DecodedObject(dataObject.Reference, entry?.Rows[0], values, IssueOf(dataObject, entry)));
        }

        public readonly DecodedTelegram ToTelegram(ushort? checksum)
        {
            var clock = _objects.Find(static found => found.Row?.Role == MeasurementRole.Clock);
            return new DecodedTelegram(_header, checksum, clock is { Values: [{ Moment: { } moment }, ..] } ? moment : null, _objects, _badLines);
        }

        /// <summary>No issue when any of the object's rows takes it; without a row only its time stamp can be judged.</summary>
        static IssueClass IssueOf(in DataObject dataObject, CatalogueEntry? entry)
        {
            var slot = new ObjectSlot();
            slot.Fill(dataObject, entry?.Kind ?? ValueKind.Number);
            if (entry is null)
                return slot.TimeStatus switch
                {
                    TimestampStatus.Unset => IssueClass.UnsetTimestamp,
                    TimestampStatus.Bad => IssueClass.BadTimestamp,
                    _ => IssueClass.None,
                };
            var issues = entry.Rows.Where(static row => row.Part == ValuePart.Value).Select(row => ReadingRules.Examine(row, slot)).ToList();
            return issues.Contains(IssueClass.None) ? IssueClass.None : issues.OrderBy(static issue => issue == IssueClass.UnitMismatch).First();
        }
    }
}
