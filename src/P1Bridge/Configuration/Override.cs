using System.Text.RegularExpressions;

namespace P1Bridge.Configuration;

/// <summary>One value given outside the file.</summary>
/// <param name="Address">The key, see <see cref="OptionPath"/>.</param>
/// <param name="Text">The value.</param>
/// <param name="Origin">Environment or command line.</param>
/// <param name="Name">The key as it was written: name of the variable, path of the argument.</param>
sealed record Override(string Address, string Text, Origin Origin, string Name)
{
    public bool IsVariable => Origin.Kind == OriginKind.Environment;

    /// <summary>An empty variable: its name may be misspelt, but it sets nothing.</summary>
    public bool IsUnset => IsVariable && Text.Length == 0;
}

/// <summary>Values from environment and command line by address; remembers which ones a key asked for.</summary>
sealed partial class OverrideSet
{
    /// <summary>Variables with our prefix that are not keys of the configuration.</summary>
    public static readonly IReadOnlyDictionary<string, string> OtherVariables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["P1BRIDGE_CONFIG"] = "path of the configuration file",
        ["P1BRIDGE_REQUIRE_PARTS"] = "used by the project's tests: a missing external part fails instead of being skipped",
        ["P1BRIDGE_UPDATE"] = "used by the project's tests: rewrite rendered files instead of comparing them",
    };

    readonly Dictionary<string, Override> _byAddress = [];
    readonly HashSet<string> _asked = [];

    /// <summary>The environment first, so that the command line replaces it. An empty variable counts as not set, as container tools pass them.</summary>
    public static OverrideSet From(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> commandLine, Action<Origin, string> report)
    {
        var set = new OverrideSet();
        foreach (var (name, text) in environment.OrderBy(v => v.Key, StringComparer.Ordinal)) set.AddVariable(name, text, report);
        for (var i = 0; i < commandLine.Count; i++) set.AddArgument(commandLine[i], i + 1, report);
        return set;
    }

    /// <summary>The overrides that no key asked for.</summary>
    public IEnumerable<Override> Unused => _byAddress.Values.Where(o => !_asked.Contains(o.Address));

    /// <summary>The override of this key, if any that says something; marks it as known either way.</summary>
    public Override? Find(OptionPath path)
    {
        _asked.Add(path.Address);
        return _byAddress.TryGetValue(path.Address, out var found) && !found.IsUnset ? found : null;
    }

    /// <summary>True when this item, or a key in it, is set.</summary>
    public bool Reaches(OptionPath item) =>
        _byAddress.Values.Any(o => !o.IsUnset && (o.Address == item.Address || o.Address.StartsWith(item.Address + '.', StringComparison.Ordinal)));

    /// <summary>True when a key of any item of this list is set.</summary>
    public bool ReachesItemOf(OptionPath list) => _byAddress.Values.Any(o => !o.IsUnset && IsBelow(o, list) && char.IsAsciiDigit(o.Address[list.Address.Length + 1]));

    /// <summary>What is set as if the list were a section is meant for its first item; the command line wins over variables there too.</summary>
    public void MoveToFirstItem(OptionPath list, Action<Origin, string> report)
    {
        foreach (var given in _byAddress.Values.Where(o => IsBelow(o, list) && !char.IsAsciiDigit(o.Address[list.Address.Length + 1])).ToList())
        {
            _byAddress.Remove(given.Address);
            var moved = given with { Address = list.Item(0).Address + given.Address[list.Address.Length..] };
            var other = _byAddress.GetValueOrDefault(moved.Address);
            if (other is { IsUnset: false } && !given.IsUnset && other.IsVariable == given.IsVariable) report(given.Origin, $"{Printable.Line(given.Name)}: also set as {Printable.Line(other.Name)}; keep one");
            if (other is null || other.IsUnset || (other.IsVariable && !given.IsVariable)) _byAddress[moved.Address] = moved;
        }
    }

    static bool IsBelow(Override given, OptionPath path)
        => given.Address.Length > path.Address.Length + 1 && given.Address.StartsWith(path.Address + '.', StringComparison.Ordinal);

    void AddVariable(string name, string text, Action<Origin, string> report)
    {
        if (!name.StartsWith(OptionPath.VariablePrefix, StringComparison.OrdinalIgnoreCase)) return;
        if (OtherVariables.ContainsKey(name) || ServiceLink().IsMatch(name)) return;
        var address = name[OptionPath.VariablePrefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant();
        var given = new Override(address, text, new Origin(OriginKind.Environment, name), name);
        if (!_byAddress.TryAdd(address, given)) report(given.Origin, $"also set as {_byAddress[address].Origin}; keep one");
    }

    void AddArgument(string argument, int number, Action<Origin, string> report)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : argument[..equals].Trim();
        if (!KeyPath().IsMatch(path))
        {
            // The text is not repeated: it may be a secret whose key was forgotten.
            const string Expected = "expected key.path=value, such as mqtt.host=broker.lan or meters[0].source=/dev/ttyUSB0";
            report(Origin.CommandLine, FormattableString.Invariant($"override {number}: {Expected}"));
            return;
        }
        var address = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        _byAddress[address] = new Override(address, argument[(equals + 1)..], Origin.CommandLine, path);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+|\[[0-9]+\])*\z")]
    private static partial Regex KeyPath();

    // Kubernetes and Docker links describe a service called "p1bridge" to its neighbours with these names; none of them is ours.
    [GeneratedRegex(@"^P1BRIDGE_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?|NAME|ENV_.+)\z")]
    private static partial Regex ServiceLink();
}
