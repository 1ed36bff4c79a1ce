using System.Globalization;
using System.Text.RegularExpressions;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>openHAB's files from a meter, a file and a broker, against what a running bridge leaves on a real broker.</summary>
public sealed partial class OpenHabTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("p1bridge-openhab-").FullName;

    string Conf => Path.Combine(_folder, "conf");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_channel_has_its_retained_topic_and_every_topic_its_channel()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        house.StartBridge(cable.Source, broker);
        var retained = await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        await DoneAsync("generate-openhab", "--from", Telegrams.PathOf(Telegrams.Main), "--output", Conf);

        var channels = Channels(Conf);

        Assert.Equal(retained.Keys.Where(static topic => topic.StartsWith("p1bridge/", StringComparison.Ordinal)), channels.Select(static channel => channel.Topic).Order(StringComparer.Ordinal));
        Assert.All(channels, channel => AssertParsable(channel.Type, retained[channel.Topic]));

        await DoneAsync(["generate-openhab", "--from-broker", "--output", Path.Combine(_folder, "broker"), .. Settings(broker)]);
        Assert.Equal(Texts(Conf).Select(WithoutBroker), Texts(Path.Combine(_folder, "broker")).Select(WithoutBroker));
    }

    [Fact]
    public async Task The_connected_meter_is_listened_to()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));

        await DoneAsync("generate-openhab", "--source", cable.Source, "--output", Conf);
        await DoneAsync("generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf, "--check");
    }

    [Fact]
    public async Task The_running_bridge_keeps_the_files()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));

        house.StartBridge(cable.Source, broker, $"openhab.directory={Conf}");
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(Conf, "sitemaps", "p1bridge.sitemap")), () => house.Story, TimeSpan.FromSeconds(120));

        await DoneAsync(["generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf, "--check", .. Settings(broker)]);
    }

    [Fact]
    public async Task Without_a_bridge_on_the_broker_there_is_nothing_to_generate_from()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();

        var (exitCode, _, errors) = await BuiltProgram.RunAsync(["generate-openhab", "--from-broker", "--output", Conf, .. Settings(broker)]);

        Assert.Equal(1, exitCode);
        Assert.Contains("has no values below 'p1bridge'. Start the bridge", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Conf));
    }

    [Theory]
    [InlineData(2, "--output is missing", "generate-openhab")]
    [InlineData(2, "'localhost' is not the UID of a broker thing", "generate-openhab", "--output", "x", "--broker", "localhost")]
    [InlineData(2, "--set mqtt.host=broker.lan --set mqtt.port=1884", "generate-openhab", "--output", "x", "--broker", "broker.lan:1884")]
    [InlineData(2, "--prefix: expected", "generate-openhab", "--output", "x", "--prefix", "1")]
    [InlineData(2, "choose one", "generate-openhab", "--output", "x", "--from-broker")]
    [InlineData(2, "needs --output", "generate-openhab", "--check", "--model", "-")]
    [InlineData(2, "--yaml is for openHAB 5.2", "generate-openhab", "--output", "x", "--yaml", "--openhab", "4.3")]
    [InlineData(1, "there is no such folder of templates", "generate-openhab", "--output", "x", "--templates", "/no/such/folder")]
    [InlineData(1, "is no openHAB conf folder", "generate-openhab", "--output", "/usr")]
    [InlineData(1, "cannot be written", "generate-openhab", "--output", "/proc/1/p1bridge")]
    public async Task What_is_asked_for_wrongly_is_said(int code, string expected, params string[] arguments)
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync([.. arguments, "--from", Telegrams.PathOf("fluvius-1p"), "--set", "mqtt.host=localhost"]);

        Assert.True(exitCode == code, errors);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_openHAB_must_be_told_by_hand_is_said_once()
    {
        string[] command = ["generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf, "--set", "mqtt.host=localhost", "--set", "mqtt.user=me", "--set", "mqtt.password=Zq9Xw7"];

        var (_, output, errors) = await BuiltProgram.RunAsync(command);
        var (_, withThing, _) = await BuiltProgram.RunAsync([.. command, "--broker", "mqtt:broker:home"]);

        Assert.Single(output.Split('\n'), static line => line.Contains("--set mqtt.host=ADDRESS", StringComparison.Ordinal));
        Assert.Single(output.Split('\n'), static line => line.Contains("--broker mqtt:broker:NAME", StringComparison.Ordinal));
        Assert.DoesNotContain("Note:", withThing, StringComparison.Ordinal);
        Assert.DoesNotContain("Zq9Xw7", output + errors + string.Concat(Texts(Conf).Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_two_forms_follow_each_other_and_a_misspelt_template_is_named()
    {
        var templates = Directory.CreateDirectory(Path.Combine(_folder, "templates")).FullName;
        await File.WriteAllTextAsync(Path.Combine(templates, "p1bridge.item.scriban"), "mine");
        string[] command = ["generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf, "--templates", templates];

        var (_, _, errors) = await BuiltProgram.RunAsync(command);
        await DoneAsync([.. command, "--yaml"]);

        Assert.Contains("p1bridge.item.scriban is used by nothing. Did you mean p1bridge.items.scriban?", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Conf, "items", "p1bridge.items")));
        Assert.Equal(1, (await BuiltProgram.RunAsync([.. command, "--check"])).ExitCode);
        Assert.True(File.Exists(Path.Combine(Conf, "yaml", "p1bridge.yaml")));
    }

    [Fact]
    public async Task A_mistake_in_a_template_is_shown_with_a_caret_and_touches_no_file()
    {
        await DoneAsync("generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf);
        var before = Texts(Conf);
        var templates = Directory.CreateDirectory(Path.Combine(_folder, "templates")).FullName;
        await File.WriteAllTextAsync(Path.Combine(templates, "p1bridge.sitemap.scriban"), "// fine\n{{ for x in meters; x | html.strip; end }}\n");

        var (exitCode, _, errors) = await BuiltProgram.RunAsync(
            "generate-openhab", "--from", Telegrams.PathOf(Telegrams.Main), "--output", Conf, "--templates", templates);

        Assert.Equal(1, exitCode);
        Assert.Matches(@"p1bridge\.sitemap\.scriban:2:\d+: .*html", errors);
        Assert.Contains("\n{{ for x in meters; x | html.strip; end }}\n", errors.Replace("\n    ", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Matches(@"\n +\^", errors);
        Assert.Equal(before, Texts(Conf));
    }

    [Fact]
    public async Task The_model_goes_to_standard_output_alone()
    {
        var (exitCode, output, _) = await BuiltProgram.RunAsync("generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--model", "-");

        Assert.Equal(0, exitCode);
        using var model = System.Text.Json.JsonDocument.Parse(output);
        Assert.Equal("meter", model.RootElement.GetProperty("meters")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Messages_of_ones_own_form_reach_the_broker()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        house.StartBridge(house.Configuration(cable.Source, broker) + """
            outputs:
              messages:
                - topic: "other/{{ meter }}/now"
                  payload: '{"w":{{ values.power_import * 1000 | math.round }}}'
                  retain: true
                - topic: "other/{{ sub_meter.medium }}"
                  payload: "{{ sub_meter.texts.volume }}"
                  each: sub_meter
                  retain: true

            """);

        var retained = await Eventually.ReadAsync(broker.RetainedAsync, static found => found.Keys.Count(static topic => topic.StartsWith("other/", StringComparison.Ordinal)) == 3);

        Assert.Equal(
            ["other/gas 2871.504", "other/meter/now {\"w\":4662}", "other/water 412.087"],
            retained.Where(static pair => pair.Key.StartsWith("other/", StringComparison.Ordinal)).Select(static pair => $"{pair.Key} {pair.Value}"));
    }

    static async Task DoneAsync(params IEnumerable<string> arguments)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync(arguments);
        Assert.True(exitCode == 0, $"{exitCode}\n{output}\n{errors}");
    }

    static string[] Settings(Broker broker) => ["--set", $"mqtt.host={broker.Host}", "--set", $"mqtt.port={broker.Port.ToString(CultureInfo.InvariantCulture)}"];

    static List<(string Type, string Topic)> Channels(string folder)
        => [.. from Match match in Channel().Matches(File.ReadAllText(Path.Combine(folder, "things", "p1bridge.things"))) select (match.Groups[1].Value, match.Groups[2].Value)];

    static SortedDictionary<string, string> Texts(string folder)
        => new(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllText), StringComparer.Ordinal);

    /// <summary>The address of the broker is the one thing that differs, and with it the checksum.</summary>
    static string WithoutBroker(KeyValuePair<string, string> file) => BrokerAddress().Replace(file.Value, "");

    static void AssertParsable(string type, string payload)
    {
        if (type == "number") Assert.True(decimal.TryParse(payload, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _), payload);
        if (type == "datetime") Assert.True(DateTimeOffset.TryParseExact(payload, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), payload);
        Assert.NotEmpty(payload);
    }

    [GeneratedRegex("""Type (\w+) +: \S+ +".*" \[ stateTopic="([^"]+)""")]
    private static partial Regex Channel();

    [GeneratedRegex("host=\"[^\"]*\", port=[0-9]+|Checksum [0-9a-f]+")]
    private static partial Regex BrokerAddress();
}
