using System.Collections.Immutable;
using System.Globalization;
using P1Bridge.Core.Telegrams;
using YamlDotNet.RepresentationModel;

namespace P1Bridge.Configuration;

/// <summary>A catalogue file cannot be used; the message names file, line and column, and what was expected.</summary>
sealed class CatalogueFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One mapping of a catalogue file. Keys that nobody asked for are faults.</summary>
sealed class YamlRow(string file, YamlMappingNode node)
{
    readonly HashSet<string> _asked = [];

    /// <summary>File, line and column of the row.</summary>
    public string Place => PlaceOf(node);

    public string Text(string key) => OptionalText(key) ?? throw Fault(key, "is missing");

    public string TextOr(string key, string fallback) => OptionalText(key) ?? fallback;

    public string? OptionalText(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { } text } => text,
        _ => throw Fault(key, "must be a single value"),
    };

    /// <summary>One value or a list of them.</summary>
    public ImmutableArray<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlScalarNode { Value: { } text } => [text],
        YamlSequenceNode list => [.. list.Select(item => (item as YamlScalarNode)?.Value ?? throw Fault(key, "must be a list of single values"))],
        _ => throw Fault(key, "must be a value or a list of values"),
    };

    public IEnumerable<KeyValuePair<string, string>> Pairs(string key) => Find(key) switch
    {
        null => [],
        YamlMappingNode pairs => pairs.Select(pair => KeyValuePair.Create(
            (pair.Key as YamlScalarNode)?.Value ?? "", (pair.Value as YamlScalarNode)?.Value ?? throw Fault(key, "must map numbers to words"))),
        _ => throw Fault(key, "must map numbers to words"),
    };

    public IEnumerable<YamlRow> Rows(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Select(item => item is YamlMappingNode row ? new YamlRow(file, row) : throw Fault(key, "must be a list of rows")),
        _ => throw Fault(key, "must be a list of rows"),
    };

    public YamlRow? Section(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode section => new YamlRow(file, section),
        _ => throw Fault(key, "must be a mapping"),
    };

    public T OneOf<T>(string key, ImmutableDictionary<string, T> names, string? fallback = null)
    {
        var text = fallback is null ? Text(key) : TextOr(key, fallback);
        return names.TryGetValue(text, out var value) ? value : throw Fault(key, $"'{text}' is unknown; expected one of {string.Join(", ", names.Keys.Order())}");
    }

    public bool Switch(string key, bool fallback = false) => OptionalText(key) switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        _ => throw Fault(key, "must be true or false"),
    };

    public int Whole(string key, string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Fault(key, $"'{text}' is not a whole number");

    public FixedPoint Number(string key, string text)
        => FixedPoint.TryRead(System.Text.Encoding.Latin1.GetBytes(text), out var value) ? value : throw Fault(key, $"'{text}' is not a decimal number");

    public CatalogueFileException Fault(string key, string text) => new($"{PlaceOf(Find(key) ?? node)}: {key}: {text}");

    /// <summary>Reports a key that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var key in node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name } || !_asked.Contains(name))
                throw new CatalogueFileException($"{PlaceOf(key)}: unknown key '{key}'; expected one of {string.Join(", ", _asked.Order())}");
        }
    }

    YamlNode? Find(string key)
    {
        _asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    string PlaceOf(YamlNode at) => $"{file}:{at.Start.Line}:{at.Start.Column}";
}
