using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace P1Bridge.Configuration;

/// <summary>
/// Reads the catalogue of measurements: the one that is built in, and rows of the user's own. Every fault is reported with file,
/// line and column.
/// </summary>
static partial class CatalogueLoader
{
    const string ResourceName = "catalogue.yaml";

    /// <summary>The built-in catalogue, with the rows of <paramref name="extraFile"/> behind its own.</summary>
    public static Catalogue Load(string? extraFile = null)
    {
        var builtIn = BuiltInText();
        if (extraFile is null) return Parse((ResourceName, builtIn));
        try
        {
            return Parse((ResourceName, builtIn), (extraFile, File.ReadAllText(extraFile)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueFileException($"{extraFile}: the catalogue file cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The text of the built-in catalogue.</summary>
    public static string BuiltInText() => ResourceText(ResourceName);

    /// <summary>The text of a file that is built in.</summary>
    public static string ResourceText(string name)
    {
        using var stream = typeof(CatalogueLoader).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Reads catalogue files; rows, media and markets of later ones come behind those of earlier ones.</summary>
    public static Catalogue Parse(params ReadOnlySpan<(string Name, string Text)> files)
    {
        var (media, markets, rows, places) = (new List<Medium>(), new List<Market>(), new List<Measurement>(), new List<string>());
        var openHab = new List<OpenHabDefault>();
        foreach (var (name, text) in files)
        {
            var root = ReadRoot(name, text);
            media.AddRange(root.Rows("media").Select(ReadMedium));
            markets.AddRange(root.Rows("markets").Select(ReadMarket));
            openHab.AddRange(root.Rows("openhab").SelectMany(ReadOpenHabDefaults));
            foreach (var row in root.Rows("measurements"))
            {
                foreach (var measurement in ReadMeasurements(row, media, openHab))
                {
                    rows.Add(measurement);
                    places.Add(row.Place);
                }
            }
            root.Finish();
        }
        try
        {
            CheckEntities(rows, places);
            return Catalogue.Create([.. media], [.. markets], [.. rows]);
        }
        catch (CatalogueException exception)
        {
            var lines = exception.Problems.Select(problem => problem.Row < 0 ? $"{problem}" : $"{places[problem.Row]}: {problem}").Distinct();
            throw new CatalogueFileException(string.Join(Environment.NewLine, lines), exception);
        }
    }

    /// <summary>Home Assistant's own rules, which the core does not know.</summary>
    static void CheckEntities(List<Measurement> rows, List<string> places)
    {
        var rules = HomeAssistant.HomeAssistantRules.Load();
        var lines = rows.Select((row, i) => (row, place: places[i], problem: row.HomeAssistant is { Platform: "sensor" or "binary_sensor" } entity ? rules.ProblemOf(entity) : null))
            .Where(static found => found.problem is not null).Select(static found => $"{found.place}: {found.row.Id}: home_assistant: {found.problem}").Distinct().ToList();
        if (lines.Count > 0) throw new CatalogueFileException(string.Join(Environment.NewLine, lines));
    }

    /// <summary>The mapping that a file consists of.</summary>
    public static YamlRow ReadRoot(string name, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return new YamlRow(name, root);
            throw new CatalogueFileException($"{name}:1:1: expected a mapping with 'measurements'");
        }
        catch (YamlException exception)
        {
            throw new CatalogueFileException($"{name}:{exception.Start.Line}:{exception.Start.Column}: {exception.Message}", exception);
        }
    }

    static Medium ReadMedium(YamlRow row)
    {
        var medium = new Medium(row.Text("id"), [.. row.Texts("device_types").Select(text => row.Whole("device_types", text))], ReadNames(row))
        {
            OpenHab = ReadEquipment(row),
        };
        row.Finish();
        return medium;
    }

    static Market ReadMarket(YamlRow row)
    {
        var market = new Market(row.Text("id"), ReadReferences(row, "detect"), ReadWords(row, "tariffs"))
        {
            Absent = ReadReferences(row, "absent"),
            Digits = row.OptionalText("digits") is { } digits ? row.Whole("digits", digits) : null,
            HasCapacityTariff = row.Switch("capacity_tariff"),
        };
        row.Finish();
        return market;
    }

    static IEnumerable<Measurement> ReadMeasurements(YamlRow row, List<Medium> media, List<OpenHabDefault> openHab)
    {
        var mediumIds = row.Texts("medium");
        var wanted = mediumIds is ["sub"] ? media.Where(static medium => !medium.IsMain).ToList()
            : mediumIds.IsEmpty ? media.Where(static medium => medium.IsMain).ToList()
            : mediumIds.Select(id => media.Find(medium => medium.Id == id) ?? throw row.Fault("medium", $"'{id}' is not one of media")).ToList();
        if (wanted.Count == 0) throw row.Fault("medium", $"there is none; expected a list 'media' with the id '{Medium.MainId}' and sub-meters");
        var first = ReadMeasurement(row, wanted[0]);
        first = first with { OpenHab = ReadOpenHab(row, first, openHab) };
        row.Finish();
        return wanted.Select(medium => first with { Medium = medium });
    }

    static Measurement ReadMeasurement(YamlRow row, Medium medium) => new()
    {
        Id = row.TextOr("id", ""),
        Medium = medium,
        References = ReadReferences(row, "obis"),
        Kind = row.OneOf("kind", Kinds),
        Part = row.OneOf("part", Parts, "value"),
        Position = row.OptionalText("position") is { } position ? row.Whole("position", position) : 1,
        Unit = row.TextOr("unit", "") is { Length: > 0 } unit
            ? MeterUnit.Find(unit) ?? throw row.Fault("unit", $"'{unit}' is unknown; expected one of {string.Join(", ", MeterUnit.All)}")
            : null,
        CanBeNegative = row.Switch("can_be_negative"),
        Words = ReadWords(row, "words"),
        OffValues = [.. row.Texts("off").Select(text => row.Number("off", text))],
        EmptyMeansNone = row.TextOr("empty", "") switch
        {
            "" => false,
            Core.Readings.Reading.NoneWord => true,
            var other => throw row.Fault("empty", $"'{other}' is unknown; expected none"),
        },
        Role = row.OneOf("role", Roles, "none"),
        AbsentOnDeltaGrid = row.Switch("absent_on_delta_grid"),
        Group = row.OneOf("group", Groups, "static"),
        MaximumRisePerHour = row.TextOr("maximum_rise_per_hour", "") is { Length: > 0 } rise ? row.Number("maximum_rise_per_hour", rise) : null,
        Formula = ReadFormula(row),
        Names = ReadNames(row),
        HomeAssistant = row.Section("home_assistant") is { } section ? ReadEntity(section) : null,
        Example = row.TextOr("example", ""),
        Simulated = row.Switch("simulate", fallback: true),
        Note = row.TextOr("note", ""),
    };

    static HomeAssistantEntity ReadEntity(YamlRow row)
    {
        var entity = new HomeAssistantEntity
        {
            Platform = row.TextOr("platform", "sensor"),
            DeviceClass = row.OptionalText("device_class"),
            StateClass = row.OptionalText("state_class"),
            Unit = row.OptionalText("unit"),
            Precision = row.OptionalText("precision") is { } precision ? row.Whole("precision", precision) : null,
            Category = row.OptionalText("category"),
            Enabled = row.Switch("enabled", fallback: true),
            Icon = row.OptionalText("icon"),
            Options = row.Texts("options"),
            PayloadOn = row.OptionalText("payload_on"),
            Attributes = row.OptionalText("attributes"),
        };
        row.Finish();
        return entity;
    }

    static Names ReadNames(YamlRow row)
    {
        var names = row.Section("names") ?? throw row.Fault("names", "is missing; expected { en, nl, fr, de }");
        var result = new Names(names.Text("en"), names.Text("nl"), names.Text("fr"), names.Text("de"));
        names.Finish();
        return result;
    }

    static Formula? ReadFormula(YamlRow row)
    {
        if (row.OptionalText("formula") is not { } text) return null;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 1 || !text.EndsWith(')')) throw row.Fault("formula", $"'{text}' must have the form function(id, id)");
        return new Formula(text[..open].Trim(), [.. text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries)]);
    }

    static ImmutableArray<ObisReference> ReadReferences(YamlRow row, string key)
        => [.. row.Texts(key).Select(text => ObisReference.TryParse(text, out var reference)
            ? reference
            : throw row.Fault(key, $"'{text}' is not an OBIS reference of the form A-B:C.D.E"))];

    static ImmutableSortedDictionary<long, string> ReadWords(YamlRow row, string key)
    {
        var words = ImmutableSortedDictionary.CreateBuilder<long, string>();
        foreach (var (number, word) in row.Pairs(key))
        {
            if (!words.TryAdd(row.Whole(key, number), word)) throw row.Fault(key, $"'{number}' is there twice");
        }
        return words.ToImmutable();
    }

    static readonly ImmutableDictionary<string, ValueKind> Kinds = Table(
        ("number", ValueKind.Number), ("count", ValueKind.Count), ("word", ValueKind.Word), ("timestamp", ValueKind.Timestamp),
        ("text", ValueKind.Text), ("hex_text", ValueKind.HexText), ("monthly_peaks", ValueKind.MonthlyPeaks), ("failure_log", ValueKind.FailureLog));

    static readonly ImmutableDictionary<string, ValuePart> Parts = Table(("value", ValuePart.Value), ("time", ValuePart.Time));

    static readonly ImmutableDictionary<string, PolicyGroup> Groups = Table(
        ("live", PolicyGroup.Live), ("totals", PolicyGroup.Totals), ("static", PolicyGroup.Static));

    static readonly ImmutableDictionary<string, MeasurementRole> Roles = Table(
        ("none", MeasurementRole.None), ("clock", MeasurementRole.Clock), ("version", MeasurementRole.Version),
        ("equipment_identifier", MeasurementRole.EquipmentIdentifier), ("device_type", MeasurementRole.DeviceType),
        ("reference_phase_voltage", MeasurementRole.ReferencePhaseVoltage), ("last_phase_voltage", MeasurementRole.LastPhaseVoltage), ("grid_type", MeasurementRole.GridType),
        ("failure_log", MeasurementRole.FailureLog));

    static ImmutableDictionary<string, T> Table<T>(params ReadOnlySpan<(string Name, T Value)> rows)
    {
        var table = ImmutableDictionary.CreateBuilder<string, T>();
        foreach (var (name, value) in rows)
            table.Add(name, value);
        return table.ToImmutable();
    }
}
