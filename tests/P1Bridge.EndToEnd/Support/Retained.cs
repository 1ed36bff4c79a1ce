using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;

namespace P1Bridge.EndToEnd.Support;

/// <summary>Questions to what a broker retains.</summary>
static class Retained
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The values of meters: without the bridge's own topics, availability, attributes and Home Assistant's.</summary>
    public static SortedDictionary<string, string> Values(this SortedDictionary<string, string> retained, string meter = "p1bridge/meter") => new(
        retained.Where(pair => pair.Key.StartsWith($"{meter}/", StringComparison.Ordinal) && !pair.Key.EndsWith("/availability", StringComparison.Ordinal)
            && !pair.Key.EndsWith("/attributes", StringComparison.Ordinal)).ToDictionary(),
        StringComparer.Ordinal);

    /// <summary>Home Assistant's discovery payloads by topic.</summary>
    public static SortedDictionary<string, JsonElement> Discovery(this SortedDictionary<string, string> retained) => new(
        retained.Where(static pair => pair.Key.StartsWith("homeassistant/", StringComparison.Ordinal)).ToDictionary(static pair => pair.Key, static pair => JsonElement.Parse(pair.Value)),
        StringComparer.Ordinal);

    /// <summary>The topics that the entities of a device read.</summary>
    public static IEnumerable<string> StateTopics(JsonElement device)
        => device.GetProperty("components").EnumerateObject().Where(static component => component.Value.TryGetProperty("state_topic", out _)).Select(static component => component.Value.GetProperty("state_topic").GetString()!);

    /// <summary>Waits until the broker retains exactly these values of a meter, and that the bridge is online.</summary>
    public static async Task<SortedDictionary<string, string>> RetainsAsync(
        this House house, Broker broker, SortedDictionary<string, string> values, string meter = "p1bridge/meter", TimeSpan? limit = null)
    {
        var retained = await Eventually.ReadAsync(broker.RetainedAsync, IsComplete, limit);
        if (IsComplete(retained)) return retained;
        var found = retained.Values(meter);
        Assert.Fail($"Missing: {Differing(values, found)}\nNot expected: {Differing(found, values)}\n{house.Story}");
        return retained;

        // The messages about the bridge itself are made by another task than the values.
        bool IsComplete(SortedDictionary<string, string> seen)
            => seen.Values(meter).SequenceEqual(values) && seen.ContainsKey("p1bridge/bridge/info") && seen.GetValueOrDefault("p1bridge/bridge/state") == "online";
    }

    /// <summary>Waits until so many devices are announced to Home Assistant.</summary>
    public static async Task<SortedDictionary<string, JsonElement>> AnnouncesAsync(this House house, Broker broker, int devices, TimeSpan? limit = null)
    {
        var retained = await Eventually.ReadAsync(broker.RetainedAsync, found => found.Discovery().Count == devices, limit);
        var announced = retained.Discovery();
        Assert.True(announced.Count == devices, $"Announced: {string.Join(", ", announced.Keys)}\n{house.Story}");
        return announced;
    }

    static string Differing(SortedDictionary<string, string> left, SortedDictionary<string, string> right)
        => string.Join(", ", left.Except(right).Select(static pair => $"{pair.Key}={pair.Value}"));

    /// <summary>A line per topic; JSON payloads over several lines.</summary>
    public static string Report(IEnumerable<KeyValuePair<string, string>> retained)
    {
        var text = new StringBuilder();
        foreach (var (topic, payload) in retained)
            text.Append(topic).Append(" = ").Append(payload.StartsWith('{') ? JsonSerializer.Serialize(JsonElement.Parse(payload), Readable) : payload).Append('\n');
        return text.ToString();
    }
}
