using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// Devices of this program with another base topic, or below another discovery prefix. They belong to another bridge, which is left alone, or to
/// nobody any more: to this bridge before its settings were changed, or to one that has gone without a trace. Decides only.
/// </summary>
/// <param name="ownState">This bridge's own state topic.</param>
/// <param name="former">What this bridge announced in its last run.</param>
/// <param name="prefix">The discovery prefix, as a topic's beginning.</param>
sealed class ForeignDiscovery(string ownState, FormerDiscovery former, string prefix)
{
    const int MostDevices = 200;
    const string SomethingElse = "other";

    readonly Dictionary<string, string> _devices = [];
    readonly Dictionary<string, string> _states = [];
    readonly HashSet<string> _outside = [];
    FormerDiscovery _former = former;
    readonly Queue<string> _wanted = new(former.Topics.Where(topic => !topic.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>The next topic whose messages must be heard to decide; null when none is wanted any more.</summary>
    public string? TakeWanted() => _wanted.TryDequeue(out var topic) ? topic : null;

    /// <summary>Takes in what stands on a discovery topic; null means that it is nothing of this program.</summary>
    public void Hear(string topic, DiscoveredDevice? device)
    {
        if (!topic.StartsWith(prefix, StringComparison.Ordinal))
        {
            // Below the former prefix: only what the last run announced is listened to there.
            if (device is not null && _former.Topics.Contains(topic)) _outside.Add(topic);
            else _outside.Remove(topic);
        }
        else if (device?.BridgeState is { } state && state != ownState && MayKnow(topic, state))
        {
            _devices[topic] = state;
            if (_states.TryAdd(state, "")) _wanted.Enqueue(state);
        }
        else
        {
            _devices.Remove(topic);
        }
    }

    /// <summary>Takes in a bridge's state; false when the topic is none that was asked for.</summary>
    public bool HearState(string topic, string payload)
    {
        if (!_states.ContainsKey(topic)) return false;
        // Whatever else stands there may be long, and means no more than that something does.
        _states[topic] = payload is "" or Topics.Online ? payload : SomethingElse;
        return true;
    }

    /// <summary>
    /// The bridge of the last run, with another base topic, is not there: that was us, and what it left is ours. False also while nothing of it was heard.
    /// </summary>
    public bool IsFormerGone => _former.BridgeState != ownState && _states.TryGetValue(_former.BridgeState, out var state) && state != Topics.Online;

    /// <summary>What the last run left has been looked for; who uses its settings later is another bridge.</summary>
    public void ForgetFormer() => _former = FormerDiscovery.Unknown;

    /// <summary>A state topic is subscribed to and stays so: anybody may write announcements that name ever new ones.</summary>
    bool MayKnow(string topic, string state) => !state.AsSpan().ContainsAny('+', '#', '\0')
        && (_devices.ContainsKey(topic) || _devices.Count < MostDevices) && (_states.ContainsKey(state) || _states.Count < MostDevices);

    /// <summary>The running bridge that announced this device, by its state topic; null when there is none.</summary>
    public string? OwnerOf(string topic) => _devices.TryGetValue(topic, out var state) && _states[state] == Topics.Online ? state : null;

    /// <summary>Takes out the devices that nobody speaks for. A bridge always leaves its state behind, at the least as its will.</summary>
    public List<string> TakeOrphans()
    {
        var orphans = _devices.Where(pair => IsNobodys(pair.Value)).Select(static pair => pair.Key).Concat(_outside).ToList();
        orphans.ForEach(topic => _devices.Remove(topic));
        _outside.Clear();
        return orphans;
    }

    bool IsNobodys(string state) => _states[state].Length == 0 || (_states[state] != Topics.Online && _former.BridgeState == state);
}

/// <summary>What this bridge announced in its last run, as far as it is known.</summary>
/// <param name="BridgeState">The topic of its state then; empty when not known.</param>
/// <param name="Topics">Its discovery topics then.</param>
sealed record FormerDiscovery(string BridgeState, IReadOnlySet<string> Topics)
{
    /// <summary>Nothing is known.</summary>
    public static readonly FormerDiscovery Unknown = new("", new HashSet<string>());
}
