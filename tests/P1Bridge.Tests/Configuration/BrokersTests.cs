using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class BrokersTests
{
    const string Two = "meters:\n  - source: simulator\nmqtt:\n  - host: near.lan\n  - name: far\n    host: far.lan\n    port: 1999\n    base_topic: far/away\n";

    [Fact]
    public void A_section_is_one_broker_and_a_list_is_several()
    {
        Assert.Equal(["broker.lan"], Some.Options(Some.Minimal).Brokers.Select(static broker => broker.Host));
        var options = Some.Options(Two);

        Assert.Equal([("main", "near.lan", 1883, "p1bridge"), ("far", "far.lan", 1999, "far/away")], options.Brokers.Select(static broker => (broker.Name, broker.Host, broker.Port, broker.BaseTopic)));
        Assert.Equal("near.lan", options.Mqtt.Host);
    }

    [Fact]
    public void Each_output_names_its_broker_and_gets_the_first_without()
    {
        var options = Some.Options(Two + "outputs:\n  mqtt_json:\n    enabled: true\n    broker: far\n");

        Assert.Equal("far.lan", options.BrokerNamed(options.Outputs.MqttJson.Broker).Host);
        Assert.Equal("near.lan", options.BrokerNamed(options.Outputs.MqttValues.Broker).Host);
    }

    [Fact]
    public void Variables_and_the_command_line_reach_each_of_them()
    {
        var options = Some.Options(Two, Some.Environment("P1BRIDGE_MQTT__0__PASSWORD=secret", "P1BRIDGE_MQTT__2__HOST=third.lan", "P1BRIDGE_MQTT__2__NAME=third"), "mqtt[1].port=2000");

        Assert.Equal(("secret", 2000, "third.lan"), (options.Mqtt.Password.Reveal(), options.MoreBrokers[0].Port, options.BrokerNamed("third").Host));
    }

    [Fact]
    public void Several_brokers_can_come_from_variables_alone()
    {
        var options = Some.Options(
            "meters:\n  - source: simulator\n", Some.Environment("P1BRIDGE_MQTT__0__HOST=a.lan", "P1BRIDGE_MQTT__1__HOST=b.lan", "P1BRIDGE_MQTT__1__NAME=b"));

        Assert.Equal(["a.lan", "b.lan"], options.Brokers.Select(static broker => broker.Host));
    }

    [Fact]
    public void The_paths_of_a_section_reach_the_first_of_several_brokers()
    {
        var options = Some.Options(Two, Some.Environment("P1BRIDGE_MQTT__HOST=other.lan", "P1BRIDGE_MQTT__TLS__ENABLED=true"), "mqtt.port=2000");

        Assert.Equal([("other.lan", 2000, true), ("far.lan", 1999, false)], options.Brokers.Select(static broker => (broker.Host, broker.Port, broker.Tls.Enabled)));
    }

    [Fact]
    public void The_command_line_wins_over_a_variable_in_either_spelling()
    {
        Assert.Equal("b.lan", Some.Options(Two, Some.Environment("P1BRIDGE_MQTT__0__HOST=a.lan"), "mqtt.host=b.lan").Mqtt.Host);
        Assert.Equal("b.lan", Some.Options(Two, Some.Environment("P1BRIDGE_MQTT__HOST=a.lan"), "mqtt[0].host=b.lan").Mqtt.Host);
    }

    [Fact]
    public void Two_spellings_of_one_variable_are_one_too_many()
        => Assert.Contains(
            "P1BRIDGE_MQTT__HOST: also set as P1BRIDGE_MQTT__0__HOST; keep one", Some.Message(Two, Some.Environment("P1BRIDGE_MQTT__0__HOST=a.lan", "P1BRIDGE_MQTT__HOST=b.lan")),
            StringComparison.Ordinal);

    [Fact]
    public void A_section_of_the_file_is_the_first_broker_when_variables_name_items()
    {
        var options = Some.Options(
            "meters:\n  - source: simulator\nmqtt:\n  host: near.lan\n  user: somebody\n",
            Some.Environment("P1BRIDGE_MQTT__0__PORT=2000", "P1BRIDGE_MQTT__1__HOST=far.lan", "P1BRIDGE_MQTT__1__NAME=far"));

        Assert.Equal([("near.lan", 2000, "somebody"), ("far.lan", 1883, "")], options.Brokers.Select(static broker => (broker.Host, broker.Port, broker.User)));
    }

    [Theory]
    [InlineData("  - name: third\n    host: NEAR.lan\n", "mqtt[2].base_topic: the broker 'main' is the same one")]
    [InlineData("    client_id: me\n  - name: third\n    host: far.lan\n    port: 1999\n    client_id: me\n", "mqtt[2].client_id: the broker 'far' is the same one")]
    [InlineData("  - host: third.lan\n", "mqtt[2].name")]
    [InlineData("  - name: far\n    host: third.lan\n", "another broker has the name 'far' already")]
    [InlineData("  - name: third\n", "mqtt[2].host: missing")]
    [InlineData("  - name: third\n    hots: third.lan\n", "did you mean 'host'?")]
    [InlineData("  - third.lan\n", "expected keys")]
    [InlineData("outputs:\n  mqtt_json:\n    broker: fra\n", "outputs.mqtt_json.broker: no broker has the name 'fra'; there are main, far")]
    [InlineData("outputs:\n  mqtt_values:\n    broker: far\n", "homeassistant.broker: must be the broker of outputs.mqtt_values")]
    public void What_cannot_work_is_named(string more, string text) => Assert.Contains(text, Some.Message(Two + more), StringComparison.Ordinal);

    [Fact]
    public void The_effective_configuration_is_the_list_again()
    {
        var loaded = Some.Loaded(Two);

        Assert.Equivalent(loaded.Options, Some.Options(Some.Effective(loaded)), strict: true);
    }

    [Fact]
    public void The_example_for_AWS_IoT_Core_binds_and_warns_of_nothing()
    {
        var loaded = Example();
        var aws = loaded.Options.BrokerNamed("aws");

        Assert.Empty(loaded.Warnings);
        Assert.Equal((443, "x-amzn-mqtt-ca", true), (aws.Port, aws.Tls.Alpn, aws.Tls.Enabled));
        Assert.Equal((90, 450), (aws.Rate, aws.RateKilobytes));
        Assert.Equal((0, 0), (loaded.Options.Mqtt.Rate, loaded.Options.Mqtt.RateKilobytes));
        Assert.Equal(TimeSpan.FromSeconds(10), loaded.Options.Outputs.MqttJson.MinimumInterval);
        Assert.Equal(("broker.lan", 1883), (loaded.Options.Mqtt.Host, loaded.Options.Mqtt.Port));
    }

    [Theory]
    [InlineData("mqtt[1].tls.enabled=false", "mqtt[1].profile: AWS IoT Core speaks TLS only")]
    [InlineData("mqtt[1].tls.cert_file=", "mqtt[1].profile: AWS IoT Core knows its things by their certificate")]
    [InlineData("mqtt[1].tls.alpn=", "mqtt[1].port: on 443 AWS IoT Core asks for tls.alpn: x-amzn-mqtt-ca")]
    [InlineData("mqtt[1].client_id=", "mqtt[1].client_id: must be set")]
    [InlineData("mqtt[1].client_id=$me", "mqtt[1].client_id: AWS IoT Core takes 128 bytes")]
    [InlineData("mqtt[1].base_topic=a/b/c/d/e", "mqtt[1].base_topic: AWS IoT Core takes topics of 8 levels")]
    [InlineData("mqtt[1].keep_alive=1h", "mqtt[1].keep_alive: AWS IoT Core takes 30s to 20m")]
    [InlineData("mqtt[1].session_expiry=8d", "mqtt[1].session_expiry: AWS IoT Core keeps a session for 7 days")]
    [InlineData("mqtt[1].websocket_path=/mqtt", "mqtt[1].websocket_path: AWS IoT Core signs WebSockets")]
    [InlineData("mqtt[1].rate=500", "mqtt[1].rate: AWS IoT Core takes 100 messages a second")]
    [InlineData("mqtt[1].rate_kilobytes=0", "mqtt[1].rate_kilobytes: AWS IoT Core takes 500 KiB a second")]
    public void The_profile_refuses_what_AWS_IoT_Core_would_refuse(string setting, string text)
        => Assert.Contains(text, Assert.Throws<ConfigurationException>(() => Example(setting)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("outputs.mqtt_values.broker=aws", "each value on its own topic")]
    [InlineData("outputs.mqtt_json.minimum_interval=0s", "each message is billed")]
    public void The_profile_warns_of_what_costs(string setting, string text)
        => Assert.Contains(Example(setting, "homeassistant.enabled=false").Warnings, warning => warning.Contains(text, StringComparison.Ordinal));

    /// <summary>The example, with files that are there.</summary>
    static LoadedOptions Example(params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var text = File.ReadAllText(Path.Combine(RenderedFile.Root, "config", "examples", "aws-iot.yaml"))
            .Replace("/etc/p1bridge/aws/AmazonRootCA1.pem", folder.Add("ca.pem", TlsTests.Certificate()), StringComparison.Ordinal)
            .Replace("/etc/p1bridge/aws/certificate.pem.crt", folder.Add("certificate.pem", TlsTests.Certificate()), StringComparison.Ordinal)
            .Replace("/etc/p1bridge/aws/private.pem.key", folder.Add("key.pem", "not looked into"), StringComparison.Ordinal);
        return Some.Loaded(text, null, settings);
    }
}
