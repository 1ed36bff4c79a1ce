using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Configuration;

/// <summary>Reads the meters that can be simulated. Every line of their telegrams must be one that the catalogue knows.</summary>
static class SimulatorProfileLoader
{
    const string ResourceName = "simulator.yaml";

    static readonly Lazy<ImmutableArray<string>> Known = new(static () => [SimulatorProfile.Usual.Id, .. Rows().Select(static row => row.Text("id"))]);

    static readonly ImmutableDictionary<string, Wiring> Wirings = new Dictionary<string, Wiring>
    {
        ["three_phases"] = Wiring.ThreePhases, ["one_phase"] = Wiring.OnePhase, ["delta"] = Wiring.Delta,
    }.ToImmutableDictionary();

    static readonly ImmutableDictionary<string, HeatSource> HeatSources = new Dictionary<string, HeatSource>
    {
        ["gas"] = HeatSource.Gas, ["heat_pump"] = HeatSource.HeatPump, ["district"] = HeatSource.District,
    }.ToImmutableDictionary();

    /// <summary>All profiles, the usual one first.</summary>
    public static ImmutableArray<string> Names => Known.Value;

    /// <summary>The profile of a name, which is one of <see cref="Names"/>.</summary>
    public static SimulatorProfile Find(string name, Catalogue catalogue)
        => name == SimulatorProfile.Usual.Id ? SimulatorProfile.Usual : Read(Rows().First(row => row.Text("id") == name), catalogue);

    static IEnumerable<YamlRow> Rows() => CatalogueLoader.ReadRoot(ResourceName, CatalogueLoader.ResourceText(ResourceName)).Rows("profiles");

    static SimulatorProfile Read(YamlRow row, Catalogue catalogue)
    {
        var lines = Unwrap(row.Text("telegram"));
        var profile = new SimulatorProfile(row.Text("id"), new HouseKind(row.OneOf("wiring", Wirings), row.OneOf("heating", HeatSources)), lines[0])
        {
            Interval = TimeSpan.FromSeconds(row.Whole("interval", row.TextOr("interval", "1"))),
            HasChecksum = row.Switch("checksum", fallback: true),
            Key = Convert.FromHexString(row.TextOr("key", "")),
            Telegram = ReadLines(row, lines[1..], catalogue),
        };
        row.Text("about");
        row.Finish();
        return profile;
    }

    /// <summary>Lines without the empty one and the end sign; what begins with a bracket belongs to the line before it.</summary>
    static List<string> Unwrap(string telegram)
    {
        var lines = new List<string>();
        foreach (var line in telegram.Split('\n').Where(static line => line.Length > 0 && line != "!"))
        {
            if (line[0] == '(') lines[^1] += $"\n{line}";
            else lines.Add(line);
        }
        return lines;
    }

    static ImmutableArray<ProfileLine> ReadLines(YamlRow row, List<string> lines, Catalogue catalogue)
    {
        var media = new Dictionary<byte, Medium>();
        var entries = new List<(string Line, byte Channel, CatalogueEntry Entry)>();
        foreach (var line in lines)
        {
            var open = line.IndexOf('(', StringComparison.Ordinal);
            if (open < 0 || !ObisReference.TryParse(line[..open], out var reference) || catalogue.Find(reference) is not { } entry)
                throw row.Fault("telegram", $"'{line}' is no line of the catalogue");
            entries.Add((line, reference.B, entry));
            if (entry.Role == MeasurementRole.DeviceType)
                media[reference.B] = catalogue.MediumOf(row.Whole("telegram", line[(open + 1)..].TrimEnd(')'))) ?? throw row.Fault("telegram", $"'{line}' is no known device type");
        }
        return [.. entries.Select(found => Line(found.Line, found.Channel, found.Entry, media))];
    }

    static ProfileLine Line(string line, byte channel, CatalogueEntry entry, Dictionary<byte, Medium> media)
    {
        var medium = media.GetValueOrDefault(channel);
        var rows = entry.Rows.Where(row => row.Medium == medium || row.Medium.IsMain).ToList();
        var row = rows.FirstOrDefault(static row => row.Part == ValuePart.Value) ?? rows.FirstOrDefault() ?? entry.Rows[0];
        return new ProfileLine(row.Medium.Id, ValueKey.Of(row), new LinePattern(row with { Example = line }, channel));
    }
}
