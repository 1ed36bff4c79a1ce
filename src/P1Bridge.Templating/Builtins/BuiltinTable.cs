namespace P1Bridge.Templating.Builtins;

/// <summary>The names that every template knows.</summary>
static class BuiltinTable
{
    static readonly Dictionary<string, object> Known = new()
    {
        ["string"] = new BuiltinGroup("string", [.. StringBuiltins.All, .. StringPartBuiltins.All]),
        ["array"] = new BuiltinGroup("array", [.. ArrayBuiltins.All, .. ArrayChangeBuiltins.All]),
        ["math"] = new BuiltinGroup("math", MathBuiltins.All),
        ["object"] = new BuiltinGroup("object", ObjectBuiltins.All),
        ["date"] = new BuiltinGroup("date", DateBuiltins.All),
        ["include"] = new IncludeFunction(),
    };

    /// <summary>What Scriban knows and this library does not; a variable of that name would silently be null.</summary>
    static readonly HashSet<string> Refused = ["html", "regex", "timespan", "include_join"];

    public static object? Find(string name) => Known.GetValueOrDefault(name);

    public static bool IsRefused(string name) => Refused.Contains(name);
}

/// <summary>Functions under one name.</summary>
sealed class BuiltinGroup(string name, IEnumerable<Builtin> functions)
{
    readonly Dictionary<string, Builtin> _functions = functions.ToDictionary(static function => function.Name);

    public string Name => name;

    public Builtin? Find(string member) => _functions.GetValueOrDefault(member);
}
