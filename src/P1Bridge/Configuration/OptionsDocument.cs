using System.Text;

namespace P1Bridge.Configuration;

/// <summary>Renders the known keys: the example file and the table of the documentation. The JSON schema is in the other part.</summary>
static partial class OptionsDocument
{
    const int CommentWidth = 110;

    /// <summary>Link that editors follow to offer keys and check values.</summary>
    const string SchemaLine = "# yaml-language-server: $schema=p1bridge.schema.json\n";

    const string Head = """
        # P1Bridge: every option with its default. Only the source of the meter and the host of the broker must be set.
        # A '#' with a blank behind it begins a remark; a '#' right before a key hides a setting that is at its default anyway:
        # remove the '#' and change the value. Unknown keys and impossible values stop the start with a message.
        # Each key is an environment variable too: P1BRIDGE_ and the path in capitals with __ between the levels,
        # such as P1BRIDGE_MQTT__HOST or P1BRIDGE_METERS__0__SOURCE.

        """;

    /// <summary><c>config/p1bridge.yaml</c>.</summary>
    public static string ExampleFile()
    {
        var text = new StringBuilder(SchemaLine).Append(Head);
        foreach (var node in OptionSchema.Root.Children)
        {
            text.Append('\n');
            Example(node, "", "", text);
        }
        return text.ToString();
    }

    // "first" is the indentation of this very line; it differs from the rest where it carries the dash of a list item.
    static void Example(OptionNode node, string first, string indent, StringBuilder text)
    {
        // The names of a map are explained by the remark above the map.
        if (node.Help.Length > 0) Comment(Remark(node), first == indent ? indent : indent[..^2], text);
        if (node is { Kind: OptionKind.List, IsOptional: true }) OptionalList(node, indent, text);
        else if (node.Kind == OptionKind.List)
        {
            text.Append(first).Append(node.Name).Append(":\n");
            Children(node.Children[0], indent + "  - ", indent + "    ", text);
        }
        else if (node.IsBranch)
        {
            text.Append(first).Append(node.Name).Append(":\n");
            Children(node, indent + "  ", indent + "  ", text);
        }
        else
        {
            var hidden = node.Required ? "" : "#";
            text.Append($"{first}{hidden}{node.Name}: {Written(node, node.Default ?? node.Example ?? "")}\n");
        }
    }

    /// <summary>As a remark of its own: an item of it would do something, and a key of an item alone would be none.</summary>
    static void OptionalList(OptionNode node, string indent, StringBuilder text)
    {
        text.Append(indent).Append("# ").Append(node.Name).Append(":\n");
        var first = "- ";
        foreach (var child in node.Children[0].Children)
        {
            text.Append(indent).Append("#   ").Append(first).Append(child.Name).Append(": ").Append(Written(child, child.Default ?? child.Example ?? ""))
                .Append("  # ").Append(Remark(child)).Append('\n');
            first = "  ";
        }
    }

    static void Children(OptionNode node, string first, string indent, StringBuilder text)
    {
        foreach (var child in node.Children)
        {
            Example(child, first, indent, text);
            first = indent;
        }
    }

    static string Remark(OptionNode node)
    {
        var parts = new List<string> { node.Help };
        if (Limits(node) is { Length: > 0 } limits) parts.Add(limits + ".");
        if (node.DefaultNote is { } note) parts.Add($"Default: {note.Replace("`", "", StringComparison.Ordinal)}.");
        else if (!node.IsBranch && !node.Required && node.Default is null) parts.Add("Not set by default; this is an example.");
        return string.Join(' ', parts);
    }

    static string Limits(OptionNode node) => node.Kind switch
    {
        OptionKind.Whole or OptionKind.Number or OptionKind.Duration => Sentence(node.Expected),
        OptionKind.Choice => Sentence(node.Expected),
        _ when node.Name == "source" => "Forms: " + SourceText.Forms,
        _ => "",
    };

    static string Sentence(string expected) => char.ToUpperInvariant(expected[0]) + expected[1..];

    static void Comment(string remark, string indent, StringBuilder text)
    {
        var line = indent + "#";
        foreach (var word in remark.Split(' '))
        {
            if (line.Length + 1 + word.Length > CommentWidth)
            {
                text.Append(line).Append('\n');
                line = indent + "#";
            }
            line += " " + word;
        }
        text.Append(line).Append('\n');
    }

    static string Written(OptionNode node, string value) =>
        node.Kind is OptionKind.Whole or OptionKind.Number or OptionKind.Switch ? value : YamlText.Scalar(value);

    /// <summary>The table of <c>docs/configuration.md</c>.</summary>
    public static string Table()
    {
        var text = new StringBuilder("| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n");
        foreach (var (path, node) in OptionSchema.Root.Walk())
        {
            if (node.Name == "[]") continue;
            var standard = node.IsBranch ? "" : Standard(node);
            text.Append($"| `{path}` | {Cell(node.IsBranch ? "" : node.Expected)} | {Cell(standard)} | {Cell(node.Help)} |\n");
        }
        return text.ToString();
    }

    static string Standard(OptionNode node)
    {
        if (node.DefaultNote is { } note) return note;
        if (node.Required) return "**must be set**";
        return node.Default switch { null => "not set", "" => "empty", var value => $"`{value}`" };
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
