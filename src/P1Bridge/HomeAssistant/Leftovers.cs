using System.Text.Json;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// What a broker retains of this bridge, as it was read back: which topics are to be emptied to take everything, or one meter, away. Decides only.
/// </summary>
sealed class Leftovers(Topics topics, string discoveryPrefix)
{
    const string StateEnd = "/bridge/state";

    readonly Dictionary<string, string> _retained = new(StringComparer.Ordinal);

    /// <summary>Takes in a retained message; an empty one says that nothing is retained there any more.</summary>
    public void Hear(string topic, string payload)
    {
        if (payload.Length > 0) _retained[topic] = payload;
        else _retained.Remove(topic);
    }

    /// <summary>Whether the bridge runs.</summary>
    public bool IsBridgeOnline => _retained.GetValueOrDefault(topics.BridgeState) == Topics.Online;

    /// <summary>The announcements of this bridge, not those of others with another base topic.</summary>
    public IReadOnlyList<string> Announcements => [.. Devices().Where(device => device.Device.BridgeState == topics.BridgeState).Select(static device => device.Topic)];

    /// <summary>Values, availability and what the bridge says of itself; not what another bridge has whose base topic is below this one's.</summary>
    public IReadOnlyList<string> Values
    {
        get
        {
            var others = _retained.Keys.Where(topic => IsBelowBase(topic) && topic != topics.BridgeState && topic.EndsWith(StateEnd, StringComparison.Ordinal))
                .Select(static topic => topic[..^(StateEnd.Length - 1)]).ToList();
            return [.. _retained.Keys.Where(topic => IsBelowBase(topic) && !others.Exists(other => topic.StartsWith(other, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The announcement of a meter; null when there is none with this equipment identifier.</summary>
    public string? AnnouncementOf(string identity)
        => Announcements.FirstOrDefault(topic => SerialNumberOf(_retained[topic]) == identity);

    /// <summary>The equipment identifiers that are announced, for a message to who mistyped one.</summary>
    public IReadOnlyList<string> Identities => [.. Announcements.Select(topic => SerialNumberOf(_retained[topic])).OfType<string>()];

    /// <summary>
    /// The values that only the device of this topic shows: what its successor shows as well is not taken away, nor what the bridge says of itself, even
    /// when the user has deleted its device.
    /// </summary>
    public IReadOnlyList<string> ValuesOf(string announcement)
    {
        if (DiscoveredDevice.Parse(_retained[announcement]) is not { } device) return [];
        var others = Devices().Where(other => other.Topic != announcement).SelectMany(static other => other.Device.StateTopics.Union(other.Device.AvailabilityTopics)).ToHashSet();
        var own = device.StateTopics.Union(device.AvailabilityTopics).Where(topic => IsBelowBase(topic) && topic != topics.BridgeState && !others.Contains(topic)).ToList();
        return [.. own.Concat(own.Select(static topic => $"{topic}/attributes")).Where(_retained.ContainsKey).Order(StringComparer.Ordinal)];
    }

    static string? SerialNumberOf(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.TryGetProperty("device", out var device) && device.TryGetProperty("serial_number", out var number) ? number.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // It is not made as ours are, or has half a character in its text.
            return null;
        }
    }

    bool IsBelowBase(string topic) => topic.StartsWith($"{topics.Base}/", StringComparison.Ordinal);

    IEnumerable<(string Topic, DiscoveredDevice Device)> Devices()
        => from pair in _retained
           where pair.Key.StartsWith($"{discoveryPrefix}/", StringComparison.Ordinal)
           let device = DiscoveredDevice.Parse(pair.Value)
           where device is not null
           orderby pair.Key
           select (pair.Key, device);
}
