using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Generation;

/// <summary>What the configuration says about openHAB, in the words of the model. The command and the running bridge both go by it.</summary>
static class OpenHabSettings
{
    /// <summary>How the model is to be made.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="definesBroker">Whether a broker that is named is to be defined too.</param>
    public static ModelOptions ModelOf(BridgeOptions options, bool definesBroker = false)
    {
        var openHab = options.OpenHab;
        // openHAB reads what is published there.
        var broker = options.BrokerNamed(options.Outputs.MqttValues.Broker);
        var namesBroker = openHab.Broker.Length > 0;
        return new ModelOptions
        {
            Topics = new Topics(broker.BaseTopic),
            Language = openHab.Language,
            Version = openHab.Version == "5" ? OpenHabVersion.Five : OpenHabVersion.FourThree,
            Broker = namesBroker ? openHab.Broker : ModelOptions.DefaultBroker,
            DefinesBroker = definesBroker || !namesBroker,
            Prefix = openHab.Prefix,
            Address = AddressOf(broker),
            HasAttributes = options.HomeAssistant.Enabled,
            EntityPrefix = options.HomeAssistant.EntityPrefix,
            Overrides = new EntityOverrides(options.HomeAssistant.Overrides),
            ExpireMinutes = ModelOptions.ExpireMinutesOf(options.Publish.Live.RepeatAfter),
            Command = CommandOf(openHab, definesBroker),
        };
    }

    /// <summary>The broker as the bridge reaches it; openHAB on another machine cannot use "localhost", which the reader of the file sees.</summary>
    static BrokerAddress AddressOf(MqttOptions mqtt)
        => new(mqtt.Host.Length > 0 ? ModelText.Clean(mqtt.Host) : "localhost", mqtt.Port, mqtt.Tls.Enabled, mqtt.User.Length > 0 || mqtt.Password.IsSet);

    /// <summary>How to make the same again; in the files' headers.</summary>
    static string CommandOf(OpenHabOptions openHab, bool definesBroker)
    {
        var command = $"p1bridge generate-openhab --openhab {openHab.Version} --language {openHab.Language}";
        if (openHab.Broker.Length > 0) command += $" --broker {openHab.Broker}";
        if (openHab.Broker.Length > 0 && definesBroker) command += " --with-broker";
        if (openHab.Prefix != ModelOptions.DefaultPrefix) command += $" --prefix {openHab.Prefix}";
        return openHab.AsYaml ? $"{command} --yaml" : command;
    }
}
