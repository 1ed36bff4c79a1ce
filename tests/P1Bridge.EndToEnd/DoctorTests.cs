using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary><c>doctor</c> as a program of its own, on lines, ports, gateways and brokers that are ill in known ways.</summary>
public class DoctorTests
{
    [Theory]
    [InlineData("bad/inverted.bin", "inverted_signal")]
    [InlineData("bad/parity-7e1.bin", "wrong_parity")]
    [InlineData("bad/baud-9600-as-115200.bin", "wrong_baud")]
    [InlineData("bad/baud-115200-as-9600.bin", "wrong_baud")]
    [InlineData("bad/binary-noise.bin", "noise")]
    [InlineData("bad/lf-only.txt", "line_ends")]
    [InlineData("bad/bad-crc.txt", "crc_errors")]
    [InlineData("bad/truncated.txt", "no_telegram")]
    [InlineData("smarty-lu-encrypted.bin", "encrypted")]
    [InlineData("fluvius-3p-gas-water-peaks.txt", "ok")]
    public async Task A_recorded_line_is_named_and_what_is_shown_stays_the_same(string file, string finding)
    {
        // Lines are wrapped, so the path that is shown must be equally long everywhere.
        var directory = Repository.PathOf("tests", "telegrams");
        await using var json = BuiltProgram.Start(["doctor", "--from", file, "--format", "json"], directory: directory);
        await using var table = BuiltProgram.Start(["doctor", "--from", file], directory: directory);

        Assert.Equal(finding == "ok" ? 0 : 1, await json.ExitAsync());
        Assert.Equal(finding == "ok" ? 0 : 1, await table.ExitAsync());
        Assert.Empty(json.Errors);
        var output = string.Join('\n', json.Output);
        Assert.Equal(finding, Check(output, "line").GetProperty("finding").GetString());
        var version = JsonElement.Parse(output).GetProperty("version").GetString()!;
        Verify.Text($"{string.Join('\n', table.Output)}\n\n{output}\n".Replace(version, "VERSION", StringComparison.Ordinal), Path.GetFileNameWithoutExtension(file));
    }

    [Fact]
    public async Task With_the_key_an_encrypted_line_is_fine_and_with_another_one_the_key_is_the_fault()
    {
        await using var house = new House();
        var stream = Repository.PathOf("tests", "telegrams", "smarty-lu-encrypted");
        var sidecar = JsonElement.Parse(await File.ReadAllTextAsync($"{stream}.expected.json"));
        var key = sidecar.GetProperty("encryption").GetProperty("key").GetString()!;
        const string OtherKey = "ABCDEF0123456789ABCDEF0123456789";

        var (_, opened) = await ExamineAsync(house, "--source", $"file:{stream}.bin", "--set", $"meters.0.decryption_key={key}");
        var (exitCode, closed) = await ExamineAsync(house, "--source", $"file:{stream}.bin", "--set", $"meters.0.decryption_key={OtherKey}");

        Assert.Equal("ok", Of(opened, "line").GetProperty("finding").GetString());
        Assert.Equal((1, "auth_failed"), (exitCode, Of(closed, "line").GetProperty("finding").GetString()));
        Assert.DoesNotContain(key, string.Concat(opened), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(OtherKey, string.Concat(closed), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_empty_recording_was_a_silent_line()
    {
        await using var house = new House();
        var (exitCode, output, _) = await BuiltProgram.RunAsync("doctor", "--from", house.Write("", "empty.bin"), "--format", "json");

        Assert.Equal(1, exitCode);
        Assert.Equal("silent", Check(output, "line").GetProperty("finding").GetString());
    }

    [Fact]
    public async Task A_recording_that_is_missing_is_said_in_one_line()
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync("doctor", "--from", "/nowhere/line.bin");

        Assert.Equal(1, exitCode);
        Assert.Contains("PROBLEM", output, StringComparison.Ordinal);
        Assert.Contains("/nowhere/line.bin", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad/inverted.bin", "inverted_signal")]
    [InlineData("bad/baud-9600-as-115200.bin", "wrong_baud")]
    [InlineData("bad/baud-115200-as-9600.bin", "wrong_baud")]
    [InlineData("bad/lf-only.txt", "line_ends")]
    [InlineData("bad/bad-crc.txt", "crc_errors")]
    public async Task The_same_line_is_named_on_a_serial_port(string file, string finding)
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(await File.ReadAllBytesAsync(Repository.PathOf("tests", "telegrams", file)));

        var (exitCode, checks) = await ExamineAsync(house, "--source", cable.Source, "--seconds", "4");

        Assert.Equal(1, exitCode);
        Assert.Equal(finding, Of(checks, "line").GetProperty("finding").GetString());
    }

    [Fact]
    public async Task A_line_with_parity_bits_is_read_with_another_profile_and_is_fine()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(await File.ReadAllBytesAsync(Repository.PathOf("tests", "telegrams", "bad", "parity-7e1.bin")));

        var (_, checks) = await ExamineAsync(house, "--source", cable.Source);

        // The telegram's gas reading is of another year, which is found as well.
        var line = Of(checks, "line");
        Assert.Equal(("ok", "ok"), (line.GetProperty("status").GetString(), line.GetProperty("finding").GetString()));
        Assert.Contains("115200 7E1 (found by listening)", line.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fixed_profile_that_is_wrong_is_the_fault()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(await File.ReadAllBytesAsync(Repository.PathOf("tests", "telegrams", "bad", "parity-7e1.bin")));

        var (exitCode, checks) = await ExamineAsync(house, "--source", cable.Source, "--set", "meters.0.format=8N1", "--set", "meters.0.baud_rate=115200");

        var line = Of(checks, "line");
        Assert.Equal((1, "wrong_parity"), (exitCode, line.GetProperty("finding").GetString()));
        Assert.Equal("The meter speaks 115200 7E1, but the configuration says 115200 8N1.", line.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_silent_port_is_tried_with_every_profile()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();

        var (exitCode, checks) = await ExamineAsync(house, "--source", cable.Source, "--seconds", "1");

        var line = Of(checks, "line");
        Assert.Equal((1, "silent"), (exitCode, line.GetProperty("finding").GetString()));
        Assert.Equal("tried: 115200 8N1, 9600 7E1, 115200 7E1", line.GetProperty("details")[0].GetString());
    }

    [Fact]
    public async Task A_port_that_a_bridge_reads_is_busy_and_the_bridge_is_named()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        var bridge = house.StartBridge(cable.Source, broker);
        await bridge.SaysAsync($"reading {cable.Port}");

        var (exitCode, checks) = await ExamineAsync(house, "--source", cable.Source);

        var source = Of(checks, "source");
        Assert.Equal((1, "busy"), (exitCode, source.GetProperty("finding").GetString()));
        Assert.Contains($"(process {bridge.Id})", source.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("systemctl stop p1bridge", source.GetProperty("advice").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("--source tcp://127.0.0.1:2000", source.GetProperty("advice").GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(checks, static check => check.GetProperty("check").GetString() == "line");
    }

    [Fact]
    public async Task A_port_without_permission_names_the_command_that_gives_it()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        File.SetUnixFileMode(File.ResolveLinkTarget(cable.Port, returnFinalTarget: true)!.FullName, UnixFileMode.None);
        var doctor = house.Add(BuiltProgram.StartPowerless(["doctor", "--format", "json", "--source", cable.Source, "--set", $"state_directory={house.StateDirectory}"]));

        Assert.True(await doctor.ExitAsync() == 1, doctor.Story);

        var source = Check(string.Join('\n', doctor.Output), "source");
        Assert.Equal("permission_denied", source.GetProperty("finding").GetString());
        Assert.Contains("sudo usermod -aG", source.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_does_not_exist_is_not_found()
    {
        await using var house = new House();
        var (exitCode, checks) = await ExamineAsync(house, "--source", $"serial:{house.Folder}/none");

        Assert.Equal((1, "not_found"), (exitCode, Of(checks, "source").GetProperty("finding").GetString()));
    }

    [Fact]
    public async Task A_gateway_that_refuses_and_one_that_is_silent_are_told_apart()
    {
        await using var house = new House();
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        gateway.Start();
        var port = ((IPEndPoint)gateway.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (silentCode, silent) = await ExamineAsync(house, "--source", $"tcp://127.0.0.1:{port}", "--seconds", "1");
        gateway.Stop();
        var (refusedCode, refused) = await ExamineAsync(house, "--source", $"tcp://127.0.0.1:{port}", "--seconds", "1");

        Assert.Equal((1, "silent"), (silentCode, Of(silent, "line").GetProperty("finding").GetString()));
        Assert.Contains("sends nothing", Of(silent, "line").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, "unreachable"), (refusedCode, Of(refused, "source").GetProperty("finding").GetString()));
    }

    [Fact]
    public async Task A_clock_of_last_year_is_named()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));

        var (exitCode, checks) = await ExamineAsync(house, "--source", cable.Source);

        Assert.Equal((1, "clock_off"), (exitCode, Of(checks, "clock").GetProperty("finding").GetString()));
        Assert.Equal("ok", Of(checks, "line").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_broker_that_is_down_refuses_or_is_fine_is_told_apart()
    {
        await using var house = new House();
        var (downCode, down) = await ExamineAsync(house, [.. Simulated, .. At(house.AbsentBroker())]);
        await File.WriteAllTextAsync(Path.Combine(house.Folder, "none"), "");
        var strict = await house.StartBrokerAsync(new BrokerOptions { More = $"allow_anonymous false\npassword_file {house.Folder}/none\n" });
        var (refusedCode, refused) = await ExamineAsync(house, [.. Simulated, .. At(strict), "--set", "mqtt.user=me", "--set", "mqtt.password=Zq9Xw7"]);
        var (fineCode, fine) = await ExamineAsync(house, [.. Simulated, .. At(await house.StartBrokerAsync())]);

        Assert.Equal((1, "broker_network"), (downCode, Of(down, "broker").GetProperty("finding").GetString()));
        Assert.Equal((1, "broker_refused"), (refusedCode, Of(refused, "broker").GetProperty("finding").GetString()));
        Assert.DoesNotContain("Zq9Xw7", string.Concat(refused), StringComparison.Ordinal);
        Assert.Equal((0, "ok"), (fineCode, Of(fine, "broker").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Each_broker_of_a_list_is_tried_and_named()
    {
        await using var house = new House();
        var (fine, absent) = (await house.StartBrokerAsync(), house.AbsentBroker());
        var file = house.Write($$"""
            meters:
              - source: simulator
            mqtt:
              - { host: {{fine.Host}}, port: {{fine.Port}} }
              - { name: cloud, host: {{absent.Host}}, port: {{absent.Port}} }
            """);

        var (exitCode, checks) = await ExamineAsync(house, "--config", file);

        var brokers = checks.Where(static check => check.GetProperty("check").GetString() == "broker").ToList();
        Assert.Equal(1, exitCode);
        Assert.Equal(["main ok", "cloud problem"], brokers.Select(static check => $"{check.GetProperty("broker").GetString()} {check.GetProperty("status").GetString()}"));
    }

    [Fact]
    public async Task A_broker_whose_certificate_nobody_knows_is_named_with_the_setting_that_helps()
    {
        await using var house = new House();
        var (certificate, key) = Certificates.Write(house.Folder);
        var broker = await house.StartBrokerAsync(new BrokerOptions { More = $"allow_anonymous true\ncertfile {certificate}\nkeyfile {key}\n" });

        var (exitCode, checks) = await ExamineAsync(house, [.. Simulated, .. At(broker), "--set", "mqtt.tls.enabled=true"]);
        var (knownCode, _) = await ExamineAsync(house, [.. Simulated, .. At(broker), "--set", $"mqtt.tls.ca_file={Certificates.AuthorityIn(house.Folder)}"]);

        Assert.Equal((1, "broker_tls"), (exitCode, Of(checks, "broker").GetProperty("finding").GetString()));
        Assert.Contains("mqtt.tls.ca_file", Of(checks, "broker").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, knownCode);
    }

    [Fact]
    public async Task A_running_bridge_and_its_topics_are_left_alone()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var observer = await broker.ObserveAsync();

        Assert.Equal(0, (await ExamineAsync(house, [.. Simulated, .. At(broker)])).ExitCode);

        Assert.Empty(observer.Messages);
        Assert.False(Directory.Exists(house.StateDirectory));
    }

    [Fact]
    public async Task Without_any_configuration_it_says_how_to_begin()
    {
        await using var house = new House();
        var doctor = house.Add(BuiltProgram.Start(["doctor"], directory: house.Folder));

        Assert.True(await doctor.ExitAsync() == 1, doctor.Story);

        Assert.Contains("no meter is", doctor.Story, StringComparison.Ordinal);
        Assert.Contains("p1bridge doctor --source", doctor.Story, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--format", "xml")]
    [InlineData("--source", "ttyUSB0")]
    public async Task Wrong_usage_ends_with_two(string option, string value)
    {
        await using var house = new House();
        var doctor = house.Add(BuiltProgram.Start(["doctor", option, value], directory: house.Folder));

        Assert.True(await doctor.ExitAsync() == 2, doctor.Story);
    }

    [Fact]
    public async Task A_bundle_holds_the_diagnosis_and_neither_secret_nor_serial_number()
    {
        await using var house = new House();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read(Telegrams.Main));
        var bundle = Path.Combine(house.Folder, "bundle.zip");

        await ExamineAsync(house, "--source", cable.Source, "--bundle", bundle, "--set", "mqtt.password=Zq9Xw7", "--set", "mqtt.user=me");

        using var zip = ZipFile.OpenRead(bundle);
        var entries = zip.Entries.ToDictionary(static entry => entry.FullName, Text);
        Assert.Equal(["README.txt", "configuration.yaml", "diagnosis.json", "meter/counters.txt", "meter/line.bin", "system.txt"], entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(entries.Values, static text => Assert.DoesNotContain("Zq9Xw7", text, StringComparison.Ordinal));
        Assert.Contains("1-0:1.8.1(", entries["meter/line.bin"], StringComparison.Ordinal);
        var serial = Convert.ToHexString("9999"u8);
        Assert.Contains(serial, Encoding.Latin1.GetString(Telegrams.Read(Telegrams.Main)), StringComparison.Ordinal);
        Assert.All(entries.Values, text => Assert.DoesNotContain(serial, text, StringComparison.Ordinal));
        Assert.Equal("p1-doctor/1", JsonElement.Parse(entries["diagnosis.json"]).GetProperty("format").GetString());
    }

    static string[] Simulated => ["--source", "simulator"];

    static string[] At(Broker broker) => ["--broker", string.Create(CultureInfo.InvariantCulture, $"{broker.Host}:{broker.Port}")];

    static async Task<(int ExitCode, IReadOnlyList<JsonElement> Checks)> ExamineAsync(House house, params string[] arguments)
    {
        var doctor = house.Add(BuiltProgram.Start(
            ["doctor", "--format", "json", "--set", $"state_directory={house.StateDirectory}", .. arguments], directory: house.Folder));
        var exitCode = await doctor.ExitAsync(TimeSpan.FromSeconds(90));
        Assert.True(doctor.Output.Count > 0, doctor.Story);
        return (exitCode, Checks(string.Join('\n', doctor.Output)));
    }

    static JsonElement[] Checks(string json) => [.. JsonElement.Parse(json).GetProperty("checks").EnumerateArray()];

    static JsonElement Check(string json, string name) => Of(Checks(json), name);

    static JsonElement Of(IReadOnlyList<JsonElement> checks, string name) => checks.Single(check => check.GetProperty("check").GetString() == name);

    static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
