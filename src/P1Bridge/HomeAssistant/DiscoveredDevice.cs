using System.Collections.Immutable;
using System.Text.Json;

namespace P1Bridge.HomeAssistant;

/// <summary>An entity that Home Assistant was told of: enough to take it back.</summary>
/// <param name="Id">Its key among the components.</param>
/// <param name="Platform"><c>sensor</c>, <c>binary_sensor</c> or <c>button</c>.</param>
readonly record struct DiscoveredComponent(string Id, string Platform);

/// <summary>A device that some run of this program, here or elsewhere, announced, as its message on the broker tells.</summary>
/// <param name="StateTopics">The topics that its entities listen to.</param>
/// <param name="AvailabilityTopics">The topics that say whether it is there.</param>
/// <param name="Components">Its entities.</param>
sealed record DiscoveredDevice(ImmutableHashSet<string> StateTopics, ImmutableHashSet<string> AvailabilityTopics, ImmutableArray<DiscoveredComponent> Components)
{
    const string BridgeStateEnd = "/bridge/state";

    /// <summary>The state of the bridge that announced it; null when it does not tell.</summary>
    public string? BridgeState => AvailabilityTopics.Concat(StateTopics).FirstOrDefault(static topic => topic.EndsWith(BridgeStateEnd, StringComparison.Ordinal));

    /// <summary>Reads a discovery message; null when it is not this program's.</summary>
    public static DiscoveredDevice? Parse(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (TextOf(root, "origin", "name") != DiscoveryBuilder.ProgramName) return null;
            if (!TryGet(root, "components", out var components) || components.ValueKind != JsonValueKind.Object) return null;
            var entities = components.EnumerateObject().ToList();
            return new DiscoveredDevice(
                [.. entities.Select(static entity => TextOf(entity.Value, "state_topic")).OfType<string>()],
                [.. AvailabilityOf(root), .. entities.SelectMany(static entity => AvailabilityOf(entity.Value))],
                [.. entities.Select(static entity => new DiscoveredComponent(entity.Name, TextOf(entity.Value, "platform") ?? "sensor"))]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Anybody may write there; what is no JSON, or has half a character in a text, is none of ours.
            return null;
        }
    }

    static List<string> AvailabilityOf(JsonElement element)
        => TryGet(element, "availability", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(static item => TextOf(item, "topic")).OfType<string>().ToList()
            : [];

    static string? TextOf(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (!TryGet(element, key, out element)) return null;
        }
        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }

    static bool TryGet(JsonElement element, string key, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out value);
    }
}
