namespace P1Bridge.Configuration;

/// <summary>Prints the configuration that holds, as YAML that loads to the same again (but for secrets, which are masked).</summary>
static class EffectiveConfiguration
{
    const int OriginColumn = 44;

    /// <summary>Writes every key with its value and, as a comment, who set it: <c>default</c>, file and line, the variable, <c>command line</c>.</summary>
    public static void Write(LoadedOptions loaded, TextWriter writer) => WriteChildren(loaded.Effective, "", "", writer);

    static void WriteChildren(EffectiveNode node, string first, string indent, TextWriter writer)
    {
        foreach (var child in node.Children)
        {
            WriteNode(child, first, indent, writer);
            first = indent; // Only the first key of a list item follows the dash.
        }
    }

    static void WriteNode(EffectiveNode node, string first, string indent, TextWriter writer)
    {
        if (node.Kind == OptionKind.List)
        {
            writer.Write($"{first}{node.Name}:\n");
            foreach (var item in node.Children) WriteChildren(item, indent + "  - ", indent + "    ", writer);
        }
        else if (node.Kind is OptionKind.Section or OptionKind.Map)
        {
            writer.Write($"{first}{node.Name}:\n");
            WriteChildren(node, indent + "  ", indent + "  ", writer);
        }
        else if (node.Text is null)
            writer.Write($"{indent}# {node.Name}: not set\n");
        else
            writer.Write($"{$"{first}{node.Name}: {Value(node)}",-OriginColumn}  # {node.Origin.Brief}\n");
    }

    static string Value(EffectiveNode node) => node.Kind switch
    {
        OptionKind.Secret => $"'{Secret.Mask}'",
        OptionKind.Whole or OptionKind.Number or OptionKind.Switch => node.Text!,
        _ => YamlText.Scalar(node.Text!),
    };
}
