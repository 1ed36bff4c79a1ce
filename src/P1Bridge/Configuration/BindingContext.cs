namespace P1Bridge.Configuration;

/// <summary>What all sections of one loading share: overrides, problems, warnings.</summary>
sealed class BindingContext(OverrideSet overrides, Origin nowhere)
{
    readonly List<(Origin Origin, string Text)> _problems = [];
    readonly HashSet<string> _refused = [];

    public OverrideSet Overrides { get; } = overrides;

    /// <summary>Named where a key is missing altogether: the file, or the configuration when there is none.</summary>
    public Origin Nowhere { get; } = nowhere;

    /// <summary>True while the known keys are listed: no file is read then, lists have one item.</summary>
    public bool IsDescribing { get; init; }

    /// <summary>Things that are allowed and seldom wanted.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>True when something was said about this very key, so that a second message would be noise.</summary>
    public bool IsRefused(OptionPath path) => _refused.Contains(path.Address);

    public void Report(Origin origin, string text) => _problems.Add((origin, text));

    public void Report(Origin origin, OptionPath path, string text)
    {
        _refused.Add(path.Address);
        Report(origin, path.Display.Length == 0 ? text : $"{Printable.Line(path.Display)}: {text}");
    }

    /// <summary>All problems as one exception, in the order of the file; null when there is none.</summary>
    public ConfigurationException? Failure()
    {
        if (_problems.Count == 0) return null;
        var sorted = _problems.OrderBy(p => p.Origin.Kind).ThenBy(p => p.Origin.Line).ThenBy(p => p.Origin.Column);
        return new ConfigurationException([.. sorted.Select(p => $"{p.Origin}: {p.Text}").Distinct()]);
    }
}
