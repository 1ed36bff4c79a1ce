using System.Globalization;

namespace P1Bridge.EndToEnd.Support;

/// <summary>Brokers of other makers, each on free loopback ports with a folder of its own, started when first asked for and ended by process id.</summary>
public sealed class OtherBrokers : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("p1bridge-brokers-").FullName;
    readonly Dictionary<string, int> _ports = [];
    readonly List<Child> _children = [];

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The port of a broker; it is up.</summary>
    internal async Task<int> PortOfAsync(string name)
    {
        if (_ports.TryGetValue(name, out var known)) return known;
        var port = Broker.FreePort();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        switch (name)
        {
            case "mosquitto": await StartMosquittoAsync(folder, port); break;
            case "nats": await StartNatsAsync(folder, port); break;
            case "rabbitmq": await StartRabbitAsync(folder, port); break;
            case "aedes": await StartAsync("node", [Repository.PathOf("tests", "brokers", "aedes.js"), Text(port)], "ready"); break;
            default: throw new ArgumentOutOfRangeException(nameof(name), name, "No such broker.");
        }
        return _ports[name] = port;
    }

    public async Task DisposeAsync()
    {
        // The last one first: RabbitMQ needs its name server to end in order.
        foreach (var child in Enumerable.Reverse(_children))
        {
            if (!child.HasExited) await child.EndAsync("TERM");
            await child.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    Task StartMosquittoAsync(string folder, int port)
    {
        var file = Write(folder, "mosquitto.conf", $"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n");
        return StartAsync(File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto", ["-c", file], "running");
    }

    Task StartNatsAsync(string folder, int port)
    {
        var file = Write(folder, "nats.conf", $$"""
            server_name: test
            listen: 127.0.0.1:{{Broker.FreePort()}}
            jetstream { store_dir: "{{folder}}" }
            mqtt { listen: 127.0.0.1:{{port}} }

            """);
        return StartAsync(File.Exists("/usr/sbin/nats-server") ? "/usr/sbin/nats-server" : "nats-server", ["-c", file], "Server is ready");
    }

    async Task StartRabbitAsync(string folder, int port)
    {
        var names = Broker.FreePort();
        var distribution = Broker.FreePort();
        var file = Write(folder, "rabbitmq.conf", $"""
            listeners.tcp = none
            mqtt.listeners.tcp.default = 127.0.0.1:{port}
            mqtt.allow_anonymous = true
            distribution.listener.port_range.min = {distribution}
            distribution.listener.port_range.max = {distribution}

            """);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["ERL_EPMD_PORT"] = Text(names),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = $"test{port}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = folder,
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = Path.ChangeExtension(file, null),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Write(folder, "enabled_plugins", "[rabbitmq_mqtt].\n"),
        };
        // Else RabbitMQ starts one that stays.
        _children.Add(new Child("epmd", ["-port", Text(names), "-address", "127.0.0.1"], environment));
        await Eventually.HoldsAsync(() => Broker.Answers(names), () => "epmd does not listen");
        // The one in the search path would become another user.
        await StartAsync("/usr/lib/rabbitmq/bin/rabbitmq-server", [], "Server startup complete", environment);
    }

    async Task StartAsync(string program, string[] arguments, string ready, IReadOnlyDictionary<string, string>? environment = null)
    {
        var child = new Child(program, arguments, environment);
        _children.Add(child);
        await Eventually.HoldsAsync(() => child.HasExited || child.Story.Contains(ready, StringComparison.Ordinal), () => child.Story, TimeSpan.FromMinutes(2));
        Assert.False(child.HasExited, child.Story);
    }

    static string Write(string folder, string name, FormattableString text) => Write(folder, name, text.ToString(CultureInfo.InvariantCulture));

    static string Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
