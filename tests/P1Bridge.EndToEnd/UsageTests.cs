using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>What somebody meets who uses it for the first time.</summary>
public class UsageTests
{
    static string Encrypted => Repository.PathOf("tests", "telegrams", "smarty-lu-encrypted.bin");

    static string FirstKey => Sidecar.Read("smarty-lu-encrypted").KeyOptions[1];

    [Theory]
    [InlineData("rnu", "there is no command 'rnu'. Did you mean 'run'?")]
    [InlineData("discover", "there is no command 'discover'. Did you mean 'discovery'?")]
    [InlineData("xyzzy", "there is no command 'xyzzy'. There are run, demo, ")]
    public async Task A_misspelt_command_is_told_the_nearest(string command, string message)
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync(command);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"p1bridge: {message}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Fact]
    public async Task A_misspelt_option_is_told_the_nearest()
        => Assert.Contains("Did you mean '--format'?", (await BuiltProgram.RunAsync("decode", "--formt", "json", "-")).Errors, StringComparison.Ordinal);

    [Theory]
    [InlineData("p1bridge: FILE is missing: ", "decode")]
    [InlineData("p1bridge: a command is missing; there are pub, sub. Try 'p1bridge mqtt --help'.", "mqtt")]
    [InlineData("p1bridge: there is no command 'foo'. There are pub, sub. Try 'p1bridge mqtt --help'.", "mqtt", "foo")]
    [InlineData("p1bridge: --speed takes a number, not 'fast'. Try 'p1bridge demo --help'.", "demo", "--speed", "fast")]
    [InlineData("p1bridge: --seconds is a whole number from 1 to 3600.", "doctor", "--seconds", "x")]
    [InlineData("p1bridge: --telegrams is a whole number from 1.", "record", "--output", "x", "--telegrams", "many")]
    [InlineData("p1bridge: --tcp is a port from 1 to 65535, or 0 for any.", "replay", "x", "--tcp", "serial")]
    [InlineData("p1bridge: --tcp needs a value. Try 'p1bridge replay --help'.", "replay", "x", "--tcp")]
    [InlineData("p1bridge: --speed needs a value.", "replay", "x", "--speed")]
    [InlineData("p1bridge: --from and --from-broker are two sources; choose one", "generate-dashboard", "--from", "x", "--from-broker")]
    [InlineData("command line: meters[0].source: found 'simulator:seed=1,speed=0'; speed is a number", "demo", "--speed", "0")]
    [InlineData("p1bridge: a configuration file is named with --config: p1bridge run --config mine.yaml. Try 'p1bridge run --help'.", "run", "mine.yaml")]
    [InlineData("p1bridge: Option '--output' is required. Try 'p1bridge record --help'.", "record")]
    public async Task What_is_missing_is_named_with_the_help_of_that_command(string message, params string[] words)
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync(words);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(message, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad/bad-crc", '!')]
    [InlineData("bad/crc-not-hex", '!')]
    [InlineData("bad/truncated", ' ')]
    public async Task The_caret_stands_under_the_sign_whose_checksum_is_wrong_and_behind_what_was_cut_off(string telegram, char above)
    {
        var (_, output, _) = await BuiltProgram.RunAsync("decode", Telegrams.PathOf(telegram));

        var lines = output.Split('\n');
        var caret = Array.FindIndex(lines, static line => line.TrimStart() == "^");
        Assert.Equal(above, $"{lines[caret - 1]} "[lines[caret].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Without_a_configuration_file_the_user_is_told_where_it_was_looked_for()
    {
        await using var house = new House();
        await using var run = BuiltProgram.Start(["run"], directory: house.Folder);

        Assert.Equal(2, await run.ExitAsync());
        Assert.Contains($"none is at {house.Folder}/p1bridge.yaml, /etc/p1bridge/p1bridge.yaml", run.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_what_can_be_generated()
    {
        var (_, output, _) = await BuiltProgram.RunAsync("--help");

        Assert.All((string[])["generate-openhab", "generate ", "generate-dashboard"], command => Assert.Contains($"  {command}", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("discovery")]
    [InlineData("generate-openhab", "--model", "-")]
    [InlineData("generate-dashboard")]
    public async Task Encrypted_files_are_read_with_the_key_and_without_it_the_option_is_named(params string[] command)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync([.. command, "--from", Encrypted, .. Sidecar.Read("smarty-lu-encrypted").KeyOptions]);
        var (withoutCode, _, without) = await BuiltProgram.RunAsync([.. command, "--from", Encrypted]);
        var (liveCode, _, live) = await BuiltProgram.RunAsync([.. command, "--source", "simulator", "--key", FirstKey]);

        Assert.True(exitCode == 0, errors);
        Assert.NotEmpty(output);
        Assert.DoesNotContain(FirstKey, output + errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, withoutCode);
        Assert.Contains("--key", without, StringComparison.Ordinal);
        Assert.Equal(2, liveCode);
        Assert.Contains("Keys belong to --from FILE", live, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_of_encrypted_telegrams_without_a_key_names_the_option()
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync("decode", "--format", "json", Encrypted);

        Assert.Equal(1, exitCode);
        Assert.Contains("--key HEX", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_of_misread_bytes_names_the_setting()
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync("decode", Repository.PathOf("tests", "telegrams", "bad", "parity-7e1.bin"));

        Assert.Equal(1, exitCode);
        Assert.Contains("7E1", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_opens_a_recording_with_the_keys()
    {
        var keys = Sidecar.Read("smarty-lu-encrypted").KeyOptions;

        var (exitCode, output, _) = await BuiltProgram.RunAsync(["doctor", "--from", Encrypted, .. keys, "--format", "json"]);

        var line = JsonElement.Parse(output).GetProperty("checks").EnumerateArray().Single(static check => check.GetProperty("check").GetString() == "line");
        Assert.Equal(("ok", "ok"), (line.GetProperty("status").GetString(), line.GetProperty("finding").GetString()));
        Assert.InRange(exitCode, 0, 1);
    }

    [Fact]
    public async Task Doctor_takes_keys_for_a_recording_only()
    {
        var (exitCode, _, errors) = await BuiltProgram.RunAsync("doctor", "--key", FirstKey);

        Assert.Equal(2, exitCode);
        Assert.Contains("decryption_key", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(FirstKey, errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Discovery_reads_standard_input()
    {
        await using var discovery = BuiltProgram.Start(["discovery", "--from", "-"]);
        await discovery.Input.WriteAsync(Telegrams.Read("fluvius-1p"));
        discovery.Input.Close();

        Assert.True(await discovery.ExitAsync() == 0, discovery.Story);
        Assert.Equal(2, JsonElement.Parse(string.Join('\n', discovery.Output)).GetArrayLength());
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("replay --loop --speed max FILE")]
    public async Task What_nobody_reads_any_more_ends(string command)
    {
        await using var house = new House();
        await using var first = new Child("bash", ["-c", $"\"$0\" \"$@\" {command.Replace("FILE", Telegrams.PathOf("fluvius-1p"), StringComparison.Ordinal)} | head -n 1; echo ended ${{PIPESTATUS[0]}}", .. BuiltProgram.Words], new Dictionary<string, string> { ["TMPDIR"] = house.Folder });

        await first.ExitAsync();

        Assert.Equal("ended 141", first.Output[^1]);
        Assert.Empty(Directory.GetDirectories(house.Folder, "p1bridge-*"));
    }

    [Fact]
    public async Task The_first_telegram_is_told_once_with_where_its_values_go()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bridge = house.StartBridge(cable.Source, broker);

        await bridge.SaysAsync("info  meter: the first telegram is in, from electricity meter 1SAG9999000103 with gas meter 7FLO9999000201, water meter 8SEN9999000301: ");
        await bridge.SaysAsync("warn  meter: the meter's clock is ");
        await house.RetainsAsync(broker, ExpectedTopics.Of(Telegrams.Main));

        Assert.Equal((1, 1), (bridge.CountOf("the first telegram is in"), bridge.CountOf("the meter's clock")));
    }

    [Fact]
    public async Task The_service_manager_is_told_of_start_life_and_end()
    {
        await using var house = new House();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = Path.Combine(house.Folder, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(address));
        var file = house.Write(house.Configuration($"file:{Telegrams.PathOf("fluvius-1p")}", house.AbsentBroker()));
        var bridge = house.Add(BuiltProgram.Start(["run", "--config", file], new Dictionary<string, string> { ["NOTIFY_SOCKET"] = address, ["WATCHDOG_USEC"] = "1000000" }));

        Assert.StartsWith("READY=1\nSTATUS=", await HearAsync(systemd), StringComparison.Ordinal);
        Assert.StartsWith("WATCHDOG=1\n", await HearAsync(systemd), StringComparison.Ordinal);
        Assert.Equal(0, await bridge.EndAsync("TERM"));
        var last = "";
        while (systemd.Available > 0) last = await HearAsync(systemd);
        Assert.Equal("STOPPING=1\n", last);
    }

    static async Task<string> HearAsync(Socket socket)
    {
        var buffer = new byte[512];
        using var limit = new CancellationTokenSource(Eventually.Patience);
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
    }

    [Theory]
    [InlineData("discovery", "--clear")]
    [InlineData("discovery", "--forget", "7FLO9999000201")]
    [InlineData("generate-dashboard", "--from-broker")]
    public async Task What_only_needs_a_broker_wants_no_meter_and_says_at_once_that_it_is_away(params string[] command)
    {
        await using var house = new House();
        var absent = house.AbsentBroker();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var child = house.Add(BuiltProgram.Start([.. command, "--broker", $"{absent.Host}:{absent.Port}"], directory: house.Folder));

        Assert.Equal(1, await child.ExitAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{clock.Elapsed}");
        Assert.Contains("no connection to the broker", child.Story, StringComparison.Ordinal);
    }
}
