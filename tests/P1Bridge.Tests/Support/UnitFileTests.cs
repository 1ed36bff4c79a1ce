using System.Diagnostics;

namespace P1Bridge.Tests.Support;

/// <summary>The systemd unit, as systemd itself reads it.</summary>
public sealed class UnitFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-unit-");

    static string Unit => File.ReadAllText(Repository.PathOf("config", "p1bridge.service"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Systemd_has_nothing_to_say_about_the_unit()
        => Assert.Equal("", await VerifyAsync(Unit.Replace("/usr/local/bin/p1bridge", "/bin/true", StringComparison.Ordinal)));

    [Fact]
    public async Task Systemd_would_say_something_about_a_key_that_is_none()
        => Assert.NotEqual("", await VerifyAsync(Unit.Replace("/usr/local/bin/p1bridge", "/bin/true", StringComparison.Ordinal).Replace("WatchdogSec=", "WatchdogSeconds=", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Type=notify")]
    [InlineData("WatchdogSignal=SIGKILL")]
    [InlineData("RestartPreventExitStatus=2")]
    [InlineData("SupplementaryGroups=dialout")]
    [InlineData("StateDirectory=p1bridge")]
    [InlineData("SystemCallErrorNumber=EPERM")]
    public void What_the_program_needs_is_set(string line) => Assert.Contains(line, Unit.Split('\n'));

    [Theory]
    [InlineData("MemoryDenyWriteExecute=")]
    [InlineData("DevicePolicy=")]
    [InlineData("ProtectClock=")]
    [InlineData("PrivateDevices=")]
    public void What_would_stop_the_program_or_shut_out_its_cable_is_not_set(string key)
        => Assert.DoesNotContain(Unit.Split('\n'), line => line.StartsWith(key, StringComparison.Ordinal));

    /// <summary>The runtime sets priorities and processors: without the group the program is killed while it starts.</summary>
    [Fact]
    public void The_systems_calls_that_the_runtime_needs_are_not_taken_away()
    {
        var refused = Unit.Split('\n').Where(static line => line.StartsWith("SystemCallFilter=~", StringComparison.Ordinal));

        Assert.DoesNotContain(refused, static line => line.Contains("@resources", StringComparison.Ordinal) || line.Contains("@system-service", StringComparison.Ordinal));
        Assert.Contains("SystemCallFilter=@system-service", Unit.Split('\n'));
    }

    /// <summary>Its exit code tells nothing of keys that it does not know; its standard error does.</summary>
    async Task<string> VerifyAsync(string unit)
    {
        var path = Path.Combine(_folder.FullName, "p1bridge.service");
        await File.WriteAllTextAsync(path, unit);
        using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", path]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = await verify.StandardError.ReadToEndAsync();
        await verify.WaitForExitAsync();
        return errors;
    }
}
