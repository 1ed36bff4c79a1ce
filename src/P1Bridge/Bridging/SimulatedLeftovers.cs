using P1Bridge.Configuration;
using P1Bridge.Outputs;

namespace P1Bridge.Bridging;

/// <summary>
/// What the broker retains of simulated meters, and of a bridge that has no other: erased when it stops, so that no made-up house stays in Home Assistant when the real
/// cable is plugged in. Safe to use from several threads.
/// </summary>
sealed class SimulatedLeftovers(BridgeOptions options, Topics topics)
{
    readonly string[] _places = [.. options.Meters.Where(static meter => meter.Source is SimulatorSourceOptions).Select(meter => $"{topics.Base}/{meter.Name}/")];
    readonly HashSet<string> _retained = [];

    /// <summary>Whether there is no real meter: then nothing of the bridge itself is to stay either.</summary>
    public bool IsAll { get; } = options.Meters.Count > 0 && options.Meters.All(static meter => meter.Source is SimulatorSourceOptions);

    /// <summary>The topics to erase, the announcements first: Home Assistant shall forget a value's device before the value.</summary>
    public IReadOnlyList<string> Topics
    {
        get
        {
            lock (_retained) return [.. _retained.OrderBy(topic => topic.StartsWith($"{topics.Base}/", StringComparison.Ordinal)).ThenBy(static topic => topic, StringComparer.Ordinal)];
        }
    }

    /// <summary>A message went to the broker.</summary>
    public void Note(in MqttPublication message)
    {
        if (!message.Retain || _places.Length == 0) return;
        lock (_retained)
        {
            if (message.Payload is null) _retained.Remove(message.Topic);
            else if (IsSimulated(message.Topic, message.Payload)) _retained.Add(message.Topic);
        }
    }

    /// <summary>An announcement is a simulated meter's when its values are. Without a real meter everything is made up.</summary>
    bool IsSimulated(string topic, string payload) => IsAll || (topic.StartsWith($"{topics.Base}/", StringComparison.Ordinal)
        ? _places.Any(place => topic.StartsWith(place, StringComparison.Ordinal))
        : topic.StartsWith($"{options.HomeAssistant.DiscoveryPrefix}/", StringComparison.Ordinal) && _places.Any(place => payload.Contains($"\"{place}", StringComparison.Ordinal)));
}
