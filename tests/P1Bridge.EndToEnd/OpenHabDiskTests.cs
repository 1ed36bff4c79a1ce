using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>openHAB's folder on a disk that is read-only or full: a small file system of the test's own, which needs the right to mount.</summary>
public sealed class OpenHabDiskTests : IAsyncLifetime
{
    readonly string _disk = Directory.CreateTempSubdirectory("p1bridge-disk-").FullName;

    string Filler => Path.Combine(_disk, "filler");

    string Conf => Path.Combine(_disk, "conf");

    public async Task InitializeAsync()
    {
        await DoneAsync("mount", "-t", "tmpfs", "-o", "size=1m", "p1bridge-test", _disk);
        Directory.CreateDirectory(Conf);
    }

    public async Task DisposeAsync()
    {
        await DoneAsync("umount", _disk);
        Directory.Delete(_disk);
    }

    [Fact]
    public async Task A_disk_that_is_read_only_and_then_full_is_said_once_and_the_files_come_when_it_heals()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(Telegrams.Read("fluvius-1p"));
        var page = Broker.FreePort();
        await DoneAsync("mount", "-o", "remount,ro", _disk);
        var bridge = house.StartBridge(cable.Source, broker, $"openhab.directory={Conf}", $"web.listen=http://127.0.0.1:{page}");

        // The set must have settled first.
        await bridge.SaysAsync("Output openhab fails", TimeSpan.FromSeconds(120));
        await ShowsAsync("Read-only file system");
        await DoneAsync("mount", "-o", "remount,rw", _disk);
        Fill();
        await ShowsAsync("No space left on device");
        Assert.Empty(Files());
        File.Delete(Filler);
        await bridge.SaysAsync("Output openhab works again", TimeSpan.FromSeconds(90));

        Assert.Equal(["items/p1bridge.items", "persistence/rrd4j.persist", "rules/p1bridge.rules", "sitemaps/p1bridge.sitemap", "things/p1bridge.things"], Files());
        Assert.Equal((1, 1), (bridge.CountOf("Output openhab fails"), bridge.CountOf("Output openhab works again")));

        async Task ShowsAsync(string fault)
        {
            using var web = new HttpClient();
            var found = await Eventually.ReadAsync(() => web.GetStringAsync($"http://127.0.0.1:{page}/"), text => text.Contains(fault, StringComparison.Ordinal), TimeSpan.FromSeconds(90));
            Assert.Contains(fault, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task On_a_full_disk_a_run_leaves_every_file_as_it_was()
    {
        string[] command = ["generate-openhab", "--from", Telegrams.PathOf("fluvius-1p"), "--output", Conf];
        Assert.Equal(0, (await BuiltProgram.RunAsync(command)).ExitCode);
        var before = Files().ToDictionary(static name => name, name => File.ReadAllText(Path.Combine(Conf, name)));
        Fill();

        var (exitCode, _, errors) = await BuiltProgram.RunAsync([.. command, "--language", "nl"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("cannot be written: No space left on device", errors, StringComparison.Ordinal);
        Assert.Equal(before, Files().ToDictionary(static name => name, name => File.ReadAllText(Path.Combine(Conf, name))));
    }

    void Fill()
    {
        using var file = File.Create(Filler);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // That was the last one.
        }
    }

    /// <summary>Hidden ones too.</summary>
    IEnumerable<string> Files()
        => Directory.EnumerateFiles(Conf, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Conf, path)).Order(StringComparer.Ordinal);

    static async Task DoneAsync(string program, params string[] arguments)
    {
        await using var child = new Child(program, arguments);
        Assert.True(await child.ExitAsync() == 0, child.Story);
    }
}
