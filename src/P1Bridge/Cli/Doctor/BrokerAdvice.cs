using System.Net;
using P1Bridge.Configuration;

namespace P1Bridge.Cli.Doctor;

/// <summary>What to do about a broker that cannot be used, the likeliest first.</summary>
static class BrokerAdvice
{
    const int UsualPort = 1883;
    const int UsualPortEncrypted = 8883;

    /// <summary>The steps for a kind of fault; keys are named as they stand in the configuration.</summary>
    public static IReadOnlyList<string> For(MqttOptions broker, string? kind, bool isOneOfSeveral)
    {
        string Key(string name) => isOneOfSeveral ? $"{name} of the broker '{broker.Name}'" : $"mqtt.{name}";
        return kind switch
        {
            "refused" =>
            [
                broker.User.Length > 0
                    ? $"Compare {Key("user")} and its password (or password_file) with what the broker knows."
                    : $"The broker wants a login: set {Key("user")} and its password (or password_file).",
                "With Home Assistant's Mosquitto add-on that is a Home Assistant user, or one of the add-on's 'logins'.",
            ],
            "tls" =>
            [
                $"When the broker's certificate is from an authority of its own, name that authority's file in {Key("tls.ca_file")}.",
                $"The name in {Key("host")} must stand in the broker's certificate; where that cannot be, set {Key("tls.server_name")} to a name that does.",
                "Check the clock of this machine: certificates are valid for a period.",
            ],
            "network" or "timeout" => [.. Reach(broker), .. Port(broker)],
            "protocol" => [$"Is port {broker.Port} really the broker's MQTT port? {UsualPorts}"],
            _ => [],
        };
    }

    static string UsualPorts => $"Without TLS it is mostly {UsualPort}, with TLS {UsualPortEncrypted}.";

    static IReadOnlyList<string> Reach(MqttOptions broker) => IsThisMachine(broker.Host)
        ?
        [
            "Does the broker run on this machine? Mosquitto: systemctl status mosquitto",
            $"If it runs on another one, name that. In a container {broker.Host} is the container itself, never the machine around it.",
        ]
        :
        [
            $"Does the broker run, and is {broker.Host} its name or address? Try: ping {broker.Host}",
            $"Does it take connections from other machines on port {broker.Port}? Mosquitto without a 'listener' line serves its own machine only, and a firewall may stand between.",
        ];

    static IEnumerable<string> Port(MqttOptions broker)
    {
        // A usual port needs no hint.
        if (broker.Port != (broker.Tls.Enabled ? UsualPortEncrypted : UsualPort) && broker.WebSocketPath.Length == 0) yield return $"Is port {broker.Port} right? {UsualPorts}";
    }

    static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
