using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace P1Bridge.Cli.Demo;

/// <summary>The demo's own broker cannot be had; the message says what to do.</summary>
sealed class PrivateBrokerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A mosquitto of the demo's own, on a free port that only this machine reaches, without memory. Disposing it ends the process and
/// removes what it left on disk.
/// </summary>
sealed class PrivateBroker : IAsyncDisposable
{
    const string OtherBroker = "name a broker of your own with --broker HOST[:PORT]";
    const int LogLines = 5;

    /// <summary>Another program may take the free port first; then the next one is tried.</summary>
    const int Attempts = 3;

    static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-broker-");
    readonly Queue<string> _log = [];
    Process? _process;

    PrivateBroker(int port) => Port = port;

    /// <summary>Where it listens.</summary>
    public static string Host => "127.0.0.1";

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>The number of its process.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>
    /// Starts a broker and returns when it accepts connections. Throws <see cref="PrivateBrokerException"/> when mosquitto is missing or does
    /// not start. <paramref name="searchPath"/> replaces the PATH of the environment.
    /// </summary>
    public static async Task<PrivateBroker> StartAsync(CancellationToken cancellation, string? searchPath = null)
    {
        var program = Find(searchPath) ?? throw new PrivateBrokerException(
            $"mosquitto, the broker of the demo, is not installed. Install it with: sudo apt install mosquitto - or {OtherBroker}");
        for (var attempt = 1; ; attempt++)
        {
            var broker = new PrivateBroker(FreePort());
            try
            {
                await broker.StartAsync(program, cancellation);
                return broker;
            }
            catch (PrivateBrokerException) when (attempt < Attempts)
            {
                await broker.DisposeAsync();
            }
            catch
            {
                await broker.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Ends the process and removes its folder; may be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await EndAsync(process);
            process.Dispose();
        }
        if (Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
    }

    /// <summary>The same without waiting, for a program that ends this moment; whatever fails is left behind.</summary>
    public void EndAtOnce()
    {
        try
        {
            _process?.Kill();
            _folder.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            // Ended or removed already, by DisposeAsync on another thread.
        }
    }

    /// <summary>Debian keeps mosquitto in a folder that is not on the PATH of users.</summary>
    static string? Find(string? searchPath)
    {
        var folders = searchPath ?? $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin{Path.PathSeparator}/usr/local/sbin";
        var name = OperatingSystem.IsWindows() ? "mosquitto.exe" : "mosquitto";
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    async Task StartAsync(string program, CancellationToken cancellation)
    {
        var configuration = Path.Combine(_folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, Configuration(), cancellation);
        var start = new ProcessStartInfo(program, ["-c", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            _process = Process.Start(start) ?? throw new PrivateBrokerException($"{program} did not start");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new PrivateBrokerException($"{program} cannot be started: {exception.Message}", exception);
        }
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await WaitUntilItAcceptsAsync(_process, cancellation);
    }

    string Configuration() => string.Create(CultureInfo.InvariantCulture, $"""
        listener {Port} {Host}
        allow_anonymous true
        persistence false
        log_dest stderr
        log_type error
        log_type warning

        """);

    async Task WaitUntilItAcceptsAsync(Process process, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(BetweenLooks, cancellation))
        {
            if (process.HasExited)
            {
                // The text it wrote may still be on its way.
                await process.WaitForExitAsync(cancellation);
                throw new PrivateBrokerException($"mosquitto ended at once: {Log()}; {OtherBroker}");
            }
            if (await AcceptsAsync(cancellation)) return;
            if (clock.Elapsed > StartsWithin)
            {
                throw new PrivateBrokerException(
                    $"mosquitto accepts no connection on port {Port} after {StartsWithin.TotalSeconds:0} s: {Log()}; {OtherBroker}");
            }
        }
    }

    async Task<bool> AcceptsAsync(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            // Refused: it does not listen yet.
            return false;
        }
    }

    static async Task EndAsync(Process process)
    {
        if (process.HasExited) return;
        process.Kill();
        using var deadline = new CancellationTokenSource(EndsWithin);
        await process.WaitForExitAsync(deadline.Token);
    }

    void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_log)
        {
            _log.Enqueue(line.Trim());
            if (_log.Count > LogLines) _log.Dequeue();
        }
    }

    string Log()
    {
        lock (_log) return _log.Count == 0 ? "it said nothing" : string.Join("; ", _log);
    }
}
