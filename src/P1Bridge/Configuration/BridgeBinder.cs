namespace P1Bridge.Configuration;

/// <summary>Every key of the configuration, once: name, default, limits, help. The order here is the order of the example file.</summary>
/// <param name="stateDirectory">Where state goes when nobody says so.</param>
sealed partial class BridgeBinder(string stateDirectory)
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reads all sections; problems are reported, the result is then not to be used.</summary>
    public BridgeOptions Bind(OptionsReader root)
    {
        var connections = new List<OptionsReader>();
        var meters = root.List("meters", "The P1 ports, one item each.", Meter);
        var brokers = root.OneOrMore("mqtt", "The broker, or a list of brokers (items that begin with '- ') of which each output can name one.", (section, index) =>
        {
            connections.Add(section);
            return Mqtt(section, index);
        });
        var homeAssistant = root.Section(
            "homeassistant", "Devices and sensors appear in Home Assistant by themselves (MQTT discovery).", HomeAssistant);
        var options = new BridgeOptions
        {
            Meters = meters,
            Mqtt = brokers[0],
            MoreBrokers = [.. brokers.Skip(1)],
            HomeAssistant = homeAssistant,
            OpenHab = root.Section(
                "openhab", "Files that set openHAB up: things, items, sitemap. 'p1bridge generate-openhab' writes the same.", section => OpenHab(section, homeAssistant.Language)),
            Publish = root.Section(
                "publish", "How often values go out, by group: live (power, voltage ...), totals (energy, volume), static (the rest).", Publish),
            Outputs = root.Section("outputs", "Where values go.", Outputs),
            Guard = root.Section("guard", "Protection against false totals.", Guard),
            Web = root.Section("web", "A page that shows how the bridge fares; read-only.", Web),
            StateDirectory = State(root),
            Log = root.Section("log", "Messages of the program on standard error.", Log),
        };
        Check(options, root, connections);
        return options with { Meters = [.. options.Meters.Select(meter => meter with { SourceBroker = SourceBroker(meter, options.Mqtt) })] };
    }

    static HomeAssistantOptions HomeAssistant(OptionsReader section)
    {
        var standard = new HomeAssistantOptions();
        var enabled = section.Switch("enabled", standard.Enabled, "Announce the meter to Home Assistant.");
        var broker = BrokerName(section);
        var prefix = section.Text(
            "discovery_prefix", standard.DiscoveryPrefix, "Discovery prefix, as set in Home Assistant's MQTT integration.", TextRule.Topic);
        return new()
        {
            Enabled = enabled,
            Broker = broker,
            DiscoveryPrefix = prefix,
            StatusTopic = section.Text(
                "status_topic", prefix + "/status", "Topic of Home Assistant's birth message; after it everything is announced again.", TextRule.Topic,
                note: "`<discovery_prefix>/status`"),
            BirthPayload = section.Text("birth_payload", standard.BirthPayload, "Payload of the birth message.", TextRule.Filled),
            Language = section.OneOf(
                "language", standard.Language, "Language of the names.", ("en", "en"), ("nl", "nl"), ("fr", "fr"), ("de", "de")),
            EntityPrefix = section.Text(
                "entity_prefix", standard.EntityPrefix, "First part of the entity ids that are proposed.", TextRule.EntityPrefix),
            Overrides = Overrides(section),
        };
    }

    static PublishOptions Publish(OptionsReader section)
    {
        var standard = new PublishOptions();
        return new()
        {
            Live = Group(section, "live", "Values that change with every telegram.", standard.Live),
            Totals = Group(section, "totals", "Counters.", standard.Totals),
            Static = Group(section, "static", "Values that seldom change.", standard.Static),
            VanishedAfter = section.Duration(
                "vanished_after", standard.VanishedAfter, TimeSpan.FromSeconds(10), Day, "A value missing from the telegrams for so long is marked unavailable."),
            Raw = section.Switch("raw", standard.Raw, "Also publish objects that the bridge does not know, as sent, below <base>/<meter>/raw."),
        };
    }

    static PublishGroupOptions Group(OptionsReader publish, string key, string help, PublishGroupOptions standard) =>
        publish.Section(key, help, section => new PublishGroupOptions
        {
            MinimumInterval = section.Duration(
                "minimum_interval", standard.MinimumInterval, TimeSpan.Zero, Day, "Least time between two changes of a value; 0s: every change."),
            RepeatAfter = section.Duration(
                "repeat_after", standard.RepeatAfter, TimeSpan.Zero, Day, "An unchanged value is repeated after so long; 0s: never."),
        });

    static OutputsOptions Outputs(OptionsReader section) => new()
    {
        MqttValues = section.Section("mqtt_values", "One topic per value.", MqttValues),
        MqttJson = section.Section("mqtt_json", "One JSON document with all values.", MqttJson),
        Messages = section.OptionalList(
            "messages", "MQTT messages of your own form: topic and payload are Scriban templates over one telegram (docs/templates.md).", Message),
        Console = section.Section("console", "Values on the terminal.", Console),
    };

    static MqttValuesOptions MqttValues(OptionsReader section) =>
        new() { Enabled = section.Switch("enabled", new MqttValuesOptions().Enabled, "Publish each value on its own topic."), Broker = BrokerName(section) };

    static string BrokerName(OptionsReader section) =>
        section.Text("broker", "", "Name of the broker to use, where mqtt is a list.", TextRule.Any, example: "main", note: "the first broker");

    static MqttJsonOptions MqttJson(OptionsReader section)
    {
        var standard = new MqttJsonOptions();
        return new()
        {
            Enabled = section.Switch("enabled", standard.Enabled, "Publish all values as one JSON document."),
            Broker = BrokerName(section),
            History = section.Switch(
                "history", standard.History, "Publish each document also on .../history: not retained, in order, kept on disk while the broker is away."),
            Retain = section.Switch("retain", standard.Retain, "Publish it retained."),
            MinimumInterval = section.Duration(
                "minimum_interval", standard.MinimumInterval, TimeSpan.Zero, Day, "Least time between two documents; 0s: one per telegram."),
        };
    }

    static ConsoleOptions Console(OptionsReader section)
    {
        var standard = new ConsoleOptions();
        return new()
        {
            Enabled = section.Switch("enabled", standard.Enabled, "Print the values."),
            Format = section.OneOf(
                "format", standard.Format, "A table per telegram, or a line per value.", ("table", ConsoleFormat.Table), ("lines", ConsoleFormat.Lines)),
        };
    }

    static GuardOptions Guard(OptionsReader section)
    {
        var standard = new GuardOptions();
        return new()
        {
            Enabled = section.Switch("enabled", standard.Enabled, "Hold back totals that fall, or rise faster than physically possible."),
            AgreeingTelegrams = section.Whole(
                "agreeing_telegrams", standard.AgreeingTelegrams, 1, 100, "So many telegrams must agree before a lower total is believed."),
        };
    }

    static WebOptions Web(OptionsReader section)
    {
        var text = section.Text(
            "listen", "", "Address of the page, as http://127.0.0.1:8099; empty: off. With 0.0.0.0 other machines can look. /healthz answers 'ok' while the program works.", TextRule.Web);
        var allow = section.Text("allow", "", "Machines that may look, besides this one; empty: all that can reach the address.", TextRule.Addresses, example: "192.168.1.20");
        return new() { Listen = WebOptions.Parse(text, out _), Allow = WebOptions.ParseAddresses(allow) ?? [] };
    }

    string State(OptionsReader root) => root.Text(
        "state_directory", stateDirectory, "Folder for what survives a restart, such as the last good totals.", TextRule.Filled, example: "/var/lib/p1bridge",
        note: "`STATE_DIRECTORY` of the service manager; else `/var/lib/p1bridge` for root on Linux; else the user's folder for local state");

    static LogOptions Log(OptionsReader section) => new()
    {
        Level = section.OneOf(
            "level", new LogOptions().Level, "The least important messages to show.", ("trace", LogThreshold.Trace), ("debug", LogThreshold.Debug),
            ("information", LogThreshold.Information), ("warning", LogThreshold.Warning), ("error", LogThreshold.Error)),
    };
}
