using System.Collections;
using System.CommandLine;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary>The options by which every command finds its configuration: command line over environment over file.</summary>
sealed class ConfigurationArguments
{
    readonly Option<string?> _config = new("--config", "-c") { Description = "Configuration file (default: P1BRIDGE_CONFIG, ./p1bridge.yaml, /etc/p1bridge/p1bridge.yaml)", HelpName = "FILE" };
    readonly Option<string?> _source = new("--source", "-s") { Description = "Where the telegrams come from: /dev/ttyUSB0, tcp://HOST:PORT, mqtt:TOPIC, http://HOST, file:PATH, replay:PATH, simulator", HelpName = "SOURCE" };
    readonly Option<string?> _broker = new("--broker", "-b") { Description = "MQTT broker", HelpName = "HOST[:PORT]" };
    readonly Option<string[]> _set = new("--set") { Description = "Any configuration key, for example --set publish.live.minimum_interval=1s; can be repeated", HelpName = "KEY=VALUE" };

    /// <summary>Settings of a command that listens to the meter and publishes nothing, so that it needs no broker.</summary>
    public static readonly IReadOnlyList<string> WithoutOutputs =
        ["homeassistant.enabled=false", "outputs.mqtt_values.enabled=false", "outputs.mqtt_json.enabled=false"];

    /// <summary>Adds the options to a command; one without the broker has a <c>--broker</c> of its own, which is something else.</summary>
    public void AddTo(Command command, bool withBroker = true)
    {
        command.Options.Add(_config);
        command.Options.Add(_source);
        if (withBroker) command.Options.Add(_broker);
        command.Options.Add(_set);
    }

    /// <summary>Loads the configuration; <paramref name="more"/> wins over everything.</summary>
    public LoadedOptions Load(ParseResult result, params IReadOnlyList<string> more)
        => OptionsLoader.Load(result.GetValue(_config), EnvironmentVariables(), [.. result.GetValue(_set) ?? [], .. Shortcuts(result), .. more]);

    IEnumerable<string> Shortcuts(ParseResult result)
    {
        if (result.GetValue(_source) is { } source) yield return $"meters.0.source={source}";
        if (result.GetValue(_broker) is { } broker)
        {
            foreach (var setting in BrokerSettings(broker)) yield return setting;
        }
    }

    /// <summary>The settings that <c>HOST[:PORT]</c> stands for; an IPv6 address with port has brackets.</summary>
    public static IEnumerable<string> BrokerSettings(string broker)
    {
        var colon = broker.LastIndexOf(':');
        var hasPort = colon > 0 && (broker[colon - 1] == ']' || broker.IndexOf(':', StringComparison.Ordinal) == colon);
        yield return $"mqtt.host={(hasPort ? broker[..colon] : broker).Trim('[', ']')}";
        if (hasPort) yield return $"mqtt.port={broker[(colon + 1)..]}";
    }

    static Dictionary<string, string> EnvironmentVariables()
        => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static pair => (string)pair.Key, static pair => (string?)pair.Value ?? "");
}
