using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class OverrideTests
{
    public static TheoryData<string, string> BadVariables => new()
    {
        { "P1BRIDGE_MQTT__PORT=abc", "P1BRIDGE_MQTT__PORT: mqtt.port: expected a whole number from 1 to 65535, found 'abc'" },
        { "P1BRIDGE_MQTT_HOST=b", "P1BRIDGE_MQTT_HOST: unknown variable; did you mean 'P1BRIDGE_MQTT__HOST'?" },
        { "P1BRIDGE_MQTT__PROT=1", "P1BRIDGE_MQTT__PROT: unknown variable; did you mean 'P1BRIDGE_MQTT__PORT'?" },
        { "P1BRIDGE_METERS__SOURCE=x", "P1BRIDGE_METERS__SOURCE: unknown variable; did you mean 'P1BRIDGE_METERS__0__SOURCE'?" },
        { "P1BRIDGE_METERS__0__SUORCE=x", "P1BRIDGE_METERS__0__SUORCE: unknown variable; did you mean 'P1BRIDGE_METERS__0__SOURCE'?" },
        { "P1BRIDGE_METERS__2__SOURCE=simulator", "P1BRIDGE_METERS__2__SOURCE: 'meters' has 1 item, so the next one is P1BRIDGE_METERS__1" },
        { "P1BRIDGE_MQTT=b", "P1BRIDGE_MQTT: mqtt: expected a section (keys below it, indented), which cannot be set as one value; set the keys below it, such as P1BRIDGE_MQTT__HOST" },
        { "P1BRIDGE_METERS=x", "P1BRIDGE_METERS: meters: expected a list (items that begin with '- '), which cannot be set as one value; set the keys below it, such as P1BRIDGE_METERS__0__SOURCE" },
        { "P1BRIDGE_METERS__0=x", "P1BRIDGE_METERS__0: meters[0]: expected a section (keys below it, indented), which cannot be set as one value; set the keys below it, such as P1BRIDGE_METERS__0__SOURCE" },
        { "P1BRIDGE_ELEPHANT=", "P1BRIDGE_ELEPHANT: unknown variable; expected P1BRIDGE_ and the path of a key, such as P1BRIDGE_MQTT__HOST" },
        { "P1BRIDGE_=1", "P1BRIDGE_: unknown variable; expected P1BRIDGE_ and the path of a key, such as P1BRIDGE_MQTT__HOST" },
        { "P1BRIDGE_MQTT__PASSWORD_FILE=/nonexistent", "P1BRIDGE_MQTT__PASSWORD_FILE: mqtt.password_file: cannot read '/nonexistent': no such file" },
    };

    [Theory, MemberData(nameof(BadVariables))]
    public void A_bad_variable_is_named(string assignment, string message) =>
        Assert.Equal(message, Some.Message(Some.Minimal, Some.Environment(assignment)));

    [Theory]
    [InlineData("mqtt.port=abc", "command line: mqtt.port: expected a whole number from 1 to 65535, found 'abc'")]
    [InlineData("mqtt.prot=1", "command line: mqtt.prot: unknown key; did you mean 'mqtt.port'?")]
    [InlineData("meters[0].suorce=x", "command line: meters[0].suorce: unknown key; did you mean 'meters[0].source'?")]
    [InlineData("meters[3].source=simulator", "command line: meters[3].source: 'meters' has 1 item, so the next one is meters[1]")]
    [InlineData("elephant=hunter2", "command line: elephant: unknown key; expected a path such as mqtt.host")]
    [InlineData("mqtt=hunter2", "command line: mqtt: expected a section (keys below it, indented), which cannot be set as one value; set the keys below it, such as mqtt.host")]
    [InlineData("hunter2", "command line: override 1: expected key.path=value, such as mqtt.host=broker.lan or meters[0].source=/dev/ttyUSB0")]
    [InlineData("=hunter2", "command line: override 1: expected key.path=value, such as mqtt.host=broker.lan or meters[0].source=/dev/ttyUSB0")]
    [InlineData("mqtt..host=b", "command line: override 1: expected key.path=value, such as mqtt.host=broker.lan or meters[0].source=/dev/ttyUSB0")]
    public void A_bad_argument_is_named_without_its_value(string argument, string message) => Assert.Equal(message, Some.Message(Some.Minimal, null, argument));

    [Fact]
    public void Without_a_file_messages_name_the_configuration()
    {
        var failure = Assert.Throws<ConfigurationException>(() => OptionsLoader.Load(null, Some.NoEnvironment, [], []));
        Assert.StartsWith("configuration: meters: no meter configured", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_alone_is_enough()
    {
        var environment = Some.Environment("P1BRIDGE_METERS__0__SOURCE=COM3", "P1BRIDGE_MQTT__HOST=b");
        var loaded = OptionsLoader.Load(null, environment, [], []);
        Assert.Null(loaded.File);
        Assert.Equal(new SerialSourceOptions("COM3"), loaded.Options.Meters[0].Source);
    }

    [Fact]
    public void The_command_line_beats_the_environment_and_that_beats_the_file()
    {
        var environment = Some.Environment("P1BRIDGE_MQTT__PORT=2", "P1BRIDGE_MQTT__USER=from-environment");
        var mqtt = Some.Options(Some.Minimal + "  port: 1\n  user: file\n  client_id: file\n", environment, "mqtt.port=3").Mqtt;
        Assert.Equal((3, "from-environment", "file"), (mqtt.Port, mqtt.User, mqtt.ClientId));
    }

    [Fact]
    public void The_last_of_two_arguments_for_one_key_holds() =>
        Assert.Equal(4, Some.Options(Some.Minimal, null, "mqtt.port=3", "mqtt.port=4").Mqtt.Port);

    [Fact]
    public void Both_spellings_of_a_list_item_reach_it() =>
        Assert.Equal((300, "a"), (
            Some.Options(Some.Minimal, null, "meters.0.baud_rate=300").Meters[0].BaudRate,
            Some.Options(Some.Minimal, null, "meters[0].name=a").Meters[0].Name));

    [Fact]
    public void A_variable_appends_the_next_meter()
    {
        var environment = Some.Environment("P1BRIDGE_METERS__1__SOURCE=simulator", "P1BRIDGE_METERS__1__NAME=garage");
        Assert.Equal(["meter", "garage"], Some.Options(Some.Minimal, environment).Meters.Select(m => m.Name));
    }

    [Fact]
    public void An_empty_variable_sets_nothing_and_an_empty_argument_sets_the_empty_text()
    {
        const string Yaml = Some.Minimal + "  user: me\n";
        Assert.Equal("me", Some.Options(Yaml, Some.Environment("P1BRIDGE_MQTT__USER=")).Mqtt.User);
        Assert.Equal("", Some.Options(Yaml, null, "mqtt.user=").Mqtt.User);
    }

    [Fact]
    public void Two_variables_that_differ_in_case_alone_are_refused()
    {
        var message = Some.Message(Some.Minimal, Some.Environment("P1BRIDGE_MQTT__PORT=1", "p1bridge_mqtt__port=2"));
        Assert.Equal("p1bridge_mqtt__port: also set as P1BRIDGE_MQTT__PORT; keep one", message);
    }

    [Theory]
    [InlineData("P1BRIDGE_CONFIG")]
    [InlineData("P1BRIDGE_REQUIRE_PARTS")]
    [InlineData("P1BRIDGE_UPDATE")]
    [InlineData("P1BRIDGE_SERVICE_HOST")]
    [InlineData("P1BRIDGE_SERVICE_PORT_HTTP")]
    [InlineData("P1BRIDGE_PORT")]
    [InlineData("P1BRIDGE_PORT_1883_TCP_ADDR")]
    [InlineData("P1BRIDGE_NAME")]
    [InlineData("P1BRIDGE_ENV_PATH")]
    [InlineData("P1BRIDGEX")]
    [InlineData("PATH")]
    public void Variables_that_are_not_settings_are_left_alone(string name) =>
        Assert.Empty(Some.Loaded(Some.Minimal, Some.Environment($"{name}=1")).Warnings);

    [Fact]
    public void A_value_that_is_replaced_is_not_looked_at() =>
        Assert.Equal(5, Some.Options(Some.Minimal + "  port: abc\n", Some.Environment("P1BRIDGE_MQTT__PORT=5")).Mqtt.Port);
}
