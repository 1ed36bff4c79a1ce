using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace P1Bridge.EndToEnd.Support;

/// <summary>How a test's mosquitto differs from the plain one.</summary>
sealed record BrokerOptions
{
    /// <summary>Lines of <c>mosquitto.conf</c> besides the listener.</summary>
    public string More { get; init; } = "allow_anonymous true\n";

    /// <summary>Options of mosquitto_sub and mosquitto_pub to get in.</summary>
    public IReadOnlyList<string> ClientOptions { get; init; } = [];

    /// <summary>Name by which clients reach it.</summary>
    public string Host { get; init; } = "127.0.0.1";
}

/// <summary>A mosquitto of the test's own on a free loopback port; it remembers nothing across a restart.</summary>
sealed class Broker : IAsyncDisposable
{
    /// <summary>Below the ports that systems lend to outgoing connections, so that none of them takes ours between two runs.</summary>
    const int FirstPort = 20_000;

    const int LastPort = 32_000;

    readonly string _folder;
    readonly BrokerOptions _options;
    readonly List<Observer> _observers = [];
    Child? _mosquitto;

    Broker(string folder, BrokerOptions options, int port) => (_folder, _options, Port) = (folder, options, port);

    public int Port { get; }

    public string Host => _options.Host;

    /// <summary>Options of mosquitto's clients for this broker.</summary>
    public IReadOnlyList<string> ClientOptions => ["-h", Host, "-p", Port.ToString(CultureInfo.InvariantCulture), .. _options.ClientOptions];

    /// <summary>A broker that does not run yet.</summary>
    public static Broker Absent(string folder, BrokerOptions? options = null) => new(folder, options ?? new BrokerOptions(), FreePort());

    public static async Task<Broker> StartAsync(string folder, BrokerOptions? options = null)
    {
        var broker = Absent(folder, options);
        await broker.StartAsync();
        return broker;
    }

    public async Task StartAsync()
    {
        var file = Path.Combine(_folder, $"mosquitto-{Port}.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"user root\nlistener {Port} 127.0.0.1\nmax_queued_messages 0\n{_options.More}"));
        var mosquitto = _mosquitto = new Child(MosquittoPath(), ["-c", file]);
        await Eventually.HoldsAsync(() => mosquitto.HasExited || Answers(), () => mosquitto.Story);
        Assert.False(mosquitto.HasExited, mosquitto.Story);
    }

    /// <summary>As a power cut ends it: nothing is saved, nobody is told.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>As a service manager ends it: with <c>persistence</c> it remembers.</summary>
    public Task StopAsync() => EndAsync("TERM");

    async Task EndAsync(string signal)
    {
        await _mosquitto!.EndAsync(signal);
        await _mosquitto.DisposeAsync();
        _mosquitto = null;
    }

    /// <summary>Listens from now on to every message.</summary>
    public async Task<Observer> ObserveAsync()
    {
        var observer = await Observer.StartAsync(this);
        _observers.Add(observer);
        return observer;
    }

    /// <summary>All retained messages, as a new subscriber gets them.</summary>
    public async Task<SortedDictionary<string, string>> RetainedAsync()
    {
        await using var observer = await Observer.StartAsync(this);
        return new(observer.Messages.Where(static message => message.IsRetained).ToDictionary(static message => message.Topic, static message => message.Payload), StringComparer.Ordinal);
    }

    /// <summary>Publishes as another program would; a null payload erases a retained message.</summary>
    public async Task PublishAsync(string topic, string? payload, bool retain = false)
    {
        await using var client = new Child("mosquitto_pub", [.. ClientOptions, "-q", "1", "-t", topic, .. payload is null ? ["-n"] : new[] { "-m", payload }, .. retain ? ["-r"] : Array.Empty<string>()]);
        Assert.True(await client.ExitAsync() == 0, client.Story);
    }

    /// <summary>Publishes bytes that need not be text.</summary>
    public async Task PublishBytesAsync(string topic, byte[] payload, bool retain = false)
    {
        var file = Path.Combine(_folder, $"message-{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(file, payload);
        await using var client = new Child("mosquitto_pub", [.. ClientOptions, "-q", "1", "-t", topic, "-f", file, .. retain ? ["-r"] : Array.Empty<string>()]);
        Assert.True(await client.ExitAsync() == 0, client.Story);
    }

    /// <summary>Publishes each line of a text as a message of its own, as <c>mosquitto_pub -l</c> does: empty lines are left out.</summary>
    public async Task PublishLinesAsync(string topic, string text)
    {
        await using var client = new Child("mosquitto_pub", [.. ClientOptions, "-q", "1", "-t", topic, "-l"]);
        await client.Input.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text));
        client.Input.Close();
        Assert.True(await client.ExitAsync() == 0, client.Story);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var observer in _observers)
            await observer.DisposeAsync();
        if (_mosquitto is not null) await _mosquitto.DisposeAsync();
    }

    bool Answers() => Answers(Port);

    /// <summary>Whether somebody listens there.</summary>
    public static bool Answers(int port)
    {
        try
        {
            using var socket = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Debian keeps it where only root's search path leads.</summary>
    static string MosquittoPath() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";

    /// <summary>A port that nobody has, and that no outgoing connection is given.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }
}
