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
        var subject = given.Origin.Kind == OriginKind.Environment ? "" : $"{Printable.Line(given.Address)}: ";
        if (Gap(given, effective) is { } gap) return subject + gap;
        var names = OptionSchema.Root.Walk().Where(w => !w.Node.IsBranch).Select(w => Name(OptionSchema.Concrete(w.Path, given.Address), given));
        var wanted = given.Origin.Kind == OriginKind.Environment ? given.Origin.Name : given.Address;
        var what = given.Origin.Kind == OriginKind.Environment ? "unknown variable" : "unknown key";
        return subject + (NearestName.Find(wanted, names) is { } near ? $"{what}; did you mean '{near}'?" : $"{what}; 'p1bridge check-config' lists the known keys");
    }

    static string Name(OptionPath path, Override given) => given.Origin.Kind == OriginKind.Environment ? path.Variable : path.Display;

    /// <summary>The key is right and its list item is not there.</summary>
    static string? Gap(Override given, EffectiveNode effective)
    {
        foreach (var list in effective.Children.Where(c => c.Kind == OptionKind.List))
        {
            var isBelow = OptionSchema.Paths.Any(p => p.StartsWith(list.Name + "[]", StringComparison.Ordinal) && OptionSchema.Concrete(p, given.Address).Address == given.Address);
            if (!isBelow) continue;
            var next = Name(OptionPath.Root.Key(list.Name).Item(list.Children.Count), given);
            return FormattableString.Invariant($"'{list.Name}' has {list.Children.Count} items, so the next one is {next}");
        }
        return null;
    }
}
