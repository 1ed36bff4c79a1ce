namespace P1Bridge.Configuration;

/// <summary>A configuration that may be used.</summary>
/// <param name="Options">The values.</param>
/// <param name="Effective">The same with their origins, for <see cref="EffectiveConfiguration"/>.</param>
/// <param name="Warnings">What is allowed and seldom wanted, one line each.</param>
/// <param name="File">The file that was read; null: environment and command line only.</param>
sealed record LoadedOptions(BridgeOptions Options, EffectiveNode Effective, IReadOnlyList<string> Warnings, string? File);

/// <summary>Loads the configuration: file, environment above it, command line on top.</summary>
static class OptionsLoader
{
    const string PathVariable = "P1BRIDGE_CONFIG";

    /// <summary>The place of what was set nowhere.</summary>
    const string Nowhere = "configuration";

    /// <summary>Where the file is looked for when nobody names it. Never <c>config.yaml</c>: that name belongs to Home Assistant add-ons.</summary>
    public static readonly IReadOnlyList<string> SearchPaths = ["p1bridge.yaml", "/etc/p1bridge/p1bridge.yaml"];

    /// <summary>Loads and checks everything.</summary>
    /// <param name="path">The file; null: <c>P1BRIDGE_CONFIG</c>, else <paramref name="searchPaths"/>, else no file.</param>
    /// <param name="environment">All variables; those that begin with <c>P1BRIDGE_</c> are ours.</param>
    /// <param name="overrides"><c>key.path=value</c> from the command line.</param>
    /// <param name="searchPaths">Null: <see cref="SearchPaths"/>.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the message names every problem with its place.</exception>
    public static LoadedOptions Load(
        string? path, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> overrides, IReadOnlyList<string>? searchPaths = null)
    {
        var file = Locate(path, environment, searchPaths ?? SearchPaths);
        if (file is null) return WithoutFile(environment, overrides, searchPaths ?? SearchPaths);
        var root = ReadFile(file, path is null ? environment : null);
        return Bind(root, file, environment, overrides);
    }

    /// <summary>The same from text in memory, named <paramref name="file"/> in messages.</summary>
    public static LoadedOptions LoadText(string text, string file, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> overrides) =>
        Bind(YamlReader.Read(YamlText.Decode(System.Text.Encoding.UTF8.GetBytes(text), file), file), file, environment, overrides);

    /// <summary>Whoever has a file somewhere else must be told where it was looked for.</summary>
    static LoadedOptions WithoutFile(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> overrides, IReadOnlyList<string> searchPaths)
    {
        try
        {
            return Bind(new YamlMapping([], 1, 1), null, environment, overrides);
        }
        catch (ConfigurationException exception) when (searchPaths.Count > 0 && exception.Problems.Any(static problem => problem.StartsWith($"{Nowhere}:", StringComparison.Ordinal)))
        {
            var places = string.Join(", ", searchPaths.Select(static place => Printable.Line(Path.GetFullPath(place))));
            throw new ConfigurationException(exception.Problems, $"No configuration file was read: none was named by --config or {PathVariable}, and none is at {places}");
        }
    }

    static LoadedOptions Bind(YamlMapping root, string? file, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> overrides)
    {
        var early = new List<(Origin Origin, string Text)>();
        var set = OverrideSet.From(environment, overrides, (origin, text) => early.Add((origin, text)));
        var context = new BindingContext(set, new Origin(OriginKind.File, file ?? Nowhere));
        foreach (var (origin, text) in early) context.Report(origin, text);
        var effective = new EffectiveNode("", OptionKind.Section);
        var binder = new BridgeBinder(StateDirectory.Default(environment));
        var schema = new OptionNode("", OptionKind.Section, "", "");
        var options = OptionsReader.Bind(context, root, schema, effective, binder.Bind);
        UnknownOverrides.Report(context, effective);
        if (context.Failure() is { } failure) throw failure;
        return new LoadedOptions(options, effective, context.Warnings, file);
    }

    static string? Locate(string? path, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> searchPaths)
    {
        if (path is not null) return path;
        if (environment.GetValueOrDefault(PathVariable, "") is { Length: > 0 } named) return named;
        return searchPaths.FirstOrDefault(File.Exists);
    }

    static YamlMapping ReadFile(string file, IReadOnlyDictionary<string, string>? environment)
    {
        if (FileText.TryRead(file, YamlText.LargestFile, out var bytes, out var problem))
            return YamlReader.Read(YamlText.Decode(bytes, file), file);
        var isNamedByVariable = environment?.GetValueOrDefault(PathVariable, "") == file;
        var note = isNamedByVariable ? $" (named by {PathVariable})" : "";
        throw new ConfigurationException([$"{Printable.Line(file)}: cannot read the configuration: {problem}{note}"]);
    }
}
