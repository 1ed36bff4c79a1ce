using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Bridging;

/// <summary>
/// What a meter's pipeline remembers, and its JSON: last good totals, topic names of sub-meters, which meters there are and were, the
/// running quarter-hour, monthly peaks, totals across meters. Parts that an older version did not store may be missing.
/// </summary>
sealed record MeterState
{
    public ImmutableArray<GuardedTotal> Totals { get; init; } = [];

    public ImmutableArray<SubMeterPlace> Places { get; init; } = [];

    public ImmutableArray<KnownMeter> Meters { get; init; } = [];

    public QuarterState? Quarter { get; init; }

    public ImmutableArray<KeptPeak> Peaks { get; init; } = [];

    public ImmutableArray<ContinuousTotal> Continuous { get; init; } = [];

    public ImmutableArray<FirstTotal> Firsts { get; init; } = [];

    /// <summary>Whether there is nothing worth a file.</summary>
    public bool IsEmpty => Totals.IsEmpty && Places.IsEmpty && Meters.IsEmpty && Quarter is null && Peaks.IsEmpty;

    /// <summary>What the pipeline knows now.</summary>
    public static MeterState Of(MeterPipeline pipeline) => new()
    {
        Totals = [.. pipeline.Guard.Totals],
        Places = [.. pipeline.SubMeters.Places],
        Meters = [.. pipeline.Registry.Meters],
        Quarter = pipeline.Demand.State,
        Peaks = [.. pipeline.Peaks.Peaks],
        Continuous = [.. pipeline.Continuous.Totals],
        Firsts = [.. pipeline.Continuous.Firsts],
    };

    /// <summary>Hands all of it to a pipeline that has seen no telegram yet.</summary>
    public void Restore(MeterPipeline pipeline)
    {
        pipeline.Guard.Restore(Totals);
        pipeline.SubMeters.Restore(Places);
        pipeline.Registry.Restore(Meters);
        if (Quarter is not null) pipeline.Demand.Restore(Quarter);
        pipeline.Peaks.Restore(Peaks);
        pipeline.Continuous.Restore(Continuous, Firsts);
    }

    /// <summary>Reads a file's root; all of it, before anything is taken over.</summary>
    public static MeterState Read(JsonElement root) => new()
    {
        Totals = [.. root.GetProperty("totals").EnumerateArray().Select(ReadTotal)],
        Places = [.. root.GetProperty("sub_meters").EnumerateArray().Select(ReadPlace)],
        Meters = [.. List(root, "meters").Select(ReadMeter)],
        Quarter = root.TryGetProperty("quarter", out var quarter) ? ReadQuarter(quarter) : null,
        Peaks = [.. List(root, "peaks").Select(ReadPeak)],
        Continuous = [.. List(root, "continuous_totals").Select(ReadContinuous)],
        Firsts = [.. List(root, "first_totals").Select(static row => new FirstTotal(Text(row, "meter"), Text(row, "id"), Number(row, "value")))],
    };

    /// <summary>Writes the root object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteList(json, "totals", Totals, static total =>
            [("meter", total.Meter), ("id", total.Id), ("value", total.Value), ("meter_time", total.MeterTime), ("received_at", total.ReceivedAt)]);
        WriteList(json, "sub_meters", Places, static place =>
            [("identity", place.Identity), ("medium", place.Medium), ("number", place.Number), ("first_seen", place.FirstSeen), ("last_capture", place.LastCapture)]);
        WriteList(json, "meters", Meters, static meter =>
            [("identity", meter.Identity), ("medium", meter.Medium), ("topic", meter.TopicName), ("since", meter.Since), ("replaced_at", meter.ReplacedAt), ("replaced_by", meter.ReplacedBy)]);
        if (Quarter is { } quarter)
        {
            json.WritePropertyName("quarter");
            WriteObject(json, [
                ("meter", quarter.Meter), ("time", quarter.Time), ("energy", quarter.Energy), ("demand", quarter.Demand),
                ("start_energy", quarter.StartEnergy), ("finished", quarter.Finished), ("alarm", quarter.IsAlarm)]);
        }
        WriteList(json, "peaks", Peaks, static peak =>
            [("meter", peak.Meter), ("month", peak.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)), ("time", peak.Time), ("value", peak.Value), ("origin", Origins[(int)peak.Origin])]);
        WriteList(json, "continuous_totals", Continuous, static total =>
            [("topic", total.Place), ("id", total.Id), ("meter", total.Meter), ("offset", total.Offset), ("last", total.Last)]);
        WriteList(json, "first_totals", Firsts, static first => [("meter", first.Meter), ("id", first.Id), ("value", first.Value)]);
        json.WriteEndObject();
    }

    static readonly ImmutableArray<string> Origins = ["quarter", "running", "history"];

    static void WriteList<T>(Utf8JsonWriter json, string name, ImmutableArray<T> rows, Func<T, (string Key, object? Value)[]> fields)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
            WriteObject(json, fields(row));
        json.WriteEndArray();
    }

    /// <summary>Numbers as texts, so that every digit stays; what is null is left out.</summary>
    static void WriteObject(Utf8JsonWriter json, (string Key, object? Value)[] fields)
    {
        json.WriteStartObject();
        foreach (var (key, value) in fields)
        {
            switch (value)
            {
                case null: break;
                case int number: json.WriteNumber(key, number); break;
                case bool flag: json.WriteBoolean(key, flag); break;
                case DateTimeOffset time: json.WriteString(key, time.ToString("O", CultureInfo.InvariantCulture)); break;
                default: json.WriteString(key, value.ToString()); break;
            }
        }
        json.WriteEndObject();
    }

    static GuardedTotal ReadTotal(JsonElement row)
        => new(Text(row, "meter"), Text(row, "id"), Number(row, "value"), Time(row, "meter_time"), Time(row, "received_at"));

    static SubMeterPlace ReadPlace(JsonElement row)
        => new(Text(row, "identity"), Text(row, "medium"), row.GetProperty("number").GetInt32(), Time(row, "first_seen"), Time(row, "last_capture"));

    static KnownMeter ReadMeter(JsonElement row) => new(
        Text(row, "identity"), Text(row, "medium"), Text(row, "topic"), Time(row, "since"),
        row.TryGetProperty("replaced_at", out _) ? Time(row, "replaced_at") : null, row.TryGetProperty("replaced_by", out _) ? Text(row, "replaced_by") : null);

    static QuarterState ReadQuarter(JsonElement row) => new(
        Text(row, "meter"), Time(row, "time"), OptionalNumber(row, "energy"), OptionalNumber(row, "demand"), OptionalNumber(row, "start_energy"),
        OptionalNumber(row, "finished"), row.GetProperty("alarm").GetBoolean());

    static KeptPeak ReadPeak(JsonElement row)
    {
        var origin = Origins.IndexOf(Text(row, "origin"));
        if (origin < 0) throw new FormatException($"'{Text(row, "origin")}' is no origin of a peak");
        var month = DateOnly.ParseExact(Text(row, "month"), "yyyy-MM", CultureInfo.InvariantCulture);
        return new(Text(row, "meter"), month, Time(row, "time"), Number(row, "value"), (PeakOrigin)origin);
    }

    static ContinuousTotal ReadContinuous(JsonElement row)
        => new(Text(row, "topic"), Text(row, "id"), Text(row, "meter"), Number(row, "offset"), Number(row, "last"));

    static JsonElement.ArrayEnumerator List(JsonElement root, string key) => root.TryGetProperty(key, out var list) ? list.EnumerateArray() : default;

    static FixedPoint Number(JsonElement row, string key) => FixedPoint.Parse(Text(row, key));

    static FixedPoint? OptionalNumber(JsonElement row, string key) => row.TryGetProperty(key, out _) ? Number(row, key) : null;

    static string Text(JsonElement row, string key) => row.GetProperty(key).GetString() ?? throw new FormatException($"'{key}' is missing");

    static DateTimeOffset Time(JsonElement row, string key) => DateTimeOffset.Parse(Text(row, key), CultureInfo.InvariantCulture);
}
