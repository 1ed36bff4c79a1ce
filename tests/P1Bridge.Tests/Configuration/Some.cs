using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

/// <summary>Short forms of loading for the tests of this folder.</summary>
static class Some
{
    public const string File = "p1bridge.yaml";
    public const string Minimal = "meters:\n  - source: simulator\nmqtt:\n  host: broker.lan\n";

    public static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string> { ["HOME"] = "/home/me" };

    public static LoadedOptions Loaded(string yaml, IReadOnlyDictionary<string, string>? environment = null, params string[] overrides) =>
        OptionsLoader.LoadText(yaml, File, environment ?? NoEnvironment, overrides);

    public static BridgeOptions Options(string yaml, IReadOnlyDictionary<string, string>? environment = null, params string[] overrides) =>
        Loaded(yaml, environment, overrides).Options;

    /// <summary>The message of the loading that must fail.</summary>
    public static string Message(string yaml, IReadOnlyDictionary<string, string>? environment = null, params string[] overrides) =>
        Assert.Throws<ConfigurationException>(() => Loaded(yaml, environment, overrides)).Message;

    public static Dictionary<string, string> Environment(params string[] assignments) =>
        assignments.Select(a => a.Split('=', 2)).Append(["HOME", "/home/me"]).ToDictionary(a => a[0], a => a[1]);

    public static string Effective(LoadedOptions loaded)
    {
        using var writer = new StringWriter();
        EffectiveConfiguration.Write(loaded, writer);
        return writer.ToString();
    }
}

/// <summary>Files of the project that are rendered by the program.</summary>
static class RenderedFile
{
    public static string Root { get; } = FindRoot();

    /// <summary>Compares a committed file with its rendering; with <c>P1BRIDGE_UPDATE=1</c> writes it instead.</summary>
    public static void Check(string path, string rendering)
    {
        var full = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") File.WriteAllText(full, rendering);
        Assert.Equal(rendering, File.ReadAllText(full));
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "P1Bridge.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the project's tree");
    }
}
