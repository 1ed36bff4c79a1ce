namespace P1Bridge.Configuration;

/// <summary>Reports variables and command-line values that no key asked for, with the name that was probably meant.</summary>
static class UnknownOverrides
{
    /// <summary>Reports them; called when everything has been read.</summary>
    public static void Report(BindingContext context, EffectiveNode effective)
    {
        foreach (var given in context.Overrides.Unused) context.Report(given.Origin, Explain(given, effective));
    }

    static string Explain(Override given, EffectiveNode effective)
    {
        // A variable is named by its origin already.
        var subject = given.IsVariable ? "" : $"{Printable.Line(given.Name)}: ";
        if (Gap(given, effective) is { } gap) return subject + gap;
        var paths = OptionSchema.Root.Walk().Where(w => !w.Node.IsBranch).Select(w => OptionSchema.Concrete(w.Path, given.Address));
        return subject + (given.IsVariable ? UnknownVariable(given, paths) : UnknownKey(given, paths));
    }

    static string UnknownVariable(Override given, IEnumerable<OptionPath> paths)
    {
        // Without the prefix, which would make all names look alike.
        var near = NearestName.Find(given.Name[OptionPath.VariablePrefix.Length..], paths.Select(p => p.Variable[OptionPath.VariablePrefix.Length..]));
        return near is null
            ? "unknown variable; expected P1BRIDGE_ and the path of a key, such as P1BRIDGE_MQTT__HOST"
            : $"unknown variable; did you mean '{OptionPath.VariablePrefix}{near}'?";
    }

    static string UnknownKey(Override given, IEnumerable<OptionPath> paths) =>
        NearestName.Find(given.Name, paths.Select(p => p.Display)) is { } near
            ? $"unknown key; did you mean '{near}'?"
            : "unknown key; expected a path such as mqtt.host";

    static string Name(OptionPath path, Override given) => given.IsVariable ? path.Variable : path.Display;

    /// <summary>The key is right and its list item is not there.</summary>
    static string? Gap(Override given, EffectiveNode effective)
    {
        foreach (var list in effective.Children.Where(c => c.Kind == OptionKind.List))
        {
            var paths = OptionSchema.Paths.Where(p => p.StartsWith(list.Name + "[]", StringComparison.Ordinal));
            var isBelow = paths.Any(p => OptionSchema.Concrete(p, given.Address).Address == given.Address);
            if (!isBelow) continue;
            var next = Name(OptionPath.Root.Key(list.Name).Item(list.Children.Count), given);
            var count = list.Children.Count == 1 ? "1 item" : FormattableString.Invariant($"{list.Children.Count} items");
            return $"'{list.Name}' has {count}, so the next one is {next}";
        }
        return null;
    }
}
