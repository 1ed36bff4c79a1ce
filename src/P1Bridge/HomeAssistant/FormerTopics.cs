namespace P1Bridge.HomeAssistant;

/// <summary>
/// What this bridge left below the base topic that it had in its last run: the topics that its own announcements of then name, and those beside
/// them. Only what certainly was ours counts: the last run wrote down its state topic, and the announcements name it. Decides only.
/// </summary>
/// <param name="ownPrefix">The present base topic, with its slash; nothing below it is ever named.</param>
/// <param name="former">What this bridge announced in its last run.</param>
sealed class FormerTopics(string ownPrefix, FormerDiscovery former)
{
    const string StateEnd = "bridge/state";
    const string AvailabilityEnd = "/availability";

    /// <summary>More than any house has.</summary>
    const int MostTopics = 5000;

    readonly HashSet<string> _topics = [];

    /// <summary>The former base topic with its slash; empty when it is the present one, or not known.</summary>
    public string Prefix { get; } = former.BridgeState.EndsWith("/" + StateEnd, StringComparison.Ordinal) && !former.BridgeState.StartsWith(ownPrefix, StringComparison.Ordinal)
        ? former.BridgeState[..^StateEnd.Length] : "";

    /// <summary>Takes in what stands on a discovery topic.</summary>
    public void Hear(DiscoveredDevice? device)
    {
        if (Prefix.Length == 0 || device?.BridgeState != former.BridgeState) return;
        foreach (var topic in device.StateTopics.Union(device.AvailabilityTopics).Where(IsFormer))
        {
            if (_topics.Count >= MostTopics) return;
            _topics.UnionWith(With(topic));
        }
    }

    /// <summary>Takes out all topics to empty, once.</summary>
    public List<string> Take()
    {
        if (_topics.Count > 0) _topics.Add($"{Prefix}bridge/info");
        List<string> topics = [.. _topics.Order(StringComparer.Ordinal)];
        _topics.Clear();
        return topics;
    }

    bool IsFormer(string topic) => topic.StartsWith(Prefix, StringComparison.Ordinal) && !topic.StartsWith(ownPrefix, StringComparison.Ordinal) && !topic.AsSpan().ContainsAny('+', '#');

    /// <summary>A value may have attributes; what has an availability may have a JSON object.</summary>
    static string[] With(string topic) => topic.EndsWith(AvailabilityEnd, StringComparison.Ordinal)
        ? [topic, $"{topic[..^AvailabilityEnd.Length]}/json"]
        : [topic, $"{topic}/attributes"];
}
