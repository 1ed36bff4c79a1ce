using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary><c>record</c>, <c>anonymise</c> and <c>replay</c> as programs of their own, and the raw bytes that <c>run</c> hands on.</summary>
public class RecordingTests
{
    const string Meter = "fluvius-emucs21-3p";

    /// <summary>What can name somebody in that telegram: the meters' numbers and the EANs.</summary>
    static readonly string[] Identifiers = [.. Sidecar.Read(Meter).Results.EnumerateArray().Last().GetProperty("values").EnumerateObject()
        .SelectMany(static value => value.Value.EnumerateArray())
        .Where(static value => value.TryGetProperty("raw", out _) && value.GetProperty("value").ValueKind == JsonValueKind.String)
        .Select(static value => value.GetProperty("value").GetString()!)
        // An EAN of hyphens is none.
        .Where(static text => text.Any(char.IsAsciiLetterOrDigit))
        .Distinct()];

    [Fact]
    public async Task A_recorded_and_anonymised_cable_replays_to_the_same_values_and_names_nobody()
    {
        await using var house = new House();
        var (recording, anonymous) = (Path.Combine(house.Folder, "a.p1rec"), Path.Combine(house.Folder, "b.p1rec"));
        var sent = await RecordAsync(house, recording);

        var (exitCode, _, summary) = await BuiltProgram.RunAsync("anonymise", recording, "--output", anonymous);

        Assert.Equal(0, exitCode);
        Assert.StartsWith($"3 telegrams; {Identifiers.Length} different identifiers and texts replaced in {3 * Identifiers.Length} places", summary, StringComparison.Ordinal);
        Assert.True(Identifiers.Length >= 2, "the telegram names too little for this test");
        AssertNamesNobody(File.ReadAllText(anonymous));
        var (original, replayed) = (await DecodeAsync(recording), await DecodeAsync(anonymous));
        Assert.Equal(3, replayed.Count);
        Assert.All(replayed, static telegram => Assert.Equal("telegram", (string?)telegram!["result"]));
        Assert.Equal(WithoutNames(original), WithoutNames(replayed));
        Assert.Equal(sent, await ReplayAsync(recording));
        await AssertPublishesAsync(recording);
        await AssertPublishesAsync(anonymous);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_recording_in_order()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        var file = Path.Combine(house.Folder, "a.p1rec");
        var record = house.Add(BuiltProgram.Start(["record", "--source", cable.Source, "--output", file]));
        await record.SaysAsync("Recording");
        await cable.SendAsync(Telegrams.Read(Meter));
        await Eventually.HoldsAsync(() => File.ReadAllText(file).Contains('!', StringComparison.Ordinal), () => record.Story);

        Assert.Equal(130, await record.EndAsync("INT"));

        Assert.Contains("1 telegram", record.Story, StringComparison.Ordinal);
        Assert.Single(await DecodeAsync(file));
    }

    [Fact]
    public async Task A_cable_that_is_unplugged_leaves_a_gap()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        var file = Path.Combine(house.Folder, "a.p1rec");
        var record = house.Add(BuiltProgram.Start(["record", "--source", cable.Source, "--output", file, "--telegrams", "2"]));
        await record.SaysAsync("Recording");
        await cable.SendAsync(Telegrams.Read(Meter));
        await Eventually.HoldsAsync(() => File.ReadAllText(file).Contains('!', StringComparison.Ordinal), () => record.Story);
        await cable.UnplugAsync();
        await record.SaysAsync("Opening it again");
        await cable.PlugInAsync();
        await record.SaysAsync("is back");
        await cable.SendAsync(Telegrams.Read(Meter));

        Assert.Equal(0, await record.ExitAsync());
        Assert.Equal(2, (await DecodeAsync(file)).Count);
    }

    [Fact]
    public async Task No_file_is_overwritten_unasked()
    {
        await using var house = new House();
        var file = house.Write("mine", "a.p1rec");
        foreach (var command in (string[][])[["record", "--source", "simulator"], ["anonymise", Telegrams.PathOf(Meter)]])
        {
            var (exitCode, _, errors) = await BuiltProgram.RunAsync([.. command, "--output", file]);
            Assert.Equal((1, $"p1bridge: {file} exists already; choose another name or add --force."), (exitCode, errors));
        }
        Assert.Equal("mine", File.ReadAllText(file));

        Assert.Equal(0, (await BuiltProgram.RunAsync("record", "--source", "simulator", "--output", file, "--force", "--telegrams", "1")).ExitCode);

        Assert.StartsWith("p1bridge-recording 1 ", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_says_nothing_leaves_no_file()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        var file = Path.Combine(house.Folder, "a.p1rec");

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("record", "--source", cable.Source, "--output", file, "--seconds", "1");

        Assert.Equal(1, exitCode);
        Assert.Contains($"not a byte came from {cable.Port}", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("replay", "/nowhere/a.p1rec", 1, "/nowhere/a.p1rec is not there; check the name.")]
    [InlineData("anonymise", "/nowhere/a.p1rec", 1, "/nowhere/a.p1rec is not there; check the name.")]
    [InlineData("replay --speed 0", "x", 2, "--speed: speed is a number from 0.01 to 100000 or max.")]
    [InlineData("replay --tcp 70000", "x", 2, "--tcp is a port from 1 to 65535, or 0 for any.")]
    [InlineData("record --telegrams 0 --output", "x", 2, "--telegrams is a whole number from 1.")]
    [InlineData("record --source simulator --meter cellar --output", "x", 2, "no meter is called 'cellar'; configured: meter.")]
    public async Task Mistakes_are_named(string command, string file, int expected, string message)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync([.. command.Split(' '), file]);

        Assert.Equal((expected, ""), (exitCode, output));
        Assert.StartsWith($"p1bridge: {message}", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n'));
    }

    [Fact]
    public async Task A_broken_recording_is_named_by_line_and_column()
    {
        await using var house = new House();
        var file = house.Write("p1bridge-recording 1 2025-11-05T17:53:48.123+01:00 x\n0 a\\q\n", "a.p1rec");

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("replay", file);

        Assert.Equal((1, $@"p1bridge: {file}:2:4: expected \\, \r, \n, \t or \x with two hexadecimal digits"), (exitCode, errors));
    }

    [Fact]
    public async Task What_cannot_be_anonymised_is_not_written()
    {
        await using var house = new House();
        var file = Path.Combine(house.Folder, "b.bin");

        var (exitCode, output, errors) = await BuiltProgram.RunAsync("anonymise", Repository.PathOf("tests", "telegrams", "smarty-lu-encrypted.bin"), "--output", file);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("holds no whole telegram that can be read, so nothing was written", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(house.Folder));
    }

    [Fact]
    public async Task One_seed_gives_one_replacement()
    {
        async Task<string> RunAsync(params string[] more) => (await BuiltProgram.RunAsync(["anonymise", Telegrams.PathOf(Meter), .. more])).Output;

        Assert.Equal(await RunAsync("--seed", "my own"), await RunAsync("--seed", "my own"));
        Assert.NotEqual(await RunAsync(), await RunAsync());
    }

    [Theory]
    [InlineData("max")]
    [InlineData("20")]
    public async Task A_replay_over_TCP_begins_with_the_first_client_and_ends_with_the_file(string speed)
    {
        await using var house = new House();
        byte[] telegrams = [.. Enumerable.Repeat(Telegrams.Read(Meter), speed == "max" ? 200 : 3).SelectMany(static telegram => telegram)];
        var file = Path.Combine(house.Folder, "telegrams.txt");
        File.WriteAllBytes(file, telegrams);
        const string Waiting = "Waiting for a program to connect to ";
        var replay = house.Add(BuiltProgram.Start(["replay", file, "--speed", speed, "--tcp", "0"]));
        await replay.SaysAsync(Waiting);
        var endPoint = IPEndPoint.Parse(replay.Errors.First(static line => line.StartsWith(Waiting, StringComparison.Ordinal))[Waiting.Length..^" ...".Length]);

        using var client = new TcpClient();
        await client.ConnectAsync(endPoint);

        Assert.Equal(telegrams, await ReadToEndAsync(client));
        Assert.Equal(0, await replay.ExitAsync());
    }

    [Fact]
    public async Task A_replay_on_a_port_in_use_says_so()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("replay", Telegrams.PathOf(Meter), "--tcp", $"{port}");

        Assert.Equal((1, $"p1bridge: port {port} is in use by another program. Stop that program or choose another port."), (exitCode, errors));
    }

    [Fact]
    public async Task A_second_bridge_reads_what_the_first_one_serves()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var (broker, port) = (await house.StartBrokerAsync(), Broker.FreePort());
        var first = house.StartBridge(cable.Source, broker, $"meters[0].serve=tcp://127.0.0.1:{port}", "publish.live.minimum_interval=0s");
        await first.SaysAsync("raw bytes for other programs");
        house.StartBridge(house.Configuration($"tcp://127.0.0.1:{port}", broker), "mqtt.base_topic=second", "homeassistant.enabled=false", $"state_directory={house.Folder}/second");

        var retained = await Eventually.ReadAsync(broker.RetainedAsync, static found => found.Values("second/meter").Count > 0 && found.Values("second/meter").Count == found.Values().Count);

        Assert.Equal(retained.Values().Values, retained.Values("second/meter").Values);
    }

    /// <summary>Three telegrams through a cable into a recording; returns what was sent.</summary>
    static async Task<string> RecordAsync(House house, string file)
    {
        var cable = await house.PlugInAsync();
        var record = house.Add(BuiltProgram.Start(["record", "--source", cable.Source, "--output", file, "--telegrams", "3"]));
        await record.SaysAsync("Recording");
        var telegram = Telegrams.Read(Meter);
        byte[] all = [.. telegram, .. telegram, .. telegram];
        await cable.SendAsync(all);
        Assert.True(await record.ExitAsync() == 0, record.Story);
        Assert.Contains("3 telegrams", record.Story, StringComparison.Ordinal);
        return Lines(Encoding.Latin1.GetString(all));
    }

    static async Task<JsonArray> DecodeAsync(string file) => JsonNode.Parse((await BuiltProgram.RunAsync("decode", "--format", "json", file)).Output)!.AsArray();

    static async Task<string> ReplayAsync(string file)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("replay", file, "--speed", "max");
        Assert.Equal((0, ""), (exitCode, errors));
        return Lines(output);
    }

    /// <summary>A program's output is collected by lines; the last line end may not have been recorded.</summary>
    static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd();

    /// <summary>A bridge that plays the file publishes what the telegram says, the EAN aside.</summary>
    static async Task AssertPublishesAsync(string file)
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var bridge = house.StartBridge($"replay:{file},speed=max", broker, "homeassistant.enabled=false");
        await bridge.SaysAsync("has ended; 3 telegrams read");
        var expected = WithoutEan(ExpectedTopics.Of(Meter));
        var retained = await Eventually.ReadAsync(broker.RetainedAsync, found => WithoutEan(found.Values()).SequenceEqual(expected));
        Assert.Equal(expected, WithoutEan(retained.Values()));
    }

    static List<KeyValuePair<string, string>> WithoutEan(SortedDictionary<string, string> topics)
        => [.. topics.Where(static pair => !pair.Key.EndsWith("/ean", StringComparison.Ordinal))];

    static void AssertNamesNobody(string text) => Assert.All(Identifiers, name =>
    {
        Assert.DoesNotContain(name, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(Encoding.Latin1.GetBytes(name)), text, StringComparison.OrdinalIgnoreCase);
    });

    static string WithoutNames(JsonArray telegrams)
    {
        foreach (var telegram in telegrams)
        {
            telegram!.AsObject().Remove("crc");
            foreach (var value in telegram["values"]!.AsObject().SelectMany(static pair => pair.Value!.AsArray()).Where(static value => value!.AsObject().ContainsKey("raw")))
                (value!["value"], value["raw"]) = ("", "");
        }
        return telegrams.ToJsonString();
    }

    static async Task<byte[]> ReadToEndAsync(TcpClient client)
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        using var bytes = new MemoryStream();
        await client.GetStream().CopyToAsync(bytes, deadline.Token);
        return bytes.ToArray();
    }
}
