using System.Text;

namespace P1Bridge.Configuration;

/// <summary>What AWS IoT Core refuses, said at the start instead of by a connection that closes without a word.</summary>
sealed partial class BridgeBinder
{
    const int HttpsPort = 443;
    const string AwsAlpn = "x-amzn-mqtt-ca";
    const string AwsAuthoriserAlpn = "mqtt";

    /// <summary>A topic has seven slashes at most, and below the base there are four at most: meter, sub-meter, peaks and a month.</summary>
    const int AwsBaseLevels = 4;

    /// <summary>A topic has 256 bytes at most; half is enough for what stands below the base.</summary>
    const int AwsBaseBytes = 128;

    const int AwsClientIdBytes = 128;

    /// <summary>100 publishes a second and connection; some room is left, because its second is not ours.</summary>
    const int AwsRate = 90;

    const int AwsLimit = 100;

    /// <summary>512 KB a second and connection.</summary>
    const int AwsKilobytes = 450;

    const int AwsKilobytesLimit = 500;

    static readonly TimeSpan AwsShortestKeepAlive = TimeSpan.FromSeconds(30);
    static readonly TimeSpan AwsLongestKeepAlive = TimeSpan.FromSeconds(1200);
    static readonly TimeSpan AwsLongestSession = TimeSpan.FromDays(7);
    static readonly TimeSpan AwsInterval = TimeSpan.FromSeconds(10);

    static void CheckAwsIot(BridgeOptions options, MqttOptions broker, OptionsReader section)
    {
        foreach (var (key, problem) in AwsProblems(broker)) section.Refuse(key, problem);
        if (options.Outputs.MqttValues.Enabled && options.BrokerNamed(options.Outputs.MqttValues.Broker) == broker)
            section.Warn("profile", "each value on its own topic is many messages, each is billed, and with more than mqtt.rate a second values come late; better outputs.mqtt_json alone");
        if (options.HomeAssistant.Enabled && options.BrokerNamed(options.HomeAssistant.Broker) == broker)
            section.Warn("profile", "Home Assistant is not reached by way of AWS IoT Core; set homeassistant.enabled: false or another homeassistant.broker");
        if (options.Outputs.MqttJson is { Enabled: true } json && options.BrokerNamed(json.Broker) == broker && json.MinimumInterval < AwsInterval)
            section.Warn("profile", "each message is billed; outputs.mqtt_json.minimum_interval: 10s is often enough");
    }

    /// <summary>Developer guide, "MQTT" and "Device communication protocols", and the service quotas.</summary>
    static IEnumerable<(string Key, string Problem)> AwsProblems(MqttOptions broker)
    {
        if (!broker.Tls.Enabled) yield return ("profile", "AWS IoT Core speaks TLS only: set tls.cert_file and tls.key_file");
        else if (broker.Tls.CertFile.Length == 0 && broker.Tls.Alpn != AwsAuthoriserAlpn)
            yield return ("profile", "AWS IoT Core knows its things by their certificate: set tls.cert_file and tls.key_file");
        if (broker.Port == HttpsPort && broker.Tls.Alpn is not (AwsAlpn or AwsAuthoriserAlpn))
            yield return ("port", $"on 443 AWS IoT Core asks for tls.alpn: {AwsAlpn} (or {AwsAuthoriserAlpn} with a custom authoriser); or use port 8883");
        if (broker.WebSocketPath.Length > 0) yield return ("websocket_path", "AWS IoT Core signs WebSockets in its own way, which is not spoken here; use port 443 with tls.alpn");
        if (broker.ClientId.Length == 0) yield return ("client_id", "must be set: the policy of the certificate allows a client by its identifier");
        else if (Encoding.UTF8.GetByteCount(broker.ClientId) > AwsClientIdBytes || broker.ClientId.StartsWith('$'))
            yield return ("client_id", "AWS IoT Core takes 128 bytes at most, and no $ in front");
        if (broker.BaseTopic.Split('/').Length > AwsBaseLevels || Encoding.UTF8.GetByteCount(broker.BaseTopic) > AwsBaseBytes)
            yield return ("base_topic", $"AWS IoT Core takes topics of 8 levels and 256 bytes; the base may have {AwsBaseLevels} levels and {AwsBaseBytes} bytes");
        if (broker.KeepAlive < AwsShortestKeepAlive || broker.KeepAlive > AwsLongestKeepAlive) yield return ("keep_alive", "AWS IoT Core takes 30s to 20m");
        if (broker.SessionExpiry > AwsLongestSession) yield return ("session_expiry", "AWS IoT Core keeps a session for 7 days at most");
        if (broker.Rate is 0 or > AwsLimit) yield return ("rate", FormattableString.Invariant($"AWS IoT Core takes {AwsLimit} messages a second at most"));
        if (broker.RateKilobytes is 0 or > AwsKilobytesLimit) yield return ("rate_kilobytes", FormattableString.Invariant($"AWS IoT Core takes {AwsKilobytesLimit} KiB a second at most"));
    }
}
