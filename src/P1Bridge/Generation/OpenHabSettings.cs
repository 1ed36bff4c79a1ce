using P1Bridge.Configuration;

namespace P1Bridge.Generation;

/// <summary>What the configuration says about openHAB, in the words of the model.</summary>
static class OpenHabSettings
{
    /// <summary>The broker as the bridge reaches it; openHAB on another machine cannot use "localhost", which the reader of the file sees.</summary>
    public static BrokerAddress AddressOf(MqttOptions mqtt)
        => new(mqtt.Host.Length > 0 ? ModelText.Clean(mqtt.Host) : "localhost", mqtt.Port, mqtt.Tls.Enabled, mqtt.User.Length > 0 || mqtt.Password.IsSet);
}
