using System.Globalization;

namespace P1Bridge.EndToEnd.Support;

/// <summary>One test's surroundings: a folder, and the parts in it, which end with the test, the last one first.</summary>
sealed class House : IAsyncDisposable
{
    readonly List<IAsyncDisposable> _parts = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("p1bridge-test-").FullName;

    public string StateDirectory => Path.Combine(Folder, "state");

    /// <summary>What the bridges said, for messages of failed tests.</summary>
    public string Story => string.Join('\n', _parts.OfType<Child>().Select(static child => child.Story));

    public async Task<Broker> StartBrokerAsync(BrokerOptions? options = null) => Add(await Broker.StartAsync(Folder, options));

    public Broker AbsentBroker() => Add(Broker.Absent(Folder));

    public async Task<Cable> PlugInAsync() => Add(await Cable.StartAsync(Folder));

    /// <summary>Writes a configuration file and returns its path.</summary>
    public string Write(string configuration, string name = "p1bridge.yaml")
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, configuration);
        return path;
    }

    /// <summary>The least that can be configured, and a state directory of the test's own.</summary>
    public string Configuration(string source, Broker broker) => string.Create(
        CultureInfo.InvariantCulture,
        $"meters:\n  - source: {source}\nmqtt:\n  host: {broker.Host}\n  port: {broker.Port}\nstate_directory: {StateDirectory}\n");

    /// <summary>Starts <c>p1bridge run</c> with one meter; <paramref name="settings"/> are <c>KEY=VALUE</c>.</summary>
    public Child StartBridge(string source, Broker broker, params string[] settings)
        => StartBridge(Configuration(source, broker), settings);

    /// <summary>Starts <c>p1bridge run</c> with a configuration.</summary>
    public Child StartBridge(string configuration, params string[] settings)
        => Add(BuiltProgram.Start(["run", "--config", Write(configuration), .. settings.SelectMany(static setting => (string[])["--set", setting])]));

    public T Add<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
