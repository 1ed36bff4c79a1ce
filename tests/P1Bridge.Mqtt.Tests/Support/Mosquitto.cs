using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>A real mosquitto on a free loopback port with a directory of its own, ended by its process id.</summary>
sealed class Mosquitto : IAsyncDisposable
{
    readonly string _configuration;
    readonly List<Process> _subscribers = [];
    Process? _process;

    Mosquitto(string directory, int port, string configuration) => (Directory, Port, _configuration) = (directory, port, configuration);

    public string Directory { get; }

    public int Port { get; }

    /// <summary>Starts a broker; <paramref name="listener"/> are lines that belong to its listener, such as TLS files.</summary>
    public static async Task<Mosquitto> StartAsync(params string[] listener)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("p1bridge-mqtt-").FullName;
        return await StartInAsync(directory, listener);
    }

    public static async Task<Mosquitto> StartInAsync(string directory, params string[] listener)
    {
        var port = Ports.Free();
        string[] lines =
        [
            "per_listener_settings true", "persistence false", $"pid_file {directory}/broker.pid", $"user {Environment.UserName}",
            $"listener {port} 127.0.0.1", .. listener,
        ];
        if (!listener.Any(line => line.StartsWith("allow_anonymous", StringComparison.Ordinal))) lines = [.. lines, "allow_anonymous true"];
        // mosquitto 2.0 does not start with WebSocket listeners alone.
        if (listener.Contains("protocol websockets")) lines = [.. lines, $"listener {Ports.Free()} 127.0.0.1", "allow_anonymous true"];
        var configuration = Path.Combine(directory, "mosquitto.conf");
        await File.WriteAllLinesAsync(configuration, lines);
        var broker = new Mosquitto(directory, port, configuration);
        await broker.RunAsync();
        return broker;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, on the same port.</summary>
    public async Task RunAsync()
    {
        _process = Start("mosquitto", ["-c", _configuration]);
        await Eventually.True(IsListening);
    }

    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>mosquitto_sub as an observer that shares no code with ours; lines are "retain qos topic payload".</summary>
    public async Task<ConcurrentQueue<string>> ObserveAsync(string filter)
    {
        var lines = new ConcurrentQueue<string>();
        var marker = $"observer/{Guid.NewGuid():N}";
        var process = Start("mosquitto_sub", ["-h", "127.0.0.1", "-p", $"{Port}", "-q", "2", "-F", "%r %q %t %p", "-t", filter, "-t", marker]);
        _subscribers.Add(process);
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(marker, StringComparison.Ordinal) == true) ready.TrySetResult();
            else if (line.Data is { } text) lines.Enqueue(text);
        };
        process.BeginOutputReadLine();
        while (!ready.Task.IsCompleted)
        {
            await RunToEndAsync("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{Port}", "-t", marker, "-m", "ready");
            await Task.WhenAny(ready.Task, Task.Delay(50));
        }
        return lines;
    }

    public async Task PublishAsync(string topic, string payload, params string[] more) =>
        await RunToEndAsync("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{Port}", "-t", topic, "-m", payload, .. more]);

    public static async Task RunToEndAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.WaitForExitAsync().Soon();
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber.Kill();
            subscriber.Dispose();
        }
        await KillAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    bool IsListening()
    {
        Assert.False(_process!.HasExited, $"mosquitto ended at once; its configuration was:\n{File.ReadAllText(_configuration)}");
        try
        {
            using var client = new TcpClient();
            client.Connect("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false; // Not yet: this is asked again.
        }
    }

    // Debian keeps the broker in /usr/sbin, which is not on everyone's path.
    static Process Start(string program, string[] arguments)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin").Split(':')
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        Assert.True(found is not null, $"{program} is not installed; scripts/setup.sh installs it.");
        var start = new ProcessStartInfo(found, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
