namespace P1Bridge.Configuration;

/// <summary>What is right key by key and wrong together.</summary>
sealed partial class BridgeBinder
{
    static void Check(BridgeOptions options, OptionsReader root, List<OptionsReader> brokers)
    {
        if (options.Meters.Count == 0 && !root.IsRefused("meters"))
            root.Refuse("meters", "no meter configured: set meters[0].source (or P1BRIDGE_METERS__0__SOURCE), such as /dev/ttyUSB0");
        if (NeedsBroker(options)) brokers[0].Require("host", "the name or address of the broker, such as broker.lan");
        CheckBrokers(options, root, brokers);
        CheckNames(options, root);
        CheckPorts(options, root);
        CheckIntervals(options, root);
    }

    static bool NeedsBroker(BridgeOptions options) =>
        options.HomeAssistant.Enabled || options.Outputs.MqttValues.Enabled || options.Outputs.MqttJson.Enabled || options.Outputs.Messages.Count > 0
        || options.Meters.Any(static meter => meter.Source is MqttSourceOptions { Host: null });

    static void CheckNames(BridgeOptions options, OptionsReader root)
    {
        var names = new Dictionary<string, int>();
        for (var i = 0; i < options.Meters.Count; i++)
        {
            var name = options.Meters[i].Name;
            if (name.Length == 0 || names.TryAdd(name, i)) continue; // An empty one is reported as missing already.
            var text = FormattableString.Invariant($"meters[{names[name]}] has the name '{name}' already; each meter needs one of its own");
            root.RefuseItem("meters", i, "name", text);
        }
    }

    /// <summary>A source that is asked more seldom than that would count as silent between two answers.</summary>
    static void CheckIntervals(BridgeOptions options, OptionsReader root)
    {
        for (var i = 0; i < options.Meters.Count; i++)
        {
            if (options.Meters[i] is { Source: HttpSourceOptions } meter && meter.Http.Interval >= meter.SilenceTimeout)
                root.RefuseItem("meters", i, "silence_timeout", $"must be longer than http.interval ({DurationText.Format(meter.Http.Interval)}), better three times as long");
        }
    }

    static void CheckPorts(BridgeOptions options, OptionsReader root)
    {
        var ports = new Dictionary<int, int>();
        for (var i = 0; i < options.Meters.Count; i++)
        {
            if (options.Meters[i].Serve is not { Port: var port } || ports.TryAdd(port, i)) continue;
            root.RefuseItem("meters", i, "serve", FormattableString.Invariant($"meters[{ports[port]}] serves on port {port} already; choose another one"));
        }
    }
}
