using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class OptionsLoaderTests
{
    static string Yaml(string host) => $"meters: [{{source: simulator}}]\nmqtt: {{host: {host}}}\n";

    [Fact]
    public void The_named_file_comes_before_the_variable_and_that_before_the_search()
    {
        using var folder = new TemporaryFolder();
        var named = folder.Add("named.yaml", Yaml("named"));
        var environment = Some.Environment($"P1BRIDGE_CONFIG={folder.Add("variable.yaml", Yaml("variable"))}");
        string[] search = [Path.Combine(folder.Path, "none.yaml"), folder.Add("found.yaml", Yaml("found"))];
        Assert.Equal("named", OptionsLoader.Load(named, environment, [], search).Options.Mqtt.Host);
        Assert.Equal("variable", OptionsLoader.Load(null, environment, [], search).Options.Mqtt.Host);
        Assert.Equal("found", OptionsLoader.Load(null, Some.NoEnvironment, [], search).Options.Mqtt.Host);
    }

    [Fact]
    public void A_named_file_that_is_not_there_is_an_error() => Assert.Equal(
        "/nonexistent/p1bridge.yaml: cannot read the configuration: no such file",
        Assert.Throws<ConfigurationException>(() => OptionsLoader.Load("/nonexistent/p1bridge.yaml", Some.NoEnvironment, [])).Message);

    [Fact]
    public void The_variable_that_names_a_missing_file_is_told() => Assert.Equal(
        "/nonexistent.yaml: cannot read the configuration: no such file (named by P1BRIDGE_CONFIG)",
        Assert.Throws<ConfigurationException>(() => OptionsLoader.Load(null, Some.Environment("P1BRIDGE_CONFIG=/nonexistent.yaml"), [])).Message);

    [Fact]
    public void A_directory_is_no_configuration() => Assert.Equal(
        "/tmp: cannot read the configuration: it is a directory",
        Assert.Throws<ConfigurationException>(() => OptionsLoader.Load("/tmp", Some.NoEnvironment, [])).Message);

    [Fact]
    public void No_file_of_ours_has_the_name_that_belongs_to_add_ons() =>
        Assert.DoesNotContain(OptionsLoader.SearchPaths, path => Path.GetFileNameWithoutExtension(path) == "config");

    [Fact]
    public void The_broker_may_be_missing_when_no_output_needs_one()
    {
        const string Yaml = "meters: [{source: simulator}]\nhomeassistant: {enabled: false}\noutputs: {mqtt_values: {enabled: false}}\n";
        Assert.Equal("", Some.Options(Yaml).Mqtt.Host);
        Assert.Contains("mqtt.host: missing", Some.Message(Yaml, null, "outputs.mqtt_json.enabled=true"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt.port=8883", "command line: mqtt.port: 8883 is the port for TLS, and TLS is off; set mqtt.tls.enabled")]
    [InlineData("mqtt.password=x", "p1bridge.yaml:3:1: mqtt.user: a password without a user; most brokers refuse that")]
    [InlineData("mqtt.tls.insecure=true", "command line: mqtt.tls.insecure: any certificate is accepted; nothing proves that the broker is the right one")]
    [InlineData("meters[0].ignore_checksum=true", "command line: meters[0].ignore_checksum: telegrams with a wrong checksum are used; totals can become wrong")]
    public void What_is_seldom_wanted_gives_a_warning(string argument, string warning) =>
        Assert.Equal([warning], Some.Loaded(Some.Minimal, null, argument).Warnings);

    [Fact]
    public void The_port_follows_TLS_unless_it_is_given()
    {
        Assert.Equal(8883, Some.Options(Some.Minimal, null, "mqtt.tls.enabled=true").Mqtt.Port);
        Assert.Equal(1883, Some.Options(Some.Minimal, null, "mqtt.tls.enabled=true", "mqtt.port=1883").Mqtt.Port);
    }

    [Fact]
    public void The_status_topic_follows_the_discovery_prefix() =>
        Assert.Equal("ha/status", Some.Options(Some.Minimal, null, "homeassistant.discovery_prefix=ha").HomeAssistant.StatusTopic);

    [Fact]
    public void A_section_whose_keys_are_all_commented_out_is_an_empty_one() =>
        Assert.Equivalent(Some.Options(Some.Minimal), Some.Options(Some.Minimal + "guard:\n  #enabled: false\noutputs:\n  console:\n"), strict: true);
}
