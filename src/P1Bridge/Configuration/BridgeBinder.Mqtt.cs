namespace P1Bridge.Configuration;

/// <summary>The <c>mqtt</c> section.</summary>
sealed partial class BridgeBinder
{
    const int PlainPort = 1883;
    const int TlsPort = 8883;
    const string BrokerNameHelp = "Name by which outputs choose this broker.";
    static readonly TimeSpan LongestSession = TimeSpan.FromDays(365);

    static MqttOptions Mqtt(OptionsReader section, int index)
    {
        var standard = new MqttOptions();
        var host = section.RequiredText("host", "Name or address of the broker.", TextRule.Host, "broker.lan");
        var port = section.Port("port", "TCP port of the broker.", "`1883`; `8883` with TLS");
        var options = standard with
        {
            Host = host,
            User = section.Text("user", standard.User, "User name; empty: none."),
            Password = section.SecretText("password", "Password of the user."),
            ClientId = section.Text("client_id", standard.ClientId, "MQTT client identifier; empty: derived from the machine."),
            KeepAlive = section.Duration(
                "keep_alive", standard.KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromHours(18), "Longest silence before broker and bridge check on each other."),
            ConnectTimeout = section.Duration(
                "connect_timeout", standard.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "Patience with one attempt to connect."),
            BaseTopic = section.Text("base_topic", standard.BaseTopic, "First part of every topic of the bridge.", TextRule.Topic),
            Retain = section.Switch("retain", standard.Retain, "Publish values retained: who subscribes later has them at once."),
            ValueQualityOfService = section.Whole(
                "qos", standard.ValueQualityOfService, 0, 1, "Quality of service of retained values; they are sent again after a lost connection with either."),
            Tls = section.Section("tls", "Encryption.", Tls),
        };
        options = options with
        {
            Name = index == 0 ? section.Text("name", standard.Name, BrokerNameHelp, TextRule.MeterName, note: "`main`; required for all but the first")
                : section.RequiredText("name", BrokerNameHelp, TextRule.MeterName, "cloud"),
            Profile = section.OneOf(
                "profile", standard.Profile, "Whose limits to keep beyond the standard's.", ("standard", BrokerProfile.Standard), ("aws_iot", BrokerProfile.AwsIot)),
            Version = section.OneOf(
                "version", standard.Version, "Version of MQTT; auto takes 5 where the broker knows it.", ("auto", MqttVersion.Automatic), ("3.1.1", MqttVersion.V311), ("5", MqttVersion.V5)),
            WebSocketPath = section.Text("websocket_path", standard.WebSocketPath, "Path of the broker's WebSocket, such as /mqtt; empty: none.", TextRule.WebSocketPath),
            SessionExpiry = section.Duration(
                "session_expiry", standard.SessionExpiry, TimeSpan.Zero, LongestSession, "How long the broker keeps the session after the connection; 0s: not at all, nothing needs it."),
            History = section.Section("history", "How history (outputs.mqtt_json.history) waits for this broker.", History),
        };
        options = WithRates(section, options);
        if (index > 0) section.Require("name", "a name of its own for each broker, such as cloud");
        options = options with { Port = port ?? (options.Tls.Enabled ? TlsPort : PlainPort) };
        if (port is null) section.Resolve("port", FormattableString.Invariant($"{options.Port}"));
        WarnAboutMqtt(section, options);
        return options;
    }

    static MqttOptions WithRates(OptionsReader section, MqttOptions options)
    {
        var (standardRate, standardKilobytes) = options.Profile == BrokerProfile.AwsIot ? (AwsRate, AwsKilobytes) : (options.Rate, options.RateKilobytes);
        var rate = section.WholeOrNone(
            "rate", 0, 1_000_000, "Most messages a second, of all kinds; what is more waits, the latest of each topic. 0: no limit.", FormattableString.Invariant($"`0`; `{AwsRate}` with aws_iot"), "90");
        var kilobytes = section.WholeOrNone(
            "rate_kilobytes", 0, 1_000_000, "Most KiB of messages a second; 0: no limit.", FormattableString.Invariant($"`0`; `{AwsKilobytes}` with aws_iot"), "450");
        options = options with { Rate = rate ?? standardRate, RateKilobytes = kilobytes ?? standardKilobytes };
        if (rate is null) section.Resolve("rate", FormattableString.Invariant($"{options.Rate}"));
        if (kilobytes is null) section.Resolve("rate_kilobytes", FormattableString.Invariant($"{options.RateKilobytes}"));
        return options;
    }

    static HistoryOptions History(OptionsReader section)
    {
        var standard = new HistoryOptions();
        return new()
        {
            MaximumMessages = section.Whole("max_messages", standard.MaximumMessages, 1, 10_000_000, "Most messages that wait."),
            MaximumMegabytes = section.Whole("max_megabytes", standard.MaximumMegabytes, 1, 16_384, "Most MiB that wait, in memory and on disk."),
            Overflow = section.OneOf(
                "overflow", standard.Overflow, "What is given up when there are more; block: nothing, later records wait in memory.", ("drop_oldest", HistoryOverflow.DropOldest), ("drop_new", HistoryOverflow.DropNew),
                ("block", HistoryOverflow.Block)),
            Rate = section.Whole("rate", standard.Rate, 0, 1_000_000, "Most messages a second of what an outage has left; 0: no limit."),
            Flush = section.OneOf(
                "flush", standard.Flush, "When it is forced onto the disk; second and system spare an SD card, and a power cut then costs the last of it.",
                ("batch", HistoryFlush.EveryBatch), ("second", HistoryFlush.EverySecond), ("system", HistoryFlush.OperatingSystem)),
        };
    }

    static void WarnAboutMqtt(OptionsReader section, MqttOptions options)
    {
        if (options.Password.IsSet && options.User.Length == 0) section.Warn("user", "a password without a user; most brokers refuse that");
        if (options.Port == TlsPort && !options.Tls.Enabled)
            section.Warn("port", "8883 is the port for TLS, and TLS is off; set mqtt.tls.enabled");
    }
}
