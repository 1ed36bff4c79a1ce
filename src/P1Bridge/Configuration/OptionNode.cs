namespace P1Bridge.Configuration;

/// <summary>The kinds of value a key can have.</summary>
enum OptionKind { Section, List, Map, Text, Whole, Number, Switch, Duration, Choice, Secret }

/// <summary>What is known of one key; example file, JSON schema and documentation are rendered from a tree of these.</summary>
/// <param name="Name">The key; <c>[]</c> for the items of a list.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Help">One or two sentences for the user.</param>
/// <param name="Expected">Behind "expected" in a message.</param>
sealed record OptionNode(string Name, OptionKind Kind, string Help, string Expected)
{
    /// <summary>The default as it would be written; null: none, the key is not set.</summary>
    public string? Default { get; init; }

    /// <summary>Words instead of the default where it depends on something.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>A value to show where there is no default.</summary>
    public string? Example { get; init; }

    public decimal? Minimum { get; init; }
    public decimal? Maximum { get; init; }

    /// <summary>Regular expression for editors.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The bridge does not start without it.</summary>
    public bool Required { get; init; }

    /// <summary>A section that may be a list of such sections instead.</summary>
    public bool AllowsMore { get; init; }

    public List<OptionNode> Children { get; } = [];

    /// <summary>A list that may be empty.</summary>
    public bool IsOptional { get; set; }

    public bool IsBranch => Kind is OptionKind.Section or OptionKind.List or OptionKind.Map;

    /// <summary>This node and all below it, with the display path (<c>meters[].source</c>).</summary>
    public IEnumerable<(string Path, OptionNode Node)> Walk(string path = "")
    {
        foreach (var child in Children)
        {
            var below = child.Name == "[]" ? path + "[]" : path.Length == 0 ? child.Name : $"{path}.{child.Name}";
            yield return (below, child);
            foreach (var deeper in child.Walk(below)) yield return deeper;
        }
    }
}

/// <summary>One key as it ended up, for the effective configuration.</summary>
sealed class EffectiveNode(string name, OptionKind kind)
{
    public string Name { get; } = name;
    public OptionKind Kind { get; } = kind;

    /// <summary>The value as it would be written, masked for secrets; null: not set.</summary>
    public string? Text { get; set; }

    public Origin Origin { get; set; } = Origin.Default;
    public List<EffectiveNode> Children { get; } = [];
}
