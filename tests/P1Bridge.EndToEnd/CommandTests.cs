using System.Text;
using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary><c>decode</c> and <c>discovery</c> as programs of their own.</summary>
public class CommandTests
{
    [Theory]
    [InlineData("fluvius-3p-gas-water-peaks")]
    [InlineData("fluvius-emucs21-3p")]
    public async Task Decode_says_what_the_sidecar_says(string name)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("decode", "--format", "json", Telegrams.PathOf(name));

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        Assert.Equal(Canonical(Sidecar.Read(name).Results), Canonical(JsonElement.Parse(output)));
    }

    [Theory]
    [InlineData("fluvius-3p-gas-water-peaks.txt", 0)]
    [InlineData("fluvius-emucs21-3p.txt", 0)]
    [InlineData("smarty-lu-encrypted.bin", 0)]
    [InlineData("bad/lowercase-crc.txt", 0)]
    [InlineData("bad/two-glued.txt", 0)]
    [InlineData("bad/wrong-unit.txt", 0)]
    [InlineData("bad/ff-message.bin", 0)]
    [InlineData("bad/lf-only.txt", 1)]
    [InlineData("bad/inverted.bin", 1)]
    public async Task Decode_reads_standard_input_byte_by_byte(string file, int exitCode)
    {
        var name = Path.ChangeExtension(file, null);
        await using var decode = BuiltProgram.Start(["decode", "--format", "json", .. Sidecar.Read(name).KeyOptions, "-"]);
        foreach (var value in await File.ReadAllBytesAsync(Repository.PathOf("tests", "telegrams", file)))
        {
            decode.Input.WriteByte(value);
            await decode.Input.FlushAsync();
        }
        decode.Input.Close();

        Assert.True(await decode.ExitAsync() == exitCode, decode.Story);
        Assert.Equal(Canonical(Sidecar.Read(name).Results), Canonical(JsonElement.Parse(string.Join('\n', decode.Output))));
    }

    [Fact]
    public async Task Decode_refuses_a_wrong_checksum_with_exit_code_one()
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("decode", "--format", "json", Telegrams.PathOf("bad/bad-crc"));

        Assert.Equal(1, exitCode);
        Assert.Contains("holds no valid telegram", errors, StringComparison.Ordinal);
        Assert.Equal(Canonical(Sidecar.Read("bad/bad-crc").Results), Canonical(JsonElement.Parse(output)));
    }

    [Fact]
    public async Task Discovery_prints_three_meters_and_the_bridge_with_topics_that_run_publishes()
    {
        var announced = await DiscoveryAsync();

        Assert.Equal(
            ["1SAG9999000103", "7FLO9999000201", "8SEN9999000301", "bridge"],
            announced.Select(static message => message.GetProperty("topic").GetString()!["homeassistant/device/p1bridge_".Length..^"/config".Length]).Order(StringComparer.Ordinal));
        // What is not retained does not stand in the file.
        var published = PublishedByRun().Append("p1bridge/bridge/health").ToHashSet();
        foreach (var component in announced.SelectMany(Components).Where(static component => component.GetProperty("platform").GetString() != "button"))
            Assert.Contains(component.GetProperty("state_topic").GetString()!, published);
    }

    [Fact]
    public async Task Discovery_is_what_run_announces()
    {
        var announced = await DiscoveryAsync();
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        house.StartBridge($"file:{Telegrams.PathOf(Telegrams.Main)}", broker);

        var retained = await house.AnnouncesAsync(broker, announced.Count);

        foreach (var message in announced)
            Assert.Equal(Canonical(message.GetProperty("payload")), Canonical(retained[message.GetProperty("topic").GetString()!]));
    }

    [Fact]
    public async Task Home_Assistant_takes_every_class_unit_and_state_class()
    {
        using var rules = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("tests", "data", "ha-sensor-rules.json")));
        var components = (await DiscoveryAsync()).SelectMany(Components).Where(static component => component.TryGetProperty("device_class", out _)).ToList();
        Assert.NotEmpty(components);
        foreach (var component in components)
            CheckRule(component, rules.RootElement.GetProperty(component.GetProperty("platform").GetString()!).GetProperty("device_classes"));
    }

    [Fact]
    public async Task Discovery_says_what_it_waits_for_and_needs_no_broker()
    {
        await using var house = new House();
        var cable = house.Add(new Cable(house.Folder));
        var discovery = house.Add(BuiltProgram.Start(["discovery", "--source", cable.Source], directory: house.Folder));
        await discovery.SaysAsync($"Listening to {cable.Port}, at most 60 s");
        await discovery.SaysAsync($"{cable.Port} does not exist");

        await cable.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));

        Assert.True(await discovery.ExitAsync() == 0, discovery.Story);
        Assert.Equal(2, JsonElement.Parse(string.Join('\n', discovery.Output)).GetArrayLength());
    }

    [Fact]
    public async Task The_demo_once_ends_when_each_announced_entity_has_a_value()
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("demo", "--once");

        Assert.Equal((0, ""), (exitCode, errors.Trim()));
        Assert.Contains("each entity has a value", output, StringComparison.Ordinal);
        Assert.Contains("\np1bridge/meter/gas/volume ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("bridge/health ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signal_ends_the_demo_at_once_and_its_broker_with_it()
    {
        await using var house = new House();
        var demo = house.Add(BuiltProgram.Start(["demo"], new Dictionary<string, string> { ["TMPDIR"] = house.Folder }));
        await Eventually.HoldsAsync(() => demo.Output.Any(static line => line.Contains("devices announced", StringComparison.Ordinal)), () => demo.Story);
        var broker = await ChildOfAsync(demo.Id);
        // A broker that does not answer keeps the demo from ending in order.
        await SignalAsync("STOP", broker);

        await demo.SignalAsync("INT");
        Assert.Equal(130, await demo.EndAsync("INT", TimeSpan.FromSeconds(3)));

        // Where nobody collects it, an ended process keeps its number but has no program.
        await Eventually.HoldsAsync(() => !File.Exists($"/proc/{broker}/exe"), () => $"mosquitto, process {broker}, still runs");
        Assert.Empty(Directory.GetDirectories(house.Folder, "p1bridge-*"));
    }

    static async Task<string> ChildOfAsync(int parent)
    {
        await using var search = new Child("pgrep", ["-P", parent.ToString(System.Globalization.CultureInfo.InvariantCulture), "mosquitto"]);
        Assert.Equal(0, await search.ExitAsync());
        return Assert.Single(search.Output);
    }

    static async Task SignalAsync(string signal, string process)
    {
        await using var kill = new Child("kill", [$"-{signal}", process]);
        Assert.Equal(0, await kill.ExitAsync());
    }

    static void CheckRule(JsonElement component, JsonElement classes)
    {
        var id = component.GetProperty("unique_id").GetString();
        var isKnown = classes.ValueKind == JsonValueKind.Array
            ? classes.EnumerateArray().Any(known => known.GetString() == component.GetProperty("device_class").GetString())
            : classes.TryGetProperty(component.GetProperty("device_class").GetString()!, out _);
        Assert.True(isKnown, id);
        if (classes.ValueKind == JsonValueKind.Array || component.GetProperty("platform").GetString() != "sensor") return;
        var rule = classes.GetProperty(component.GetProperty("device_class").GetString()!);
        Assert.True(Allows(rule.GetProperty("units"), component, "unit_of_measurement"), id);
        if (component.TryGetProperty("state_class", out _)) Assert.True(Allows(rule.GetProperty("state_classes"), component, "state_class"), id);
    }

    /// <summary>A null list allows everything; a null in it allows that nothing is said.</summary>
    static bool Allows(JsonElement allowed, JsonElement component, string key)
    {
        var said = component.TryGetProperty(key, out var value) ? value.GetString() : null;
        return allowed.ValueKind == JsonValueKind.Null || allowed.EnumerateArray().Any(entry => entry.GetString() == said);
    }

    static async Task<List<JsonElement>> DiscoveryAsync()
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("discovery", "--from", Telegrams.PathOf(Telegrams.Main), "--format", "json");
        Assert.True(exitCode == 0, errors);
        Assert.Empty(errors);
        return [.. JsonElement.Parse(output).EnumerateArray()];
    }

    static IEnumerable<JsonElement> Components(JsonElement message)
        => message.GetProperty("payload").GetProperty("components").EnumerateObject().Select(static component => component.Value);

    /// <summary>The topics that the run of the same telegram was seen to retain; its test keeps the list true.</summary>
    static HashSet<string> PublishedByRun() => [.. File.ReadLines(Repository.PathOf("tests", "P1Bridge.EndToEnd", "TelegramTests.values.verified.txt"))
        .Where(static line => line.StartsWith("p1bridge/", StringComparison.Ordinal)).Select(static line => line[..line.IndexOf(' ', StringComparison.Ordinal)])];

    /// <summary>JSON with sorted keys; numbers keep the digits they were written with.</summary>
    static string Canonical(JsonElement element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return text.ToString();
    }

    static void Append(JsonElement element, StringBuilder text)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            text.Append("{\n");
            foreach (var property in element.EnumerateObject().OrderBy(static property => property.Name, StringComparer.Ordinal))
            {
                text.Append(property.Name).Append(": ");
                Append(property.Value, text);
            }
            text.Append("}\n");
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            text.Append("[\n");
            foreach (var item in element.EnumerateArray())
                Append(item, text);
            text.Append("]\n");
        }
        else
        {
            text.Append(element.ValueKind == JsonValueKind.String ? $"'{element.GetString()}'" : element.GetRawText()).Append('\n');
        }
    }

    [Fact]
    public async Task A_demo_without_terminal_says_that_there_is_no_connection()
    {
        await using var house = new House();
        var absent = house.AbsentBroker();
        var demo = house.Add(BuiltProgram.Start(["demo", "--broker", $"{absent.Host}:{absent.Port}"]));

        await Eventually.HoldsAsync(() => demo.Output.Any(line => line.Contains($"no connection to the broker at {absent.Host}:{absent.Port}: ", StringComparison.Ordinal)), () => demo.Story);

        Assert.DoesNotContain("announced", demo.Story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_on_the_users_broker_touches_nothing_of_the_bridge_that_runs_there()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var bridge = house.StartBridge($"file:{Telegrams.PathOf(Telegrams.Main)}", broker);
        await house.AnnouncesAsync(broker, devices: 4);
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));
        var before = await broker.RetainedAsync();

        var (exitCode, output, errors) = await BuiltProgram.RunAsync("demo", "--once", "--speed", "10", "--broker", $"{broker.Host}:{broker.Port}");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("p1bridge_demo/meter/power", output, StringComparison.Ordinal);
        Assert.Equal(before, await broker.RetainedAsync());
        Assert.Equal(0, bridge.CountOf("No connection"));
    }

    [Fact]
    public async Task Discovery_asks_every_configured_meter()
    {
        await using var house = new House();
        var file = house.Write($"""
            meters:
              - source: file:{Telegrams.PathOf(Telegrams.Main)}
              - name: garage
                source: file:{Telegrams.PathOf("fluvius-emucs21-3p")}
            """);

        var (exitCode, output, errors) = await BuiltProgram.RunAsync("discovery", "--config", file);

        Assert.True(exitCode == 0, errors);
        Assert.Contains("p1bridge/garage/power_import", output, StringComparison.Ordinal);
        Assert.Contains("p1bridge/meter/power_import", output, StringComparison.Ordinal);
    }
}
