using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>
/// Reads the keys of one section: file below, environment above it, command line on top. Each call names a key with its default and help,
/// so the calls are the description of the configuration as well. A wrong value is reported and the default returned; the caller goes on.
/// </summary>
sealed partial class OptionsReader
{
    readonly BindingContext _context;
    readonly OptionPath _path;
    readonly Origin _origin;
    readonly IReadOnlyList<YamlEntry> _entries;
    readonly OptionNode _schema;
    readonly EffectiveNode _effective;

    OptionsReader(BindingContext context, OptionPath path, Origin origin, IReadOnlyList<YamlEntry> entries, OptionNode schema, EffectiveNode effective)
    {
        _context = context;
        _path = path;
        _origin = origin;
        _entries = entries;
        _schema = schema;
        _effective = effective;
    }

    /// <summary>Any text.</summary>
    public string Text(string key, string fallback, string help, TextRule? rule = null, string? example = null, string? note = null) =>
        Read(TextNode(key, help, rule) with { Default = fallback, Example = example, DefaultNote = note }, fallback, raw => ParseText(raw, rule));

    /// <summary>A text that has no default; empty when it is missing. Whether that is wrong says <see cref="Require"/>.</summary>
    public string RequiredText(string key, string help, TextRule rule, string example) =>
        Read(TextNode(key, help, rule) with { Required = true, Example = example }, "", raw => ParseText(raw, rule));

    /// <summary>A whole number within limits.</summary>
    public int Whole(string key, int fallback, int minimum, int maximum, string help) =>
        Read(WholeNode(key, minimum, maximum, help) with { Default = Written(fallback) }, fallback, raw => ParseWhole(raw, minimum, maximum));

    /// <summary>A TCP port, or null when it is not set and the caller knows better; see <see cref="Resolve"/>.</summary>
    public int? Port(string key, string help, string note) => WholeOrNone(key, 1, 65535, help, note, "1883");

    /// <summary>A whole number within limits, or null when it is not set; <paramref name="note"/> says what holds then.</summary>
    public int? WholeOrNone(string key, int minimum, int maximum, string help, string note, string example) =>
        Read<int?>(WholeNode(key, minimum, maximum, help) with { DefaultNote = note, Example = example }, null, raw =>
        {
            var number = ParseWhole(raw, minimum, maximum);
            return number.IsRight ? new(number.Value) : Parsed<int?>.Wrong(number.Hint);
        });

    /// <summary>A number within limits that may be absent.</summary>
    public decimal? Number(string key, decimal minimum, decimal maximum, string help, string example) =>
        Read<decimal?>(
            new OptionNode(key, OptionKind.Number, help, $"a number from {Written(minimum)} to {Written(maximum)}")
            {
                Minimum = minimum, Maximum = maximum, Example = example,
            },
            null, raw => ParseNumber(raw, minimum, maximum));

    /// <summary>On or off.</summary>
    public bool Switch(string key, bool fallback, string help) =>
        Read(new OptionNode(key, OptionKind.Switch, help, "true or false") { Default = fallback ? "true" : "false" }, fallback, ParseSwitch);

    /// <summary>On or off, or null when it is not set; <paramref name="note"/> says what holds then.</summary>
    public bool? SwitchOrNone(string key, string help, string note) =>
        Read<bool?>(new OptionNode(key, OptionKind.Switch, help, "true or false") { DefaultNote = note, Example = "true" }, null, raw =>
        {
            var value = ParseSwitch(raw);
            return value.IsRight ? new(value.Value) : Parsed<bool?>.Wrong(value.Hint);
        });

    /// <summary>A duration within limits.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan minimum, TimeSpan maximum, string help)
    {
        var expected = $"a duration from {DurationText.Format(minimum)} to {DurationText.Format(maximum)}";
        var option = new OptionNode(key, OptionKind.Duration, help, expected) { Default = DurationText.Format(fallback), Pattern = DurationText.Pattern };
        return Read(option, fallback, raw => ParseDuration(raw, minimum, maximum));
    }

    /// <summary>One of a few words.</summary>
    public T OneOf<T>(string key, T fallback, string help, params (string Name, T Value)[] choices)
    {
        var names = choices.Select(c => c.Name).ToArray();
        var standard = choices.First(c => EqualityComparer<T>.Default.Equals(c.Value, fallback)).Name;
        var option = new OptionNode(key, OptionKind.Choice, help, "one of " + string.Join(", ", names)) { Default = standard, Choices = names };
        return Read(option, fallback, raw => ParseChoice(raw, choices));
    }

    /// <summary>One of a few words, or null when it is not set; <paramref name="note"/> says what holds then.</summary>
    public T? OneOfOrNone<T>(string key, string help, string note, params (string Name, T Value)[] choices) where T : struct
    {
        var names = choices.Select(c => c.Name).ToArray();
        var option = new OptionNode(key, OptionKind.Choice, help, "one of " + string.Join(", ", names)) { DefaultNote = note, Example = names[0], Choices = names };
        return Read<T?>(option, null, raw =>
        {
            var choice = ParseChoice(raw, choices);
            return choice.IsRight ? new(choice.Value) : Parsed<T?>.Wrong(choice.Hint);
        });
    }

    /// <summary>A text that is read by the caller's own rule.</summary>
    public T? ParsedText<T>(string key, string help, string expected, string example, Func<string, (T? Value, string? Hint)> parse) where T : class
    {
        var option = new OptionNode(key, OptionKind.Text, help, expected) { Required = true, Example = example };
        var value = Read<T?>(option, null, raw =>
        {
            if (NotText(raw) is { } hint) return Parsed<T?>.Wrong(hint);
            var (parsed, problem) = parse(raw.Text);
            return parsed is null ? Parsed<T?>.Wrong(problem) : new(parsed);
        });
        Require(key, expected);
        return value;
    }

    /// <summary>Reports the key when nobody set it.</summary>
    public void Require(string key, string expected)
    {
        var path = _path.Key(key);
        if (_context.IsDescribing || !IsDefault(key) || IsRefused(key)) return;
        _context.Report(_origin, path, $"missing; expected {expected} (or set {path.Variable})");
    }

    /// <summary>True when something was said about the key, or about the whole section, already.</summary>
    public bool IsRefused(string key) => _context.IsRefused(_path) || _context.IsRefused(_path.Key(key));

    /// <summary>Puts the value that was worked out in place of the default in the effective configuration.</summary>
    public void Resolve(string key, string value) => _effective.Children.First(c => c.Name == key).Text = value;

    /// <summary>Reports a value that is right by itself and wrong beside another.</summary>
    public void Refuse(string key, string text) => _context.Report(OriginOf(key), _path.Key(key), text);

    /// <summary>The same for a key some sections further down.</summary>
    public void RefuseBelow(string keys, string text)
    {
        var (node, path) = (_effective, _path);
        foreach (var key in keys.Split('.')) (node, path) = (node.Children.First(c => c.Name == key), path.Key(key));
        _context.Report(node.Origin, path, text);
    }

    /// <summary>The same for a key of a list item.</summary>
    public void RefuseItem(string list, int index, string key, string text)
    {
        var item = _effective.Children.First(c => c.Name == list).Children[index];
        _context.Report(item.Children.First(c => c.Name == key).Origin, _path.Key(list).Item(index).Key(key), text);
    }

    /// <summary>Notes something that is allowed and seldom wanted.</summary>
    public void Warn(string key, string text) => _context.Warnings.Add($"{OriginOf(key)}: {_path.Key(key).Display}: {text}");

    /// <summary>True when nobody set the key.</summary>
    public bool IsDefault(string key) => _effective.Children.First(c => c.Name == key).Origin.Kind == OriginKind.Default;

    Origin OriginOf(string key)
    {
        var origin = _effective.Children.FirstOrDefault(c => c.Name == key)?.Origin ?? Origin.Default;
        return origin.Kind == OriginKind.Default ? _origin : origin;
    }

    static OptionNode TextNode(string key, string help, TextRule? rule) =>
        new(key, OptionKind.Text, help, (rule ?? TextRule.Any).Expected) { Pattern = rule?.Pattern };

    static OptionNode WholeNode(string key, int minimum, int maximum, string help) =>
        new(key, OptionKind.Whole, help, $"a whole number from {Written(minimum)} to {Written(maximum)}") { Minimum = minimum, Maximum = maximum };

    static string Written(int value) => value.ToString(CultureInfo.InvariantCulture);

    static string Written(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
