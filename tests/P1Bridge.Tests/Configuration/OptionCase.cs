using System.Text;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

/// <summary>One key with a value that is not its default, and how to read it back.</summary>
sealed record OptionCase(string Path, string Text, Func<BridgeOptions, object?> Read, object? Expected)
{
    static readonly SourceOptions Tcp = new TcpSourceOptions("ser2net.lan", 2001);

    /// <summary>Every key that holds a value, but for the ones that name files (see <c>SecretTests</c> and <c>TlsTests</c>).</summary>
    public static readonly IReadOnlyList<OptionCase> All =
    [
        new("meters[0].source", "tcp://ser2net.lan:2001", o => o.Meters[0].Source, Tcp),
        new("meters[0].name", "cellar", o => o.Meters[0].Name, "cellar"),
        new("meters[0].serve", "tcp://127.0.0.1:2000", o => o.Meters[0].Serve, new ServeOptions("127.0.0.1", 2000)),
        new("meters[0].http.interval", "5s", o => o.Meters[0].Http.Interval, TimeSpan.FromSeconds(5)),
        new("meters[0].http.token", "ABCDEF0123", o => o.Meters[0].Http.Token.Reveal(), "ABCDEF0123"),
        new("meters[0].http.certificate_name", "appliance/p1dongle/5c2f", o => o.Meters[0].Http.CertificateName, "appliance/p1dongle/5c2f"),
        new("meters[0].broker.user", "reader", o => o.Meters[0].Broker.User, "reader"),
        new("meters[0].broker.password", "4567", o => o.Meters[0].Broker.Password.Reveal(), "4567"),
        new("meters[0].broker.tls.enabled", "true", o => o.Meters[0].Broker.Tls.Enabled, true),
        new("meters[0].broker.tls.insecure", "true", o => o.Meters[0].Broker.Tls.Insecure, true),
        new("meters[0].baud_rate", "9600", o => o.Meters[0].BaudRate, 9600),
        new("meters[0].format", "7E1", o => o.Meters[0].Format, SerialFormat.SevenDataBitsEvenParity),
        new("meters[0].request_lines", "false", o => o.Meters[0].RequestLines, false),
        new("meters[0].silence_timeout", "1.5m", o => o.Meters[0].SilenceTimeout, TimeSpan.FromSeconds(90)),
        new("meters[0].stale_after", "2d", o => o.Meters[0].StaleAfter, TimeSpan.FromDays(2)),
        new("meters[0].tariff_names.1", "dag", o => o.Meters[0].TariffNames["1"], "dag"),
        new("meters[0].tariff_names.2", "nacht", o => o.Meters[0].TariffNames["2"], "nacht"),
        new("meters[0].tariff_names.3", "# 'super' dal", o => o.Meters[0].TariffNames["3"], "# 'super' dal"),
        new("meters[0].tariff_names.4", "piek: \"x\"", o => o.Meters[0].TariffNames["4"], "piek: \"x\""),
        new("meters[0].ignore_checksum", "true", o => o.Meters[0].IgnoreChecksum, true),
        new("meters[0].decryption_key", "0f1E2D3C4B5A69788796A5B4C3D2E1F0", o => o.Meters[0].DecryptionKey.Reveal(), "0f1E2D3C4B5A69788796A5B4C3D2E1F0"),
        new("meters[0].authentication_key", "00000000000000000000000000000001", o => o.Meters[0].AuthenticationKey.Reveal(), "00000000000000000000000000000001"),
        new("meters[0].check_tag", "false", o => o.Meters[0].CheckTag, false),
        new("meters[0].target_demand", "4.75", o => o.Meters[0].TargetDemand, 4.75m),
        new("mqtt.host", "192.168.1.9", o => o.Mqtt.Host, "192.168.1.9"),
        new("mqtt.port", "1999", o => o.Mqtt.Port, 1999),
        new("mqtt.user", "me", o => o.Mqtt.User, "me"),
        new("mqtt.password", "0123", o => o.Mqtt.Password.Reveal(), "0123"),
        new("mqtt.client_id", "42", o => o.Mqtt.ClientId, "42"),
        new("mqtt.keep_alive", "5s", o => o.Mqtt.KeepAlive, TimeSpan.FromSeconds(5)),
        new("mqtt.connect_timeout", "2500ms", o => o.Mqtt.ConnectTimeout, TimeSpan.FromMilliseconds(2500)),
        new("mqtt.base_topic", "home/p1", o => o.Mqtt.BaseTopic, "home/p1"),
        new("mqtt.retain", "false", o => o.Mqtt.Retain, false),
        new("mqtt.qos", "1", o => o.Mqtt.ValueQualityOfService, 1),
        new("mqtt.name", "cellar", o => o.Mqtt.Name, "cellar"),
        new("mqtt.version", "3.1.1", o => o.Mqtt.Version, MqttVersion.V311),
        new("mqtt.websocket_path", "/mqtt", o => o.Mqtt.WebSocketPath, "/mqtt"),
        new("mqtt.session_expiry", "1h", o => o.Mqtt.SessionExpiry, TimeSpan.FromHours(1)),
        new("mqtt.history.max_messages", "7", o => o.Mqtt.History.MaximumMessages, 7),
        new("mqtt.history.max_megabytes", "8", o => o.Mqtt.History.MaximumMegabytes, 8),
        new("mqtt.history.overflow", "drop_new", o => o.Mqtt.History.Overflow, HistoryOverflow.DropNew),
        new("mqtt.history.rate", "0", o => o.Mqtt.History.Rate, 0),
        new("mqtt.history.flush", "second", o => o.Mqtt.History.Flush, HistoryFlush.EverySecond),
        new("mqtt.tls.key_password", "8901", o => o.Mqtt.Tls.KeyPassword.Reveal(), "8901"),
        new("mqtt.tls.server_name", "broker.internal", o => o.Mqtt.Tls.ServerName, "broker.internal"),
        new("mqtt.tls.alpn", "mqtt", o => o.Mqtt.Tls.Alpn, "mqtt"),
        new("meters[0].broker.tls.key_password", "8902", o => o.Meters[0].Broker.Tls.KeyPassword.Reveal(), "8902"),
        new("meters[0].broker.tls.server_name", "broker.internal", o => o.Meters[0].Broker.Tls.ServerName, "broker.internal"),
        new("meters[0].broker.tls.alpn", "mqtt", o => o.Meters[0].Broker.Tls.Alpn, "mqtt"),
        new("homeassistant.broker", "main", o => o.HomeAssistant.Broker, "main"),
        new("outputs.mqtt_values.broker", "main", o => o.Outputs.MqttValues.Broker, "main"),
        new("outputs.mqtt_json.broker", "main", o => o.Outputs.MqttJson.Broker, "main"),
        new("outputs.mqtt_json.history", "true", o => o.Outputs.MqttJson.History, true),
        new("mqtt.tls.enabled", "true", o => o.Mqtt.Tls.Enabled, true),
        new("mqtt.tls.insecure", "true", o => o.Mqtt.Tls.Insecure, true),
        new("homeassistant.enabled", "false", o => o.HomeAssistant.Enabled, false),
        new("homeassistant.discovery_prefix", "ha", o => o.HomeAssistant.DiscoveryPrefix, "ha"),
        new("homeassistant.status_topic", "ha/birth", o => o.HomeAssistant.StatusTopic, "ha/birth"),
        new("homeassistant.birth_payload", "alive", o => o.HomeAssistant.BirthPayload, "alive"),
        new("homeassistant.language", "nl", o => o.HomeAssistant.Language, "nl"),
        new("homeassistant.entity_prefix", "meter_1", o => o.HomeAssistant.EntityPrefix, "meter_1"),
        new("openhab.directory", "/etc/openhab", o => o.OpenHab.Directory, "/etc/openhab"),
        new("openhab.on_change", "false", o => o.OpenHab.OnChange, false),
        new("openhab.version", "4.3", o => o.OpenHab.Version, "4.3"),
        new("openhab.broker", "mqtt:broker:home", o => o.OpenHab.Broker, "mqtt:broker:home"),
        new("openhab.prefix", "Energy", o => o.OpenHab.Prefix, "Energy"),
        new("openhab.language", "de", o => o.OpenHab.Language, "de"),
        new("openhab.templates", "/etc/p1bridge/templates", o => o.OpenHab.Templates, "/etc/p1bridge/templates"),
        new("openhab.yaml", "true", o => o.OpenHab.AsYaml, true),
        new("publish.live.minimum_interval", "1s", o => o.Publish.Live.MinimumInterval, TimeSpan.FromSeconds(1)),
        new("publish.live.repeat_after", "0s", o => o.Publish.Live.RepeatAfter, TimeSpan.Zero),
        new("publish.totals.minimum_interval", "15m", o => o.Publish.Totals.MinimumInterval, TimeSpan.FromMinutes(15)),
        new("publish.totals.repeat_after", "1h", o => o.Publish.Totals.RepeatAfter, TimeSpan.FromHours(1)),
        new("publish.static.minimum_interval", "10s", o => o.Publish.Static.MinimumInterval, TimeSpan.FromSeconds(10)),
        new("publish.static.repeat_after", "1d", o => o.Publish.Static.RepeatAfter, TimeSpan.FromDays(1)),
        new("publish.raw", "true", o => o.Publish.Raw, true),
        new("meters[0].capacity_tariff", "on", o => o.Meters[0].CapacityTariff, CapacityTariff.On),
        new("meters[0].continuous_totals", "true", o => o.Meters[0].ContinuousTotals, true),
        new("publish.vanished_after", "30m", o => o.Publish.VanishedAfter, TimeSpan.FromMinutes(30)),
        new("outputs.mqtt_values.enabled", "false", o => o.Outputs.MqttValues.Enabled, false),
        new("outputs.mqtt_json.enabled", "true", o => o.Outputs.MqttJson.Enabled, true),
        new("outputs.mqtt_json.retain", "false", o => o.Outputs.MqttJson.Retain, false),
        new("outputs.mqtt_json.minimum_interval", "30s", o => o.Outputs.MqttJson.MinimumInterval, TimeSpan.FromSeconds(30)),
        new("outputs.console.enabled", "true", o => o.Outputs.Console.Enabled, true),
        new("outputs.console.format", "lines", o => o.Outputs.Console.Format, ConsoleFormat.Lines),
        new("guard.enabled", "false", o => o.Guard.Enabled, false),
        new("guard.agreeing_telegrams", "5", o => o.Guard.AgreeingTelegrams, 5),
        new("web.listen", "http://127.0.0.1:8099", o => o.Web.Listen, new ServeOptions("127.0.0.1", 8099)),
        new("web.allow", "172.30.32.2, ::1", o => string.Join(' ', o.Web.Allow), "172.30.32.2 ::1"),
        new("state_directory", "/srv/p1 state", o => o.StateDirectory, "/srv/p1 state"),
        new("log.level", "debug", o => o.Log.Level, LogThreshold.Debug),
    ];

    public static OptionCase Of(string path) => All.First(c => c.Path == path);

    public string Variable => "P1BRIDGE_" + Path.Replace("[", "__", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
        .Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>A file with the two settings that are needed and this one.</summary>
    public string Yaml()
    {
        var text = new StringBuilder();
        var isMeter = Path.StartsWith("meters[0].", StringComparison.Ordinal);
        text.Append("meters:\n  - ").Append(isMeter ? Nested(Path["meters[0].".Length..], "    ").TrimStart() : "source: simulator\n");
        if (isMeter && Path != "meters[0].source") text.Append("    source: simulator\n");
        if (Path.StartsWith("mqtt.", StringComparison.Ordinal)) text.Append("mqtt:\n").Append(Nested(Path["mqtt.".Length..], "  "));
        if (Path != "mqtt.host") text.Append(Path.StartsWith("mqtt.", StringComparison.Ordinal) ? "  host: broker.lan\n" : "mqtt: {host: broker.lan}\n");
        if (!isMeter && !Path.StartsWith("mqtt.", StringComparison.Ordinal)) text.Append(Nested(Path, ""));
        return text.ToString();
    }

    string Nested(string path, string indent)
    {
        var point = path.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? $"{indent}{path}: {(Text is "true" or "false" ? Text : YamlText.Scalar(Text))}\n" : $"{indent}{path[..point]}:\n{Nested(path[(point + 1)..], indent + "  ")}";
    }
}
