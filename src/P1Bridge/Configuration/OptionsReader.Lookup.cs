namespace P1Bridge.Configuration;

/// <summary>Finding a value, reporting a wrong one, recording the one that holds.</summary>
sealed partial class OptionsReader
{
    T Read<T>(OptionNode option, T fallback, Func<RawValue, Parsed<T>> parse)
    {
        var effective = Know(option);
        effective.Text = option.Default;
        if (Find(option) is not { } raw) return fallback;
        var parsed = parse(raw);
        if (!parsed.IsRight)
        {
            _context.Report(raw.Origin, _path.Key(option.Name), Mismatch(option, raw.Text, parsed.Hint));
            return fallback;
        }
        effective.Text = raw.Text;
        effective.Origin = raw.Origin;
        return parsed.Value;
    }

    const int LongestBeforeHint = 120;

    static string Mismatch(OptionNode option, string text, string? hint)
    {
        var found = text.Length == 0 ? "an empty text" : Printable.Quoted(text);
        // An address with a user name before the @ may hold a password as well.
        if (text.Contains('@', StringComparison.Ordinal)) found = "a text with '@' (not shown, it may hold a password)";
        if (hint is null) return $"expected {option.Expected}, found {found}";
        // Nobody looks for the hint behind a list of several lines, and whoever has it needs no list.
        return option.Expected.Length > LongestBeforeHint ? $"found {found}; {hint}" : $"expected {option.Expected}, found {found}; {hint}";
    }

    /// <summary>Takes the key into the list of known ones.</summary>
    EffectiveNode Know(OptionNode option)
    {
        if (_schema.Children.All(c => c.Name != option.Name)) _schema.Children.Add(option);
        var effective = new EffectiveNode(option.Name, option.Kind);
        _effective.Children.Add(effective);
        return effective;
    }

    RawValue? Find(OptionNode option)
    {
        if (_context.Overrides.Find(_path.Key(option.Name)) is { } over) return new RawValue(over.Text, null, over.Origin);
        if (Entry(option.Name) is not { } entry) return null;
        var origin = At(entry.Value);
        if (entry.Value is YamlScalar { IsNothing: false } scalar) return new RawValue(scalar.Text, scalar, origin);
        var remedy = entry.Value is YamlScalar ? "; give a value (in quotes if it begins with #) or remove the line" : "";
        _context.Report(origin, _path.Key(option.Name), $"expected {option.Expected}, found {entry.Value.Description}{remedy}");
        return null;
    }

    YamlEntry? Entry(string key) => _entries.FirstOrDefault(e => e.Key.Text == key);

    Origin At(YamlValue value) => new(OriginKind.File, _context.Nowhere.Name, value.Line, value.Column);

    /// <summary>Reports keys that nobody asked for and keys that stand twice; called when the section has been read.</summary>
    void CheckKeys()
    {
        var known = _schema.Children.Select(c => c.Name).ToArray();
        var seen = new Dictionary<string, YamlScalar>();
        foreach (var (key, _) in _entries)
        {
            var path = _path.Key(key.Text);
            if (!seen.TryAdd(key.Text, key))
                _context.Report(
                    At(key), path, FormattableString.Invariant($"the key stands twice; it stands in line {seen[key.Text].Line} already"));
            else if (!known.Contains(key.Text))
                _context.Report(At(key), path, UnknownKey(key.Text, known));
        }
    }

    static string UnknownKey(string key, string[] known)
    {
        if (NearestName.Find(key, known) is { } near) return $"unknown key; did you mean '{near}'?";
        // The right key in the wrong section, a matter of indentation mostly.
        if (OptionSchema.Paths.FirstOrDefault(p => p.EndsWith('.' + key, StringComparison.Ordinal)) is { } elsewhere)
            return $"unknown key here; did you mean '{elsewhere}'?";
        if (OptionSchema.Root.Children.Any(c => c.Name == key)) return $"unknown key here; '{key}:' is a section of its own, without blanks in front";
        return known.Length == 0 ? "unknown key" : $"unknown key; expected one of {string.Join(", ", known)}";
    }
}
