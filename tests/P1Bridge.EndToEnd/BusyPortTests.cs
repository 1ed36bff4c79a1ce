using System.Diagnostics;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>Commands that want one telegram from a port that the running service reads.</summary>
public class BusyPortTests
{
    /// <summary>Far from the minute for which a meter is listened to.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(true, "generate-openhab", "--output")]
    [InlineData(true, "generate", "--output")]
    [InlineData(true, "generate-dashboard")]
    [InlineData(false, "discovery")]
    public async Task A_command_that_listens_ends_at_once_and_names_who_has_the_port_and_the_other_ways(bool canAskBroker, params string[] command)
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        var bridge = house.StartBridge(cable.Source, broker);
        await bridge.SaysAsync($"reading {cable.Port}");
        var clock = Stopwatch.StartNew();

        var (exitCode, output, errors) = await BuiltProgram.RunAsync(
            [.. command, .. command.Contains("--output") ? [Path.Combine(house.Folder, "files")] : Array.Empty<string>(), "--config", Path.Combine(house.Folder, "p1bridge.yaml")]);

        Assert.True(clock.Elapsed < AtOnce, $"{clock.Elapsed}\n{errors}");
        Assert.True(exitCode == 1, errors);
        Assert.Empty(output);
        Assert.Contains($"(process {bridge.Id})", errors, StringComparison.Ordinal);
        Assert.Equal(canAskBroker, errors.Contains("--from-broker", StringComparison.Ordinal));
        Assert.Contains("--from FILE", errors, StringComparison.Ordinal);
        Assert.Contains("serve: tcp://127.0.0.1:2000", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("tried again", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_bridge_at_the_cable_ends_at_once_and_the_first_stays_on_the_broker()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        var bridge = house.StartBridge(cable.Source, broker);
        await bridge.SaysAsync("Connected to the broker");
        var clock = Stopwatch.StartNew();

        var (exitCode, _, errors) = await BuiltProgram.RunAsync("run", "--config", Path.Combine(house.Folder, "p1bridge.yaml"));

        Assert.True(clock.Elapsed < AtOnce, $"{clock.Elapsed}\n{errors}");
        Assert.True(exitCode == 1, errors);
        Assert.Contains($"Another p1bridge reads {cable.Port}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Connected", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(bridge.Errors, static line => line.Contains("No connection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_bridge_serves_its_bytes_the_command_that_it_names_works()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));
        var address = $"tcp://127.0.0.1:{Broker.FreePort()}";
        var bridge = house.StartBridge(cable.Source, broker, $"meters.0.serve={address}");
        await bridge.SaysAsync($"reading {cable.Port}");
        string[] settings = ["--config", Path.Combine(house.Folder, "p1bridge.yaml"), "--set", $"meters.0.serve={address}"];

        var (_, _, errors) = await BuiltProgram.RunAsync(["discovery", .. settings]);
        Assert.Contains($"--source {address} reads", errors, StringComparison.Ordinal);

        var (exitCode, _, said) = await BuiltProgram.RunAsync(["discovery", "--source", address, .. settings]);
        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task What_is_no_serial_port_is_not_waited_for()
    {
        var clock = Stopwatch.StartNew();
        var (exitCode, _, errors) = await BuiltProgram.RunAsync("discovery", "--source", "serial:/dev/null");

        Assert.True(clock.Elapsed < AtOnce, $"{clock.Elapsed}");
        Assert.Equal(1, exitCode);
        Assert.Contains("/dev/null is not a serial port", errors, StringComparison.Ordinal);
    }
}
