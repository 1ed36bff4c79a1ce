using System.Text.Json;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// The devices that an earlier run announced and that are still retained by the broker. One of them that speaks on a topic that now
/// belongs to another meter would show that one's totals as its own. Decides only. Devices of other programs, and of bridges with another
/// base topic, are not looked at.
/// </summary>
sealed class EarlierDiscovery(string topicPrefix)
{
    /// <summary>More than any house has; what a broker holds beyond that is not ours.</summary>
    const int MostDevices = 200;

    readonly Dictionary<string, HashSet<string>> _stateTopics = [];

    public bool IsEmpty => _stateTopics.Count == 0;

    /// <summary>Takes in what the broker retains on a discovery topic; an empty payload means that it retains nothing more.</summary>
    public void Hear(string topic, string payload)
    {
        if (payload.Length > 0 && _stateTopics.Count < MostDevices && StateTopicsOf(payload) is { Count: > 0 } found) _stateTopics[topic] = found;
        else _stateTopics.Remove(topic);
    }

    /// <summary>Forgets a device that this run announces itself.</summary>
    public void Forget(string topic) => _stateTopics.Remove(topic);

    /// <summary>Takes out the devices that <paramref name="isTakenOver"/> says another meter has the topics of.</summary>
    public List<string> TakeOut(Func<IReadOnlySet<string>, bool> isTakenOver)
    {
        var taken = _stateTopics.Where(pair => isTakenOver(pair.Value)).Select(static pair => pair.Key).ToList();
        taken.ForEach(Forget);
        return taken;
    }

    /// <summary>The topics below our base that a device of this program listens to; null for everything else.</summary>
    HashSet<string>? StateTopicsOf(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (TextOf(root, "origin", "name") != DiscoveryBuilder.ProgramName || !TryGet(root, "components", out var components)) return null;
            return components.ValueKind != JsonValueKind.Object ? null : [.. components.EnumerateObject()
                .Select(static component => TextOf(component.Value, "state_topic"))
                .OfType<string>()
                .Where(topic => topic.StartsWith(topicPrefix, StringComparison.Ordinal))];
        }
        catch (JsonException)
        {
            // Anybody may write there; what is no JSON is none of ours.
            return null;
        }
    }

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
