using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace P1Bridge.Configuration;

/// <summary>Reads one YAML document into values that know their place. Anchors, aliases, tags and further documents are refused.</summary>
sealed class YamlReader
{
    /// <summary>The deepest key has four levels; what is deeper is an accident, and the stack is finite.</summary>
    const int DeepestNesting = 16;

    readonly Parser _parser;
    readonly string _file;

    YamlReader(string text, string file)
    {
        _parser = new Parser(new StringReader(text));
        _file = file;
    }

    /// <summary>Reads the document; one without content gives an empty mapping.</summary>
    /// <exception cref="ConfigurationException">The text is not the YAML we understand; the message has line and column.</exception>
    public static YamlMapping Read(string text, string file)
    {
        var reader = new YamlReader(text, file);
        try
        {
            return reader.Document();
        }
        catch (YamlException problem)
        {
            throw reader.Wrong(problem.Start, Explain(problem));
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner trips over some broken escapes and directives with exceptions of the framework; for the user it is a syntax error.
            throw reader.Wrong(reader._parser.Current?.End ?? Mark.Empty, "not valid YAML near here; check brackets, quotes and colons");
        }
    }

    YamlMapping Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return new YamlMapping([], 1, 1);
        _parser.Consume<DocumentStart>();
        var root = Value(0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
            throw Wrong(_parser.Current?.Start ?? Mark.Empty, "a second document; keep one (remove the line ---)");
        return root switch
        {
            YamlMapping mapping => mapping,
            YamlScalar { IsNothing: true } => new YamlMapping([], 1, 1),
            _ => throw Wrong(root.Line, root.Column, $"expected sections such as 'mqtt:', found {root.Description}"),
        };
    }

    YamlValue Value(int depth)
    {
        var node = _parser.Consume<ParsingEvent>();
        var (line, column) = Place(node.Start);
        if (depth > DeepestNesting) throw Wrong(node.Start, "nested too deep");
        if (node is AnchorAlias)
            throw Wrong(node.Start, "aliases are not used here; write the value itself, in quotes if it begins with *");
        if (node is NodeEvent { Anchor.IsEmpty: false })
            throw Wrong(node.Start, "anchors are not used here; put the value in quotes if it begins with &");
        if (node is NodeEvent { Tag.IsEmpty: false } tagged && !IsNonSpecific(tagged))
            throw Wrong(node.Start, "tags such as !secret are not used here; keep a secret in a file of its own (password_file), or put the value in quotes if it begins with !");
        return node switch
        {
            Scalar scalar => new YamlScalar(scalar.Value, scalar.Style is not ScalarStyle.Plain, line, column),
            SequenceStart => new YamlList(Items(depth), line, column),
            MappingStart => new YamlMapping(Entries(depth), line, column),
            _ => throw Wrong(node.Start, "not valid YAML near here; check brackets, quotes and colons"),
        };
    }

    // "!" alone only says "not a plain value".
    static bool IsNonSpecific(NodeEvent node) => node.Tag.IsNonSpecific;

    List<YamlValue> Items(int depth)
    {
        var items = new List<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Value(depth + 1));
        return items;
    }

    List<YamlEntry> Entries(int depth)
    {
        var entries = new List<YamlEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Value(depth + 1);
            if (key is not YamlScalar name) throw Wrong(key.Line, key.Column, $"expected a key, found {key.Description}");
            entries.Add(new YamlEntry(name, Value(depth + 1)));
        }
        return entries;
    }

    static (int Line, int Column) Place(Mark mark) => ((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    ConfigurationException Wrong(Mark mark, string text)
    {
        var (line, column) = Place(mark);
        return Wrong(line, column, text);
    }

    ConfigurationException Wrong(int line, int column, string text) => new([$"{new Origin(OriginKind.File, _file, line, column)}: {text}"]);

    /// <summary>The scanner's message in a user's words. Its own text is never passed on: it can quote the file, and the file holds secrets.</summary>
    static string Explain(YamlException problem)
    {
        var text = problem.Message;
        if (Says(text, "tab")) return "a tab where only spaces may stand";
        if (Says(text, "mapping values") || Says(text, "invalid mapping"))
            return "not valid YAML: a colon where none can stand; check the indentation and the line above, or put the value in quotes";
        if (Says(text, "cannot start any token") || Says(text, "reserved"))
            return "not valid YAML: a value cannot begin with this character; put it in quotes";
        if (Says(text, "unexpected end of stream") || Says(text, "quoted"))
            return "not valid YAML: a quote is opened and not closed, or an escape in it is wrong";
        if (Says(text, "simple key") || Says(text, "expected ':'"))
            return "not valid YAML: expected 'key: value' (is the colon, or the blank behind it, missing?)";
        if (Says(text, "block mapping") || Says(text, "expected <block end>"))
            return "not valid YAML: the indentation does not match the lines above, or text follows a closing quote";
        if (Says(text, "flow")) return "not valid YAML: a bracket is opened and not closed, or a comma is missing";
        return "not valid YAML: check quotes, colons and indentation here and on the line above";
    }

    static bool Says(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
