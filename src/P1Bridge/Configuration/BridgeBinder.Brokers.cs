namespace P1Bridge.Configuration;

/// <summary>What brokers and the outputs that name them have to do with each other.</summary>
sealed partial class BridgeBinder
{
    static void CheckBrokers(BridgeOptions options, OptionsReader root, List<OptionsReader> readers)
    {
        var brokers = options.Brokers.ToList();
        for (var i = 0; i < brokers.Count; i++)
        {
            if (i > 0) readers[i].Require("host", "the name or address of the broker, such as broker.lan");
            if (brokers.FindIndex(other => other.Name == brokers[i].Name) < i)
                readers[i].Refuse("name", $"another broker has the name '{brokers[i].Name}' already; each needs one of its own");
            if (brokers.FindIndex(other => IsSameConnection(other, brokers[i])) is var twin and >= 0 && twin < i)
            {
                readers[i].Refuse(brokers[i].ClientId.Length > 0 ? "client_id" : "base_topic", $"the broker '{brokers[twin].Name}' is the same one, with the same client identifier: each would end the connection of the other. "
                    + $"Name '{brokers[twin].Name}' in the outputs instead, or set another {(brokers[i].ClientId.Length > 0 ? "client_id" : "base_topic")} here");
            }
            if (brokers[i].BaseTopic == options.HomeAssistant.DiscoveryPrefix)
                readers[i].Refuse("base_topic", "must differ from homeassistant.discovery_prefix: Home Assistant would read values as announcements");
            if (brokers[i].Profile == BrokerProfile.AwsIot) CheckAwsIot(options, brokers[i], readers[i]);
        }
        CheckNamedBrokers(options, root);
    }

    /// <summary>A broker keeps one connection of each client identifier; the one that nobody set follows from the base topic.</summary>
    static bool IsSameConnection(MqttOptions one, MqttOptions other)
        => one.Host.Length > 0 && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port && one.ClientId == other.ClientId
            && (one.ClientId.Length > 0 || one.BaseTopic == other.BaseTopic);

    static void CheckNamedBrokers(BridgeOptions options, OptionsReader root)
    {
        var names = options.Brokers.Select(static broker => broker.Name).ToList();
        (string Path, string Name)[] users =
        [
            ("homeassistant", options.HomeAssistant.Broker), ("outputs.mqtt_values", options.Outputs.MqttValues.Broker), ("outputs.mqtt_json", options.Outputs.MqttJson.Broker),
            .. options.Outputs.Messages.Select(static (message, index) => (FormattableString.Invariant($"outputs.messages[{index}]"), message.Broker)),
        ];
        foreach (var (path, name) in users)
        {
            if (name.Length > 0 && !names.Contains(name)) root.RefuseBelow($"{path}.broker", $"no broker has the name '{name}'; there are {string.Join(", ", names)}");
        }
        if (options.HomeAssistant.Enabled && options.Outputs.MqttValues.Enabled
            && options.BrokerNamed(options.HomeAssistant.Broker) != options.BrokerNamed(options.Outputs.MqttValues.Broker))
            root.RefuseBelow("homeassistant.broker", "must be the broker of outputs.mqtt_values: Home Assistant reads the values where they are announced");
    }
}
