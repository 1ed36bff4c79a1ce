using System.Collections.Immutable;
using System.Text;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Measurements;

/// <summary>What every catalogue row must fulfil. Each rule says what was expected.</summary>
static class CatalogueRules
{
    /// <summary>Ids that name topics of other things on the same level.</summary>
    static readonly ImmutableHashSet<string> Reserved = ["availability", "bridge", "json", "raw"];

    public static ImmutableArray<CatalogueProblem> Check(ImmutableArray<Medium> media, ImmutableArray<Market> markets, ImmutableArray<Measurement> rows)
    {
        var problems = ImmutableArray.CreateBuilder<CatalogueProblem>();
        CheckMedia(media, problems);
        CheckMarkets(markets, rows, problems);
        var seen = new HashSet<(string, string)>();
        var kinds = new Dictionary<ObisReference, ValueKind>();
        for (var i = 0; i < rows.Length; i++)
        {
            var (row, index) = (rows[i], i);
            void Report(string text) => problems.Add(new CatalogueProblem(index, row.Id.Length > 0 ? row.Id : row.Role.ToString(), text));
            CheckIdentity(row, media, seen, Report);
            CheckReferences(row, kinds, Report);
            CheckReading(row, Report);
            CheckExample(row, Report);
            CheckFormula(row, rows.AsSpan()[..i], Report);
            CheckHomeAssistant(row, rows, Report);
            CheckOpenHab(row.OpenHab, Report);
        }
        return problems.ToImmutable();
    }

    static void CheckMedia(ImmutableArray<Medium> media, ImmutableArray<CatalogueProblem>.Builder problems)
    {
        void Report(string text) => problems.Add(new CatalogueProblem(-1, "media", text));
        if (media.Count(static medium => medium.IsMain) != 1) Report($"exactly one medium must have the id '{Medium.MainId}'");
        foreach (var id in media.GroupBy(static medium => medium.Id).Where(static group => group.Count() > 1)) Report($"'{id.Key}' is there twice");
        foreach (var type in media.SelectMany(static medium => medium.DeviceTypes).GroupBy(static type => type).Where(static group => group.Count() > 1))
            Report($"device type {type.Key} belongs to more than one medium");
    }

    static void CheckMarkets(ImmutableArray<Market> markets, ImmutableArray<Measurement> rows, ImmutableArray<CatalogueProblem>.Builder problems)
    {
        void Report(string text) => problems.Add(new CatalogueProblem(-1, "markets", text));
        var known = rows.SelectMany(static row => row.References).ToHashSet();
        foreach (var market in markets)
        {
            if (market.Detect.IsEmpty) Report($"'{market.Id}' needs an object to detect it by");
            foreach (var reference in market.Detect.Concat(market.Absent).Where(reference => !known.Contains(reference)))
                Report($"'{market.Id}' is detected by {reference}, which is the object of no row");
        }
    }

    static void CheckIdentity(Measurement row, ImmutableArray<Medium> media, HashSet<(string, string)> seen, Action<string> report)
    {
        if (row.Id.Length == 0 && row.Role == MeasurementRole.None) report("a row needs an id, a role, or both");
        if (row.Id.Any(static letter => letter is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))) report("an id is made of a-z, 0-9 and _");
        if (Reserved.Contains(row.Id) || (row.Medium.IsMain && media.Any(medium => medium.Id == row.Id)))
            report("this id is the name of another topic; choose another one");
        if (row.Id.Length > 0 && !seen.Add((row.Medium.Id, row.Id))) report($"the id is there twice for medium '{row.Medium.Id}'");
        if (row.IsPublished && Names.Languages.Any(language => string.IsNullOrWhiteSpace(row.Names.In(language))))
            report($"a name is missing; expected one for each of {string.Join(", ", Names.Languages)}");
    }

    static void CheckReferences(Measurement row, Dictionary<ObisReference, ValueKind> kinds, Action<string> report)
    {
        if (row.References.IsEmpty && row.Formula is null) report("a row needs an OBIS reference or a formula");
        foreach (var reference in row.References)
        {
            var anyChannel = reference.B == ObisReference.AnyChannel;
            if (anyChannel && row.Medium.IsMain) report($"{reference} is a sub-meter's object, but the medium is '{Medium.MainId}'");
            if (!anyChannel && !row.Medium.IsMain) report($"{reference} must have the channel 'n', because sub-meters can be on any");
            if (!kinds.TryAdd(reference, row.Kind) && kinds[reference] != row.Kind && row.Part == ValuePart.Value)
                report($"{reference} is read as {kinds[reference]} by an earlier row");
        }
    }

    static void CheckReading(Measurement row, Action<string> report)
    {
        if (row.Kind == ValueKind.Word && row.Words.IsEmpty) report("kind 'word' needs 'words'");
        if (row.Kind != ValueKind.Word && !row.Words.IsEmpty) report("'words' belong to kind 'word' only");
        if (row.IsTotal && (row.Kind != ValueKind.Number || row.Unit is null)) report("a guarded total needs kind 'number' and a unit");
        if (row.Position is not (1 or 2)) report("'position' must be 1 or 2");
        if (row.Position == 2 && row.Kind != ValueKind.Number) report("only kind 'number' has a second 'position'");
        if (row.Kind is ValueKind.Text or ValueKind.HexText or ValueKind.Word or ValueKind.Timestamp && row.Unit is not null)
            report($"kind '{row.Kind}' has no unit");
    }

    static void CheckExample(Measurement row, Action<string> report)
    {
        if (row.References.IsEmpty) return;
        var telegram = Encoding.Latin1.GetBytes($"/CHECK\r\n\r\n{row.Example.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\n!");
        var check = new ExampleCheck(row);
        TelegramParser.Parse(telegram, ref check);
        if (check.Fault is { } fault) report($"the example '{row.Example}' {fault}");
    }

    static void CheckFormula(Measurement row, ReadOnlySpan<Measurement> earlier, Action<string> report)
    {
        if (row.Formula is not { } formula) return;
        if (Formulas.ProblemOf(formula) is { } problem) report(problem);
        foreach (var argument in formula.Arguments)
        {
            var found = false;
            foreach (var candidate in earlier) found |= candidate.Id == argument && candidate.Medium == row.Medium;
            if (!found) report($"the formula's argument '{argument}' must be a row of the same medium further up");
        }
    }

    static void CheckHomeAssistant(Measurement row, ImmutableArray<Measurement> rows, Action<string> report)
    {
        if (row.HomeAssistant is not { } entity) return;
        if (entity.Attributes is { } source && !rows.Any(other => other.Id == source && other.Medium == row.Medium && other.Kind == ValueKind.MonthlyPeaks))
            report($"'attributes' must name a row of kind monthly_peaks of the same medium, found '{source}'");
        if (!row.IsPublished) report("a row without id cannot be a Home Assistant entity");
        if (entity.Platform is not ("sensor" or "binary_sensor")) report($"platform '{entity.Platform}' is unknown; expected sensor or binary_sensor");
        if (entity.Platform == "binary_sensor" && entity.PayloadOn is null) report("a binary_sensor needs 'payload_on'");
        if (entity.DeviceClass == "enum" && entity.Options.IsEmpty) report("device class 'enum' needs 'options'");
        if (entity.Category is not (null or "diagnostic")) report($"entity category '{entity.Category}' is unknown; expected diagnostic or none");
    }

    static void CheckOpenHab(OpenHabItem item, Action<string> report)
    {
        var hasDimension = item.Type.StartsWith("Number:", StringComparison.Ordinal) && item.Type["Number:".Length..].All(char.IsAsciiLetter);
        if (!hasDimension && item.Type is not ("Number" or "String" or "DateTime"))
            report($"openHAB's type '{item.Type}' is unknown here; expected Number, Number:<dimension>, String or DateTime");
        if (hasDimension != item.Unit is not null) report($"openHAB's type '{item.Type}' {(hasDimension ? "needs a unit" : "has no unit")}");
        if (item.Tags.IsEmpty || item.Tags.Length > 2) report("openHAB wants one Point tag and at most one Property tag");
        foreach (var word in item.Tags.Append(item.Icon).Where(static word => word.Length == 0 || !word.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')))
            report($"openHAB's tags and icons are made of letters and digits, '{word}' is not");
    }

    /// <summary>Reads the example as the bridge would and keeps the first fault.</summary>
    struct ExampleCheck(Measurement row) : IDataObjectHandler
    {
        string? _fault;
        bool _hasObject;

        public readonly string? Fault => _fault ?? (_hasObject ? null : "holds no data object");

        public readonly void OnHeader(ReadOnlySpan<byte> header)
        {
        }

        public void OnObject(in DataObject dataObject)
        {
            _hasObject = true;
            var channel = dataObject.Reference.B;
            var reference = row.Medium.IsMain ? dataObject.Reference : dataObject.Reference.WithChannel(ObisReference.AnyChannel);
            if (!row.References.Contains(reference) || (!row.Medium.IsMain && channel is < 1 or > 4))
            {
                _fault ??= "has another reference than the row";
                return;
            }
            var slot = new ObjectSlot();
            slot.Fill(dataObject, row.Kind);
            var issue = ReadingRules.Examine(row, slot);
            if (issue != IssueClass.None) _fault ??= $"cannot be read: {Issues.Name(issue)}";
        }

        public void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault) => _fault ??= $"is no data object ({fault})";
    }
}
