using System.Globalization;
using System.Text.Json;

namespace P1Bridge.EndToEnd.Support;

/// <summary>
/// Every value topic of a Belgian meter and its payload, made from the sidecar and the catalogue file without the program: the second
/// opinion beside the snapshots. Computed values are computed here once more, in decimals.
/// </summary>
sealed class ExpectedTopics
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:sszzz";

    /// <summary>Older captures are no readings of today.</summary>
    static readonly TimeSpan StaleAfter = TimeSpan.FromHours(24);

    readonly SortedDictionary<string, string> _topics = new(StringComparer.Ordinal);
    readonly Sidecar _sidecar;
    readonly string _base;

    ExpectedTopics(Sidecar sidecar, string baseTopic)
    {
        (_sidecar, _base) = (sidecar, baseTopic);
        AddRows("main", "", 0);
        AddSubMeters();
        AddComputed();
    }

    /// <summary>Topics and payloads of a telegram of the corpus.</summary>
    public static SortedDictionary<string, string> Of(string name, string baseTopic = "p1bridge/meter") => new ExpectedTopics(Sidecar.Read(name), baseTopic)._topics;

    bool IsDeltaGrid => _sidecar["1-0:94.32.1"] is [var grid, ..] ? Number(grid) == 230 : _sidecar["1-0:52.7.0"] is [var voltage, ..] && Number(voltage) == 0;

    void AddSubMeters()
    {
        var seen = new Dictionary<string, int>();
        for (var channel = 1; channel <= 4; channel++)
        {
            if (_sidecar[$"0-{channel}:24.1.0"] is not [var type, ..] || !IsLive(channel)) continue;
            var medium = CatalogueFile.MediumOfType[(int)Number(type)];
            var number = seen[medium] = seen.GetValueOrDefault(medium) + 1;
            AddRows(medium, number == 1 ? $"{medium}/" : $"{medium}_{number}/", channel);
        }
    }

    bool IsLive(int channel) => ((string[])["24.2.3", "24.2.1", "24.3.0"])
        .SelectMany(reference => _sidecar[$"0-{channel}:{reference}"])
        .Any(entry => Time(entry, "at") is { } captured && _sidecar.Clock - captured <= StaleAfter);

    void AddRows(string medium, string place, int channel)
    {
        var isDelta = channel == 0 && IsDeltaGrid;
        foreach (var row in CatalogueFile.Rows.Where(row => row.Media.Contains(medium) || (channel > 0 && row.Media.Contains("sub"))))
        {
            if (isDelta && row.IsAbsentOnDeltaGrid) continue;
            var entries = row.References.Select(reference => _sidecar[reference.Replace("-n:", $"-{channel}:", StringComparison.Ordinal)]).FirstOrDefault(static found => found.Count > 0) ?? [];
            if (row.Kind == "monthly_peaks") AddMonths(row, entries);
            else if (entries is [var entry, ..] && PayloadOf(row, entry) is { } payload) _topics[$"{_base}/{place}{row.Id}"] = payload;
        }
    }

    void AddMonths(CatalogueRow row, IReadOnlyList<JsonElement> entries)
    {
        foreach (var entry in entries)
        {
            if (Time(entry, "at") is null) continue;
            var month = Time(entry, "closed_at")!.Value.AddSeconds(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
            _topics[$"{_base}/{row.Id}/{month}"] = entry.GetProperty("value").GetRawText();
        }
    }

    static string? PayloadOf(CatalogueRow row, JsonElement entry)
    {
        if (row.Part == "time") return Time(entry, "at") is { } at ? at.ToString(TimeFormat, CultureInfo.InvariantCulture) : null;
        var value = entry.GetProperty("value");
        if (value.ValueKind == JsonValueKind.Null) return row.IsEmptyNone && !entry.TryGetProperty("raw", out _) ? "none" : null;
        // A row of hyphens is a text that was never set.
        if (row.Kind is not ("number" or "count" or "word")) return value.GetString() is { } text && text.Trim('-').Length > 0 ? text : null;
        if (row.Unit is not null && entry.GetProperty("unit").GetString() != row.Unit) return null;
        if (row.Kind == "word") return row.Words[value.GetRawText()];
        return row.Off.Contains(value.GetDecimal()) ? "none" : value.GetRawText();
    }

    void AddComputed()
    {
        AddSum("energy_import");
        AddSum("energy_export");
        Add("tariff_name", Find("tariff") switch { "1" => "day", "2" => "night", _ => null });
        if (NumberOf("power_import") is { } import && NumberOf("power_export") is { } export) Add("power", Text(import - export));
        AddForecast();
        AddPeakAverage();
        AddSignedCurrents();
        Add("quarter_remaining", Text(900 - ElapsedSeconds));
    }

    void AddSum(string id)
    {
        var parts = Enumerable.Range(1, 4).Select(tariff => NumberOf($"{id}_tariff_{tariff}")).OfType<decimal>().ToList();
        if (parts.Count > 0) Add(id, Text(parts.Sum()));
    }

    void AddForecast()
    {
        if (NumberOf("demand") is not { } demand || NumberOf("power_import") is not { } power) return;
        var forecast = Math.Round(demand + power * (900 - ElapsedSeconds) / 900, 3, MidpointRounding.AwayFromZero);
        Add("demand_forecast", forecast.ToString("0.000", CultureInfo.InvariantCulture));
        if (NumberOf("peak_month") is { } peak) Add("demand_headroom", (Math.Max(peak, 2.5m) - forecast).ToString("0.000", CultureInfo.InvariantCulture));
    }

    int ElapsedSeconds => _sidecar.Clock.Minute % 15 * 60 + _sidecar.Clock.Second;

    void AddSignedCurrents()
    {
        if (IsDeltaGrid) return;
        foreach (var phase in (string[])["l1", "l2", "l3"])
        {
            if (Find($"current_{phase}") is not { } current || NumberOf($"power_import_{phase}") is null || NumberOf($"power_export_{phase}") is not { } export) continue;
            Add($"current_{phase}_signed", export > 0 ? $"-{current}" : current);
        }
    }

    void AddPeakAverage()
    {
        var months = _topics.Where(topic => topic.Key.StartsWith($"{_base}/peaks/", StringComparison.Ordinal)).OrderByDescending(static topic => topic.Key, StringComparer.Ordinal)
            .Take(12).Select(static topic => Math.Max(decimal.Parse(topic.Value, CultureInfo.InvariantCulture), 2.5m)).ToList();
        if (months.Count > 0) Add("peak_average", Math.Round(months.Average(), 4, MidpointRounding.AwayFromZero).ToString("0.0000", CultureInfo.InvariantCulture));
    }

    /// <summary>What the meter sends itself is not computed.</summary>
    void Add(string id, string? payload)
    {
        if (payload is not null) _topics.TryAdd($"{_base}/{id}", payload);
    }

    string? Find(string id) => _topics.GetValueOrDefault($"{_base}/{id}");

    decimal? NumberOf(string id) => Find(id) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    static decimal Number(JsonElement entry) => entry.GetProperty("value").GetDecimal();

    static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    static DateTimeOffset? Time(JsonElement entry, string key)
        => entry.GetProperty(key) is { ValueKind: JsonValueKind.String } text ? text.GetDateTimeOffset() : null;
}
