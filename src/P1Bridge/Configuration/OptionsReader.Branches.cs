namespace P1Bridge.Configuration;

/// <summary>Sections, lists and maps.</summary>
sealed partial class OptionsReader
{
    const string SectionExpected = "a section (keys below it, indented)";

    /// <summary>A section; one without content is an empty one, as when all its keys are commented out.</summary>
    public T Section<T>(string key, string help, Func<OptionsReader, T> bind, bool allowsMore = false)
    {
        var schema = Known(new OptionNode(key, OptionKind.Section, help, "a section") { AllowsMore = allowsMore }, OptionKind.Section, out var effective);
        var value = BranchValue(key, SectionExpected);
        var origin = Entry(key) is { } entry ? At(entry.Key) : _origin;
        return Within(_path.Key(key), origin, (value as YamlMapping)?.Entries ?? [], schema, effective, bind);
    }

    /// <summary>
    /// A section, or a list of such sections: it is a list when the file has one, or when a variable or the command line names an item; a
    /// section of the file is then its first item. Paths are those of the kind that it is, and the paths of a section, such as <c>mqtt.host</c>, reach
    /// the first item of a list as well: nobody has to know which of the two the file has.
    /// </summary>
    public IReadOnlyList<T> OneOrMore<T>(string key, string help, Func<OptionsReader, int, T> bind)
    {
        var path = _path.Key(key);
        var written = Entry(key)?.Value;
        if (_context.IsDescribing || (written is not YamlList && !_context.Overrides.ReachesItemOf(path)))
            return [Section(key, help, reader => bind(reader, 0), allowsMore: true)];
        _context.Overrides.MoveToFirstItem(path, _context.Report);
        var schema = Known(new OptionNode(key, OptionKind.Section, help, "a section or a list") { AllowsMore = true }, OptionKind.List, out var effective);
        RefuseOverride(path, SectionExpected);
        IReadOnlyList<YamlValue> items = written is YamlList list ? list.Items : written is null ? [] : [written];
        var values = new List<T>();
        for (var i = 0; i < items.Count || _context.Overrides.Reaches(path.Item(i)) || i == 0; i++)
        {
            var index = i;
            var place = new EffectiveNode("[]", OptionKind.Section);
            effective.Children.Add(place);
            RefuseOverride(path.Item(i), SectionExpected);
            var origin = i < items.Count ? At(items[i]) : _context.Nowhere;
            values.Add(Within(path.Item(i), origin, ItemEntries(items, i, path), schema, place, reader => bind(reader, index)));
        }
        return values;
    }

    OptionNode Known(OptionNode node, OptionKind kind, out EffectiveNode effective)
    {
        if (_schema.Children.All(c => c.Name != node.Name)) _schema.Children.Add(node);
        effective = new EffectiveNode(node.Name, kind);
        _effective.Children.Add(effective);
        return _schema.Children.First(c => c.Name == node.Name);
    }

    /// <summary>A list of sections. Overrides reach its items by index and may append the next one.</summary>
    public IReadOnlyList<T> List<T>(string key, string help, Func<OptionsReader, int, T> bind)
    {
        var schema = Branch(key, OptionKind.List, help, "a list", out var effective);
        var item = schema.Children.FirstOrDefault() ?? new OptionNode("[]", OptionKind.Section, "", "a section");
        if (schema.Children.Count == 0) schema.Children.Add(item);
        var items = (BranchValue(key, "a list (items that begin with '- ')") as YamlList)?.Items ?? [];
        var path = _path.Key(key);
        var values = new List<T>();
        for (var i = 0; i < items.Count || _context.Overrides.Reaches(path.Item(i)) || (i == 0 && _context.IsDescribing); i++)
        {
            var index = i;
            var place = new EffectiveNode("[]", OptionKind.Section);
            effective.Children.Add(place);
            RefuseOverride(path.Item(i), SectionExpected);
            var origin = i < items.Count ? At(items[i]) : _context.Nowhere;
            values.Add(Within(path.Item(i), origin, ItemEntries(items, i, path), item, place, reader => bind(reader, index)));
        }
        return values;
    }

    /// <summary>A list that may be empty; the example file has it as a comment.</summary>
    public IReadOnlyList<T> OptionalList<T>(string key, string help, Func<OptionsReader, int, T> bind)
    {
        var values = List(key, help, bind);
        var node = _schema.Children.First(c => c.Name == key);
        node.IsOptional = true;
        // What is bound to describe the keys is no item.
        return _context.IsDescribing ? [] : values;
    }

    /// <summary>Texts under a few known names.</summary>
    public IReadOnlyDictionary<string, string> Map(string key, string help, string note, params (string Name, string Example)[] names)
    {
        var schema = Branch(key, OptionKind.Map, help, "a section", out var effective);
        var value = BranchValue(key, SectionExpected);
        var origin = Entry(key) is { } entry ? At(entry.Key) : _origin;
        return Within(_path.Key(key), origin, (value as YamlMapping)?.Entries ?? [], schema, effective, reader => reader.Names(names, note));
    }

    Dictionary<string, string> Names((string Name, string Example)[] names, string note)
    {
        var map = new Dictionary<string, string>();
        foreach (var (name, example) in names)
        {
            var option = TextNode(name, "", TextRule.Filled) with { Example = example, DefaultNote = note };
            if (Read<string?>(option, null, raw => ParseText(raw, TextRule.Filled)!) is { } text) map[name] = text;
        }
        return map;
    }

    T Within<T>(OptionPath path, Origin origin, IReadOnlyList<YamlEntry> entries, OptionNode schema, EffectiveNode effective, Func<OptionsReader, T> bind) =>
        Complete(new OptionsReader(_context, path, origin, entries, schema, effective), bind);

    /// <summary>Binds the whole document and checks its top keys.</summary>
    public static T Bind<T>(BindingContext context, YamlMapping root, OptionNode schema, EffectiveNode effective, Func<OptionsReader, T> bind) =>
        Complete(new OptionsReader(context, OptionPath.Root, context.Nowhere, root.Entries, schema, effective), bind);

    static T Complete<T>(OptionsReader reader, Func<OptionsReader, T> bind)
    {
        var value = bind(reader);
        reader.CheckKeys();
        return value;
    }

    OptionNode Branch(string key, OptionKind kind, string help, string expected, out EffectiveNode effective)
    {
        effective = Know(new OptionNode(key, kind, help, expected));
        return _schema.Children.First(c => c.Name == key);
    }

    YamlValue? BranchValue(string key, string expected)
    {
        RefuseOverride(_path.Key(key), expected);
        if (Entry(key)?.Value is not { } value) return null;
        var isList = expected.StartsWith("a list", StringComparison.Ordinal);
        if (value is YamlScalar { IsNothing: true } || (isList ? value is YamlList : value is YamlMapping)) return value;
        var remedy = ColonRemedy(value);
        _context.Report(At(value), _path.Key(key), $"expected {expected}, found {value.Description}{remedy}");
        return null;
    }

    void RefuseOverride(OptionPath branch, string expected)
    {
        if (_context.Overrides.Find(branch) is not { } over) return;
        // The items of a section that may be a list have no path of their own in the schema.
        var below = OptionSchema.Paths.FirstOrDefault(p => OptionSchema.IsBelow(p, branch.Address));
        var first = below is null ? branch.Key("host") : OptionSchema.Concrete(below, branch.Address);
        var name = over.IsVariable ? first.Variable : first.Display;
        _context.Report(
            over.Origin, branch, $"expected {expected}, which cannot be set as one value; set the keys below it, such as {name}");
    }

    IReadOnlyList<YamlEntry> ItemEntries(IReadOnlyList<YamlValue> items, int index, OptionPath path)
    {
        if (index >= items.Count) return [];
        if (items[index] is YamlMapping mapping) return mapping.Entries;
        if (items[index] is not YamlScalar { IsNothing: true })
            _context.Report(At(items[index]), path.Item(index), $"expected keys such as '- source: ...', found {items[index].Description}{ColonRemedy(items[index])}");
        return [];
    }

    /// <summary>For <c>host:b</c>, which YAML reads as one text.</summary>
    static string ColonRemedy(YamlValue value) =>
        value is YamlScalar scalar && scalar.Text.Contains(':', StringComparison.Ordinal) ? "; a blank belongs behind a colon" : "";
}
