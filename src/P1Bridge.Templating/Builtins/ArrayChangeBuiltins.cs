using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>array.*</c> that make a new list of one or two; the given ones stay as they are.</summary>
static class ArrayChangeBuiltins
{
    public static readonly Builtin[] All =
    [
        new("add list value", static a => a.IsNull(0) ? a.Later([a[1]]) : ScriptArray.Of(a.List(0).Append(a[1]))),
        new("add_range list1 list2", Concat),
        new("concat list1 list2", Concat),
        new("compact list", static a => a.IsNull(0) ? null : a.Later(a.List(0).Where(static item => item is not null))),
        new("uniq list", static a => a.IsNull(0) ? null : a.Later(a.List(0).Distinct())),
        new("limit list count", static a => Part(a, static (list, count) => list.Take(count))),
        new("offset list index", static a => Part(a, static (list, count) => list.Skip(count))),
        new("reverse list", static a => a.IsNull(0) ? new ScriptArray() : a.Later(a.List(0).Reverse())),
        new("insert_at list index value", static a => InsertAt(a.List(0), Math.Max(0, a.Int(1)), a[2], a.Context.LoopLimit)),
        new("remove_at list index", static a => RemoveAt(a.List(0), a.Int(1))),
        new("sort list member?", static a => a.IsNull(0) && !a.Has(1) ? a.Later([]) : ScriptArray.Of(Sorted(a.List(0), a.Has(1) ? SortKey(a) : null))),
    ];

    static ScriptRange? Concat(Given a) => a.IsNull(0) && a.IsNull(1) ? null : a.Later(a.List(0).Concat(a.List(1)));

    static ScriptRange? Part(Given a, Func<IReadOnlyList<object?>, int, IEnumerable<object?>> take)
    {
        var count = a.Int(1);
        return a.IsNull(0) ? null : a.Later(take(a.List(0), count));
    }

    static ScriptArray InsertAt(IReadOnlyList<object?> list, int index, object? value, int longest)
    {
        if (index > longest) throw ValueException.Refuse("Inserting that far behind the end of the list");
        var result = list.ToList();
        while (result.Count < index) result.Add(null);
        result.Insert(index, value);
        return ScriptArray.Of(result);
    }

    static ScriptArray RemoveAt(IReadOnlyList<object?> list, int index)
    {
        var at = index < 0 ? index + list.Count : index;
        return ScriptArray.Of(list.Where((_, i) => i != at));
    }

    static IEnumerable<object?> Sorted(IReadOnlyList<object?> list, string? member)
    {
        var keys = list.Select(item => member is null ? item : Key(item, member)).ToList();
        var first = keys.Find(static key => key is not null);
        foreach (var key in keys)
            if (key is not (null or long or double or decimal or string or DateTime) || (first?.GetType() ?? key?.GetType()) != (key ?? first)?.GetType())
                throw ValueException.Refuse("Sorting values that are not all of one kind, texts or numbers,");
        // The language tells numbers beyond 32 bits from others, and puts only one kind in order.
        if (keys.Exists(IsBig) && keys.Exists(static key => key is long && !IsBig(key))) throw ValueException.Refuse("Sorting numbers below and beyond 32 bits");
        // Equal items keep their order, nulls come first.
        return list.Select((item, i) => (item, key: keys[i])).OrderBy(static pair => pair.key, Comparer<object?>.Create(Order)).Select(static pair => pair.item);
    }

    static string SortKey(Given a) => a.IsNull(0) ? throw ValueException.Refuse("Sorting null by a member") : a.Needed(1);

    static bool IsBig(object? value) => value is long and (< int.MinValue or > int.MaxValue);

    static object? Key(object? item, string member)
        => item is ScriptObject members ? members[member] : throw ValueException.Refuse($"A member of {Kinds.NameOf(item)}");

    static int Order(object? left, object? right) => (left, right) switch
    {
        (string first, string second) => string.Compare(first, second, StringComparison.InvariantCulture),
        _ => Comparer<object?>.Default.Compare(left, right),
    };
}
