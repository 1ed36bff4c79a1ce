using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>All keys there are, found by binding an empty configuration once.</summary>
static class OptionSchema
{
    static readonly Lazy<OptionNode> Described = new(Describe);
    static readonly Lazy<IReadOnlyList<string>> AllPaths = new(() => [.. Described.Value.Walk().Where(w => w.Node.Name != "[]").Select(w => w.Path)]);

    /// <summary>The tree of keys in the order of the example file.</summary>
    public static OptionNode Root => Described.Value;

    /// <summary>All paths as displayed, list items as <c>[]</c>: <c>meters[].source</c>.</summary>
    public static IReadOnlyList<string> Paths => AllPaths.Value;

    static OptionNode Describe()
    {
        var root = new OptionNode("", OptionKind.Section, "", "");
        var context = new BindingContext(OverrideSet.From(new Dictionary<string, string>(), [], (_, _) => { }), Origin.Default) { IsDescribing = true };
        OptionsReader.Bind(context, new YamlMapping([], 1, 1), root, new EffectiveNode("", OptionKind.Section), new BridgeBinder("/var/lib/p1bridge").Bind);
        return root;
    }

    /// <summary>The key of a pattern, with the list indices that <paramref name="address"/> has at the same levels, 0 where it has none.</summary>
    public static OptionPath Concrete(string pattern, string address)
    {
        var given = address.Split('.');
        var path = OptionPath.Root;
        var level = 0;
        foreach (var part in pattern.Split('.'))
        {
            var isList = part.EndsWith("[]", StringComparison.Ordinal);
            path = path.Key(isList ? part[..^2] : part);
            level++;
            if (!isList) continue;
            var hasIndex = level < given.Length && int.TryParse(given[level], NumberStyles.None, CultureInfo.InvariantCulture, out _);
            path = path.Item(hasIndex ? int.Parse(given[level], CultureInfo.InvariantCulture) : 0);
            level++;
        }
        return path;
    }

    /// <summary>True when the pattern lies below the section, list or item at the address.</summary>
    public static bool IsBelow(string pattern, string address) =>
        Concrete(pattern, address).Address.StartsWith(address + '.', StringComparison.Ordinal);
}
