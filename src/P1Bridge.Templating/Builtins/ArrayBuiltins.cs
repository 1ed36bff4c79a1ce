using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>array.*</c> that look at lists.</summary>
static class ArrayBuiltins
{
    public static readonly Builtin[] All =
    [
        new("size list", static a => (long)a.List(0).Count),
        new("first list", static a => a.List(0) is { Count: > 0 } list ? list[0] : null),
        new("last list", static a => a.List(0) is { Count: > 0 } list ? list[^1] : null),
        new("contains list item", static a => Kinds.Of(a.List(0).Contains(a[1]))),
        new("join list delimiter function?", Join),
        new("map list member", static a => Map(a.List(0), a.Needed(1))),
        new("each list function", static a => a.IsNull(0) ? null : ScriptArray.Of(Each(a))),
        new("filter list function", static a => a.IsNull(0) ? null : ScriptArray.Of(a.List(0).Where(Holds(a)))),
        new("any list function argument?", static a => Kinds.Of(a.List(0).Any(Holds(a)))),
        new("cycle list group?", Cycle),
    ];

    static List<object?> Each(Given a) => [.. a.List(0).Select(item => a.Call(a.Function(1), item))];

    static Func<object?, bool> Holds(Given a)
    {
        var function = a.Function(1);
        return item => (a.Has(2) ? a.Call(function, item, a[2]) : a.Call(function, item)) is var result && result is bool holds
            ? holds
            : throw ValueException.Refuse($"{Kinds.NameOf(result)} as the answer of such a function, where true or false is needed,");
    }

    static string Join(Given a)
    {
        var items = a.Has(2) ? a.List(0).Select(item => a.Call(a.Function(2), AsText(item))) : a.List(0);
        var result = new System.Text.StringBuilder();
        var delimiter = "";
        foreach (var item in items)
        {
            result.Append(delimiter).Append(TextForm.Of(item));
            if (result.Length > a.Context.LimitToString) throw new ValueException(Arithmetic.Long(a.Context.LimitToString));
            delimiter = a.Text(1);
        }
        return result.ToString();
    }

    /// <summary>The function that words items for a text gets them as text.</summary>
    static string AsText(object? item) => item is null ? throw ValueException.Refuse("null as an item for this function") : TextForm.Of(item);

    /// <summary>The members of that name; items without it are left out.</summary>
    static ScriptArray Map(IReadOnlyList<object?> list, string name)
    {
        var result = new ScriptArray();
        foreach (var item in list)
        {
            if (item is not ScriptObject members) throw ValueException.Refuse($"A member of {Kinds.NameOf(item)}");
            if (members.TryGetValue(name, out var value)) result.Append(value);
        }
        return result;
    }

    /// <summary>Another item at each call. Lists that read the same, or have the same group, take turns.</summary>
    static object? Cycle(Given a)
    {
        var list = a.List(0);
        if (list.Count == 0) return null;
        if (a.Has(1) && a.IsNull(1)) throw ValueException.Refuse("null as a group");
        var key = a.Has(1) ? a.Text(1) : string.Join(",", list.Select(TextForm.Of));
        return list[a.Context.NextTurn(key) % list.Count];
    }
}
