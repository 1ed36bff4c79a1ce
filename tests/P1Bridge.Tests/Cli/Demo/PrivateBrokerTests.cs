using System.Diagnostics;
using System.Net.Sockets;
using P1Bridge.Cli.Demo;

namespace P1Bridge.Tests.Cli.Demo;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateBrokerTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly CancellationTokenSource _deadline = new(Deadline);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-test-");

    public void Dispose()
    {
        _deadline.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_takes_and_keeps_messages_for_this_machine()
    {
        await using var broker = await PrivateBroker.StartAsync(_deadline.Token);
        Assert.Equal("", await RunAsync("mosquitto_pub", "-h", PrivateBroker.Host, "-p", $"{broker.Port}", "-t", "a/b", "-m", "23.5", "-r"));
        Assert.Equal("a/b 23.5\n", await RunAsync("mosquitto_sub", "-h", PrivateBroker.Host, "-p", $"{broker.Port}", "-t", "#", "-v", "-C", "1"));
    }

    [Fact]
    public async Task Two_of_them_do_not_meet()
    {
        await using var one = await PrivateBroker.StartAsync(_deadline.Token);
        await using var other = await PrivateBroker.StartAsync(_deadline.Token);
        Assert.NotEqual(one.Port, other.Port);
        Assert.NotEqual(one.ProcessId, other.ProcessId);
    }

    [Fact]
    public async Task Disposed_it_leaves_neither_process_nor_folder()
    {
        var broker = await PrivateBroker.StartAsync(_deadline.Token);
        var (id, port) = (broker.ProcessId, broker.Port);
        var folder = Path.GetDirectoryName(CommandLineOf(id)[^1])!;
        Assert.True(Directory.Exists(folder));
        await broker.DisposeAsync();
        await broker.DisposeAsync();
        Assert.False(Directory.Exists(folder));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(PrivateBroker.Host, port, _deadline.Token));
    }

    [Fact]
    public async Task Without_mosquitto_it_says_how_to_get_it()
    {
        var exception = await Assert.ThrowsAsync<PrivateBrokerException>(() => PrivateBroker.StartAsync(_deadline.Token, _folder.FullName));
        Assert.Contains("sudo apt install mosquitto", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--broker", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mosquitto_that_ends_at_once_is_quoted()
    {
        WriteProgram("echo 'Error: no luck today' >&2; exit 3");
        var exception = await Assert.ThrowsAsync<PrivateBrokerException>(() => PrivateBroker.StartAsync(_deadline.Token, _folder.FullName));
        Assert.Contains("Error: no luck today", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_up_while_it_starts_leaves_no_process()
    {
        var note = Path.Combine(_folder.FullName, "process");
        WriteProgram($"echo $$ > {note}.part; mv {note}.part {note}; exec sleep 60");
        using var cancellation = new CancellationTokenSource();
        var start = PrivateBroker.StartAsync(cancellation.Token, _folder.FullName);
        while (!File.Exists(note)) await Task.Delay(10, _deadline.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        var id = int.Parse(await File.ReadAllTextAsync(note), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    void WriteProgram(string script)
    {
        var program = Path.Combine(_folder.FullName, "mosquitto");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static string[] CommandLineOf(int id) => File.ReadAllText($"/proc/{id}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(_deadline.Token);
        await process.WaitForExitAsync(_deadline.Token);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
