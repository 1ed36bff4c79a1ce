using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class BadFileTests
{
    const string Meter = "meters: [{source: simulator}]\n";
    const string Forms = "one of the forms " + SourceText.Forms;

    /// <summary>A file and the message it must give; the name of the file and a colon stand before each line.</summary>
    public static TheoryData<string, string> Files => new()
    {
        { "", "meters: no meter configured: set meters[0].source (or P1BRIDGE_METERS__0__SOURCE), such as /dev/ttyUSB0\n" +
            "mqtt.host: missing; expected the name or address of the broker, such as broker.lan (or set P1BRIDGE_MQTT__HOST)" },
        { "# nothing\n", "meters: no meter configured: set meters[0].source (or P1BRIDGE_METERS__0__SOURCE), such as /dev/ttyUSB0\n" +
            "mqtt.host: missing; expected the name or address of the broker, such as broker.lan (or set P1BRIDGE_MQTT__HOST)" },
        { Meter + "mqtt:\n  user: me\n", "2:1: mqtt.host: missing; expected the name or address of the broker, such as broker.lan (or set P1BRIDGE_MQTT__HOST)" },
        { "mqtt: {host: b}\nmeters: []", "meters: no meter configured: set meters[0].source (or P1BRIDGE_METERS__0__SOURCE), such as /dev/ttyUSB0" },

        // Keys
        { Meter + "mqtt:\n  host: b\n  prot: 1\n", "4:3: mqtt.prot: unknown key; did you mean 'port'?" },
        { Meter + "mqtt:\n  Host: b\n  host: b\n", "3:3: mqtt.Host: unknown key; did you mean 'host'?" },
        { Meter + "mqtt: {host: b, username: me}\n", "2:17: mqtt.username: unknown key; did you mean 'user'?" },
        { Meter + "mqtt: {host: b}\nport: 1\n", "3:1: port: unknown key here; did you mean 'mqtt.port'?" },
        { Meter + "mqtt: {host: b}\nguard:\n  zzz: 1\n", "4:3: guard.zzz: unknown key; expected one of enabled, agreeing_telegrams" },
        { "meters: [{source: simulator, boud_rate: 1}]\nmqtt: {host: b}\n", "1:30: meters[0].boud_rate: unknown key; did you mean 'baud_rate'?" },
        { "meters: [{source: simulator, tariff_names: {5: x}}]\nmqtt: {host: b}\n", "1:45: meters[0].tariff_names.5: unknown key; expected one of 1, 2, 3, 4" },
        { Meter + "mqtt: {host: b}\nopenhab: {version: \"4.3\", yaml: true}\n", "3:33: openhab.yaml: is for openHAB 5.2 and later; version says 4.3" },
        { Meter + "mqtt:\n  host: b\n  host: c\n", "4:3: mqtt.host: the key stands twice; it stands in line 3 already" },
        { Meter + "mqtt:\n  host: b\nmqtt:\n  host: c\n", "4:1: mqtt: the key stands twice; it stands in line 2 already" },

        // Kinds
        { "- a\n", "1:1: expected sections such as 'mqtt:', found a list" },
        { "hello\n", "1:1: expected sections such as 'mqtt:', found a single value" },
        { Meter + "mqtt: [b]\n", "2:8: mqtt[0]: expected keys such as '- source: ...', found a single value" },
        { Meter + "mqtt: b\n", "2:7: mqtt: expected a section (keys below it, indented), found a single value" },
        { Meter + "mqtt:\n  host:b\n", "3:3: mqtt: expected a section (keys below it, indented), found a single value; a blank belongs behind a colon" },
        { "meters:\n  - source:/dev/ttyUSB0\nmqtt: {host: b}\n", "2:5: meters[0]: expected keys such as '- source: ...', found a single value; a blank belongs behind a colon" },
        { "meters: [{source: simulator, web: {listen: x}}]\nmqtt: {host: b}\n", "1:30: meters[0].web: unknown key here; 'web:' is a section of its own, without blanks in front" },
        { "meters: /dev/ttyUSB0\nmqtt: {host: b}\n", "1:9: meters: expected a list (items that begin with '- '), found a single value" },
        { "meters: {source: simulator}\nmqtt: {host: b}\n", "1:9: meters: expected a list (items that begin with '- '), found a section" },
        { "meters: [/dev/ttyUSB0]\nmqtt: {host: b}\n", "1:10: meters[0]: expected keys such as '- source: ...', found a single value" },
        { Meter + "mqtt: {host: [b]}\n", "2:14: mqtt.host: expected the name or address of the broker, found a list" },
        { Meter + "mqtt:\n  host:\n", "3:8: mqtt.host: expected the name or address of the broker, found nothing; give a value (in quotes if it begins with #) or remove the line" },
        { Meter + "mqtt: {host: b, user: true}\n", "2:23: mqtt.user: expected a text of one line, found 'true'; put it in quotes if this text is meant" },
        { Meter + "mqtt: {host: b, port: \"1883\"}\n", "2:23: mqtt.port: expected a whole number from 1 to 65535, found '1883'; write it without quotes" },
        { Meter + "mqtt: {host: b, password: [x]}\n", "2:27: mqtt.password: expected a text, found a list" },

        // Values
        { Meter + "mqtt: {host: b, port: abc}\n", "2:23: mqtt.port: expected a whole number from 1 to 65535, found 'abc'" },
        { Meter + "mqtt: {host: b, port: 65536}\n", "2:23: mqtt.port: expected a whole number from 1 to 65535, found '65536'" },
        { Meter + "mqtt: {host: b, port: 99999999999999999999}\n", "2:23: mqtt.port: expected a whole number from 1 to 65535, found '99999999999999999999'" },
        { Meter + "mqtt: {host: b, port: 1883.0}\n", "2:23: mqtt.port: expected a whole number from 1 to 65535, found '1883.0'" },
        { Meter + "mqtt: {host: b, retain: yes}\n", "2:25: mqtt.retain: expected true or false, found 'yes'" },
        { Meter + "mqtt: {host: b, keep_alive: 60}\n", "2:29: mqtt.keep_alive: expected a duration from 5s to 18h, found '60'; add a unit: 60s, 60m ..." },
        { Meter + "mqtt: {host: b, keep_alive: 1s}\n", "2:29: mqtt.keep_alive: expected a duration from 5s to 18h, found '1s'" },
        { Meter + "mqtt: {host: b, keep_alive: 1 minute}\n", "2:29: mqtt.keep_alive: expected a duration from 5s to 18h, found '1 minute'; write 500ms, 5s, 10m, 24h or 1d" },
        { Meter + "mqtt: {host: b, keep_alive: -5s}\n", "2:29: mqtt.keep_alive: expected a duration from 5s to 18h, found '-5s'; write 500ms, 5s, 10m, 24h or 1d" },
        { Meter + "mqtt: {host: b, base_topic: /x}\n", "2:29: mqtt.base_topic: expected a topic without blanks, +, # and without / at the ends, found '/x'" },
        { Meter + "mqtt: {host: b, base_topic: a/+}\n", "2:29: mqtt.base_topic: expected a topic without blanks, +, # and without / at the ends, found 'a/+'" },
        { Meter + "mqtt: {host: b, base_topic: ''}\n", "2:29: mqtt.base_topic: expected a topic without blanks, +, # and without / at the ends, found an empty text" },
        { Meter + "mqtt: {host: 'mqtt://b'}\n", "2:14: mqtt.host: expected the name or address of the broker, found 'mqtt://b'; the name alone, without mqtt://; the port is mqtt.port, encryption is mqtt.tls.enabled" },
        { Meter + "mqtt: {host: 'b:1883'}\n", "2:14: mqtt.host: expected the name or address of the broker, found 'b:1883'; the name alone; the port is mqtt.port" },
        { Meter + "mqtt: {host: 'me:pw@b'}\n", "2:14: mqtt.host: expected the name or address of the broker, found a text with '@' (not shown, it may hold a password); the name alone; the port is mqtt.port" },
        { Meter + "mqtt: {host: b}\nlog: {level: warn}\n", "3:14: log.level: expected one of trace, debug, information, warning, error, found 'warn'; did you mean 'warning'?" },
        { Meter + "mqtt: {host: b}\nhomeassistant: {language: es}\n", "3:27: homeassistant.language: expected one of en, nl, fr, de, found 'es'; did you mean 'en'?" },
        { Meter + "mqtt: {host: b}\nhomeassistant: {entity_prefix: P1}\n", "3:32: homeassistant.entity_prefix: expected lower-case letters, digits and _, no _ at the ends, found 'P1'" },
        { "meters: [{source: simulator, name: bridge}]\nmqtt: {host: b}\n", "1:36: meters[0].name: expected a name of lower-case letters, digits, _ and -, other than 'bridge', found 'bridge'" },
        { "meters: [{source: simulator, name: \"a\\n\"}]\nmqtt: {host: b}\n", "1:36: meters[0].name: expected a name of lower-case letters, digits, _ and -, other than 'bridge', found 'a?'" },
        { "meters: [{source: simulator, target_demand: '4,5'}]\nmqtt: {host: b}\n", "1:45: meters[0].target_demand: expected a number from 0.1 to 1000, found '4,5'; write it without quotes" },
        { "meters:\n- source: simulator\n  target_demand: 4,5\nmqtt: {host: b}\n", "3:18: meters[0].target_demand: expected a number from 0.1 to 1000, found '4,5'; the decimal sign is a point" },
        { "meters: [{source: simulator, tariff_names: {1: ''}}]\nmqtt: {host: b}\n", "1:48: meters[0].tariff_names.1: expected a text of one line that is not empty, found an empty text" },

        // Together
        { "meters: [{name: a}]\nmqtt: {host: b}\n", $"1:10: meters[0].source: missing; expected {Forms} (or set P1BRIDGE_METERS__0__SOURCE)" },
        { "meters: [{source: simulator}, {source: simulator}]\nmqtt: {host: b}\n", "1:31: meters[1].name: missing; expected a name of its own for each meter, such as garage (or set P1BRIDGE_METERS__1__NAME)" },
        { "meters: [{source: simulator}, {source: simulator, name: meter}]\nmqtt: {host: b}\n", "1:57: meters[1].name: meters[0] has the name 'meter' already; each meter needs one of its own" },
        { Meter + "mqtt: {host: b, base_topic: homeassistant}\n", "2:29: mqtt.base_topic: must differ from homeassistant.discovery_prefix: Home Assistant would read values as announcements" },
        { Meter + "mqtt: {host: b, password: x, password_file: /nonexistent}\n", "2:45: mqtt.password_file: 'password' is set as well; keep one of the two\np1bridge.yaml:2:45: mqtt.password_file: cannot read '/nonexistent': no such file" },
        { Meter + "mqtt: {host: b, tls: {ca_file: /nonexistent}}\n", "2:32: mqtt.tls.ca_file: cannot read '/nonexistent': no such file" },
        { Meter + "mqtt: {host: b, tls: {ca_file: /}}\n", "2:32: mqtt.tls.ca_file: cannot read '/': it is a directory" },

        // YAML
        { "a: b\n---\nc: d\n", "2:1: a second document; keep one (remove the line ---)" },
        { "mqtt:\n\thost: b\n", "2:1: a tab as indentation; use spaces" },
        { "mqtt:\n  \thost: b\n", "2:3: a tab as indentation; use spaces" },
        { "mqtt:\n  host: b\n port: 3\n", "3:2: not valid YAML: the indentation does not match the lines above, or text follows a closing quote" },
        { "mqtt:\n  host: b\n    port: 3\n", "3:9: not valid YAML: a colon where none can stand; check the indentation and the line above, or put the value in quotes" },
        { "mqtt\n  host: b\n", "2:7: not valid YAML: a colon where none can stand; check the indentation and the line above, or put the value in quotes" },
        { "mqtt:\n  host: \"b\n", "2:9: not valid YAML: a quote is opened and not closed, or an escape in it is wrong" },
        { "mqtt:\n  password: \"\\qx\"\n", "2:13: not valid YAML: a quote is opened and not closed, or an escape in it is wrong" },
        { "mqtt:\n  password: @x\n", "2:13: not valid YAML: a value cannot begin with this character; put it in quotes" },
        { "mqtt:\n  password: {x\n", "3:1: not valid YAML: a bracket is opened and not closed, or a comma is missing" },
        { "mqtt:\n  password: *x\n", "2:13: aliases are not used here; write the value itself, in quotes if it begins with *" },
        { "mqtt:\n  password: &x\n", "2:13: anchors are not used here; put the value in quotes if it begins with &" },
        { "mqtt:\n  password: !secret x\n", "2:13: tags such as !secret are not used here; keep a secret in a file of its own (password_file), or put the value in quotes if it begins with !" },
        { "mqtt:\n  ? [a]\n  : b\n", "2:5: expected a key, found a list" },
        { new string('[', 40), "1:18: nested too deep" },
        { "mqtt: {host: b\0}", "1:15: control character U+0000; remove it" },
    };

    [Theory, MemberData(nameof(Files))]
    public void A_bad_file_is_refused_with_place_key_and_expectation(string yaml, string message) =>
        Assert.Equal(Lines(message), Some.Message(yaml));

    // The first line has the place or not; the others of the table are written out where they have one.
    static string Lines(string message) => string.Join('\n', message.Split('\n').Select(line =>
        line.StartsWith("p1bridge.yaml", StringComparison.Ordinal) ? line : char.IsAsciiDigit(line[0]) ? $"p1bridge.yaml:{line}" : $"p1bridge.yaml: {line}"));

    [Fact]
    public void All_problems_are_told_at_once_in_the_order_of_the_file()
    {
        var problems = Assert.Throws<ConfigurationException>(() => Some.Loaded("mqtt:\n  host: b\n  port: x\n  retain: y\nmeters: [{source: z}]\n")).Problems;
        Assert.Equal(["p1bridge.yaml:3:9", "p1bridge.yaml:4:11", "p1bridge.yaml:5:19"], problems.Select(p => p[..p.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)':', (byte)'\n', (byte)' ', 0xC3, 0xA9, 0xE9, (byte)'x' }, "2:3: not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "1:1: the file is UTF-16; save it as UTF-8")]
    public void A_file_that_is_not_UTF_8_is_refused_with_the_place_of_the_first_wrong_byte(byte[] bytes, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("p1bridge.yaml", bytes);
        Assert.Equal($"{path}:{message}", Assert.Throws<ConfigurationException>(() => OptionsLoader.Load(path, Some.NoEnvironment, [])).Message);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_are_no_fault()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("p1bridge.yaml", "\uFEFF" + Some.Minimal.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal("broker.lan", OptionsLoader.Load(path, Some.NoEnvironment, []).Options.Mqtt.Host);
    }

    [Fact]
    public void A_file_of_a_megabyte_is_the_wrong_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("p1bridge.yaml", Encoding.ASCII.GetBytes(new string('#', YamlText.LargestFile + 1)));
        var message = Assert.Throws<ConfigurationException>(() => OptionsLoader.Load(path, Some.NoEnvironment, [])).Message;
        Assert.Equal($"{path}: cannot read the configuration: larger than 1048576 bytes, so it is not the file that was meant", message);
    }
}
