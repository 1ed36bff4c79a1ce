using P1Bridge.Core.Publishing;

namespace P1Bridge.Outputs;

/// <summary>The topics below one base topic. They are a public contract: changing one is a breaking change.</summary>
sealed record Topics(string Base)
{
    public const string Online = "online";
    public const string Offline = "offline";

    /// <summary><c>online</c> or <c>offline</c>: the bridge itself; retained, and its will.</summary>
    public string BridgeState => $"{Base}/bridge/state";

    /// <summary>Version, meters and configuration, as retained JSON.</summary>
    public string BridgeInfo => $"{Base}/bridge/info";

    /// <summary>Counters and faults as JSON, not retained.</summary>
    public string BridgeHealth => $"{Base}/bridge/health";

    /// <summary>What happened, such as a meter swap, as JSON, not retained.</summary>
    public string BridgeEvent => $"{Base}/bridge/event";

    /// <summary>What the bridge is asked to do; see <see cref="HomeAssistant.BridgeCommand"/>. Never retained.</summary>
    public string BridgeCommand => $"{Base}/bridge/command";

    /// <summary>More about a value, as a retained JSON object.</summary>
    public string Attributes(string meter, string topicName, string key) => $"{Value(meter, topicName, key)}/attributes";

    /// <summary><c>online</c> or <c>offline</c>: whether the meter sends telegrams.</summary>
    public string MeterAvailability(string meter) => $"{Base}/{meter}/availability";

    /// <summary>The same for a sub-meter: whether it was heard of lately. The P1 meter itself has the meter's own.</summary>
    public string DeviceAvailability(string meter, string topicName) => $"{Device(meter, topicName)}/availability";

    /// <summary>One value.</summary>
    public string Value(string meter, string topicName, string key) => $"{Device(meter, topicName)}/{key}";

    /// <summary>A publication of the policy.</summary>
    public string Value(string meter, Publication publication) => $"{Base}/{meter}/{publication.Topic}";

    /// <summary>All values of a meter as one JSON object.</summary>
    public string Json(string meter, string topicName) => $"{Device(meter, topicName)}/json";

    /// <summary>The same objects as a record, one message each, not retained.</summary>
    public string History(string meter, string topicName) => $"{Device(meter, topicName)}/history";

    string Device(string meter, string topicName) => topicName.Length == 0 ? $"{Base}/{meter}" : $"{Base}/{meter}/{topicName}";
}
