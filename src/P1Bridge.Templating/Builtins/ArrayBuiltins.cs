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
        new("map list member", static a => Map(a)),
        new("each list function", static a => Each(a)),
        new("filter list function", static a => Filter(a)),
        new("any list function argument?", static a => Kinds.Of(Any(a))),
        new("cycle list group?", Cycle),
    ];

    static ScriptRange? Each(Given a)
    {
        if (a.IsNull(0)) return null;
        var function = a.Function(1);
        return a.Later(a.List(0).Select(item => a.Call(function, item)));
    }

    static ScriptRange? Filter(Given a)
    {
        if (a.IsNull(0)) return null;
        var function = a.Function(1);
        return a.Later(a.List(0).Where(item => Kinds.IsTrue(a.Call(function, Unchanged(item, function)))));
    }

    /// <summary>The language gives a built-in function the type it takes, and keeps that instead of the item.</summary>
    static object? Unchanged(object? item, ScriptFunction function)
        => function is Builtin { Name: not "is_number" } && item is not string
            ? throw ValueException.Refuse($"{Kinds.NameOf(item)} as an item for a built-in function")
            : item;

    static bool Any(Given a)
    {
        var (list, function) = (a.List(0), a.IsNull(0) || a.IsNull(1) ? null : a.Function(1));
        return function is not null && list.Any(item => (a.Has(2) ? a.Call(function, item, a[2]) : a.Call(function, item)) is true);
    }

    static string Join(Given a)
    {
        var (list, function) = (a.List(0), a.IsNull(0) || a.IsNull(2) ? null : a.Function(2));
        var items = function is null ? list : list.Select(item => a.Call(function, AsText(item)));
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
    static ScriptRange Map(Given a)
    {
        if (a.IsNull(0) || a.IsNull(1)) return a.Later([]);
        var name = a.Text(1);
        return a.Later(a.List(0).Where(item => Members(item).ContainsKey(name)).Select(item => Members(item)[name]));
    }

    static ScriptObject Members(object? item) => item as ScriptObject ?? throw ValueException.Refuse($"A member of {Kinds.NameOf(item)}");

    /// <summary>Another item at each call. Lists that read the same, or have the same group, take turns.</summary>
    static object? Cycle(Given a)
    {
        if (a.IsNull(0)) return null;
        var list = a.List(0);
        var key = a.IsNull(1) ? string.Join(",", list.Select(TextForm.Of)) : a.Text(1);
        return a.Context.NextTurn(key, list.Count) is { } turn ? list[turn] : null;
    }
}
