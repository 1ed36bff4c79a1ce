using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Wrong configuration, ports that cannot be opened, and what the user is told.</summary>
public class ConfigurationTests
{
    const string Meters = "meters:\n  - source: simulator\n";

    /// <summary>A file, and the message behind its name.</summary>
    public static TheoryData<string, string> BadFiles => new()
    {
        { "", ": meters: no meter configured: set meters[0].source" },
        { Meters + "mqtt:\n  user: me\n", ":3:1: mqtt.host: missing; expected the name or address of the broker" },
        { Meters + "mqtt:\n  host: b\n  prot: 1\n", ":5:3: mqtt.prot: unknown key; did you mean 'port'?" },
        { Meters + "mqtt:\n  host: b\n  port: 65536\n", ":5:9: mqtt.port: expected a whole number from 1 to 65535, found '65536'" },
        { Meters + "mqtt:\n  host: b\n  retain: yes\n", ":5:11: mqtt.retain: expected true or false, found 'yes'" },
        { Meters + "mqtt:\n  host: b\n  keep_alive: 60\n", ":5:15: mqtt.keep_alive: expected a duration from 5s to 18h, found '60'; add a unit" },
        { Meters + "mqtt:\n\thost: b\n", ":4:1: " },
        { "meters:\n  - source: ttyUSB0\nmqtt:\n  host: b\n", ":2:13: meters[0].source: found 'ttyUSB0'; did you mean '/dev/ttyUSB0'?" },
        { "meters:\n  - source: simulator\n    name: bridge\nmqtt:\n  host: b\n", ":3:11: meters[0].name: " },
        { "meters:\n  - source: simulator\n  - source: simulator\n    name: meter\nmqtt:\n  host: b\n", ":4:11: meters[1].name: " },
        { Meters + "mqtt:\n  host: b\n  tls:\n    ca_file: /does/not/exist.pem\n", ":6:14: mqtt.tls.ca_file: " },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_wrong_file_stops_the_start_with_one_message(string configuration, string message)
    {
        await using var house = new House();
        var file = house.Write(configuration);

        var (exitCode, output, errors) = await BuiltProgram.RunAsync("run", "--config", file);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains($"{file}{message}", errors, StringComparison.Ordinal);
        // An empty file lacks two things; everything else is one line.
        Assert.Equal(configuration.Length == 0 ? 2 : 1, errors.Split('\n').Length);
    }

    [Theory]
    [InlineData("p1bridge.yaml", "run", "--config", "/does/not/exist/p1bridge.yaml")]
    [InlineData("command line: mqtt.prot: unknown key; did you mean 'mqtt.port'?", "run", "--source", "simulator", "--broker", "b", "--set", "mqtt.prot=1")]
    [InlineData("Try 'p1bridge run --help'", "run", "--nonsense")]
    [InlineData("Try 'p1bridge --help'", "nonsense")]
    [InlineData("'table' 'json'", "decode", "--format", "xml", "-")]
    public async Task Wrong_usage_ends_with_two_and_one_line(string message, params string[] arguments)
    {
        var (exitCode, output, errors) = await BuiltProgram.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Fact]
    public async Task A_missing_port_is_told_with_the_fix_and_used_when_it_appears()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = house.Add(new Cable(house.Folder));
        var bridge = house.StartBridge(cable.Source, broker);
        await bridge.SaysAsync($"{cable.Port} does not exist");
        Assert.Contains(bridge.Errors, static line => line.Contains("is the P1 cable plugged in", StringComparison.Ordinal) || line.Contains("/dev/serial/by-id", StringComparison.Ordinal));

        await cable.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));

        await house.RetainsAsync(broker, ExpectedTopics.Of("fluvius-1p"));
        Assert.Equal(1, bridge.CountOf("does not exist"));
        Assert.Equal(1, bridge.CountOf("reading") + bridge.CountOf("is back"));
    }

    [Fact]
    public async Task A_port_without_permission_names_the_group_to_join()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        var group = await GiveToGroupAsync(cable.Port);
        var configuration = house.Write(house.Configuration(cable.Source, broker));
        var bridge = house.Add(BuiltProgram.StartPowerless(["run", "--config", configuration]));

        await bridge.SaysAsync($"No permission to open {cable.Port}. Run: sudo usermod -aG {group} ");
        Assert.False(bridge.HasExited);
    }

    [Fact]
    public async Task A_regular_file_is_no_serial_port()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var file = house.Write("/FLU5\\253769484_A\r\n", "telegrams.txt");
        var bridge = house.StartBridge($"serial:{file}", broker);

        await bridge.SaysAsync($"{file} is not a serial port");
        Assert.False(bridge.HasExited);
    }

    [Fact]
    public async Task A_recording_that_does_not_exist_ends_the_program()
    {
        await using var house = new House();
        var bridge = house.StartBridge("file:/does/not/exist.txt", house.AbsentBroker());

        Assert.Equal(1, await bridge.ExitAsync());
        Assert.Contains(bridge.Errors, static line => line.StartsWith("p1bridge: ", StringComparison.Ordinal) && line.Contains("/does/not/exist.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_config_prints_what_holds_and_no_password()
    {
        await using var house = new House();
        var file = house.Write(Meters + "mqtt:\n  host: broker.lan\n  user: me\n  password: open sesame\n");

        var (exitCode, output, errors) = await BuiltProgram.RunAsync("check-config", "--config", file);

        Assert.Equal(0, exitCode);
        Assert.Contains("broker.lan", output, StringComparison.Ordinal);
        Assert.Contains("password", output, StringComparison.Ordinal);
        Assert.Contains("is good", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_the_journal_lines_have_priorities_and_no_time()
    {
        await using var house = new House();
        var file = house.Write(house.Configuration("serial:/does/not/exist", house.AbsentBroker()));
        var bridge = house.Add(BuiltProgram.Start(["run", "--config", file], new Dictionary<string, string> { ["JOURNAL_STREAM"] = "9:12345" }));

        await bridge.SaysAsync("<6>bridge: P1Bridge ");
        await bridge.SaysAsync("<4>meter: Serial port /does/not/exist does not exist.");
    }

    /// <summary>Only a group may use the port; the owner, who runs the tests, may not. Returns the group's name.</summary>
    static async Task<string> GiveToGroupAsync(string port)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await using var change = new Child("chgrp", ["-L", "dialout", port]);
            Assert.True(await change.ExitAsync() == 0, change.Story);
        }
        File.SetUnixFileMode(File.ResolveLinkTarget(port, returnFinalTarget: true)!.FullName, UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        await using var look = new Child("stat", ["-L", "-c", "%G", port]);
        Assert.True(await look.ExitAsync() == 0, look.Story);
        return look.Output[0];
    }
}
