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

    /// <summary>Takes in what the broker retains on a discovery topic; null means that it retains nothing of this program there.</summary>
    public void Hear(string topic, DiscoveredDevice? device)
    {
        var found = device?.StateTopics.Where(state => state.StartsWith(topicPrefix, StringComparison.Ordinal)).ToHashSet();
        if (found is { Count: > 0 } && _stateTopics.Count < MostDevices) _stateTopics[topic] = found;
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
}
