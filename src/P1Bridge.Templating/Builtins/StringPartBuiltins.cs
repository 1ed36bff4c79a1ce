using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>string.*</c> on parts of texts. Those that change only one part find it in capitals and small letters alike.</summary>
static class StringPartBuiltins
{
    public static readonly Builtin[] All =
    [
        new("contains text value", static a => Kinds.Of(Has(a, static (text, part) => text.Contains(part, StringComparison.Ordinal)))),
        new("starts_with text value", static a => Kinds.Of(Has(a, static (text, part) => text.StartsWith(part, StringComparison.Ordinal)))),
        new("ends_with text value", static a => Kinds.Of(Has(a, static (text, part) => text.EndsWith(part, StringComparison.Ordinal)))),
        new("equals_ignore_case text value", static a => Kinds.Of(!a.IsNull(0) && a.Text(0).Equals(Part(a, 1), StringComparison.OrdinalIgnoreCase))),
        new("index_of text search", static a => (long)a.Needed(0).IndexOf(Part(a, 1), StringComparison.Ordinal)),
        new("remove text remove", static a => Removed(a, static (text, part) => text.Replace(part, "", StringComparison.Ordinal))),
        new("remove_first text remove", static a => Removed(a, static (text, part) => ReplaceAt(text, text.IndexOf(part, StringComparison.OrdinalIgnoreCase), part, ""))),
        new("remove_last text remove", static a => Removed(a, static (text, part) => ReplaceAt(text, text.LastIndexOf(part, StringComparison.OrdinalIgnoreCase), part, ""))),
        new("replace text match replace", static a => Short(a, a.Text(0).Replace(Sought(a), a.Text(2), StringComparison.Ordinal))),
        new("replace_first text match replace", static a => ReplaceAt(a.Text(0), a.Text(0).IndexOf(Sought(a), StringComparison.OrdinalIgnoreCase), Sought(a), a.Text(2))),
        new("slice text start length?", static a => Slice(a.Text(0), a.Int(1), a.Has(2) ? a.Int(2) : int.MaxValue)),
        new("slice1 text start length?", static a => Slice(a.Text(0), a.Int(1), a.Has(2) ? a.Int(2) : 1)),
        new("split text match", static a => a.Later(a.Text(0).Split(Sought(a), StringSplitOptions.RemoveEmptyEntries))),
        new("truncate text length ellipsis?", static a => Truncated(a.Text(0), a.Int(1), a.Has(2) ? a.Needed(2) : "...")),
    ];

    static string Part(Given a, int index) => a.Needed(index);

    /// <summary>No text has the empty one.</summary>
    static bool Has(Given a, Func<string, string, bool> has) => a.Text(1) is { Length: > 0 } part && has(a.Text(0), part);

    /// <summary>What is looked for: the empty text is everywhere and nowhere.</summary>
    static string Sought(Given a) => a.Needed(1) is { Length: > 0 } part ? part : throw ValueException.Refuse("Looking for an empty text");

    static string Short(Given a, string text) => text.Length <= a.Context.LimitToString ? text : throw new ValueException(Arithmetic.Long(a.Context.LimitToString));

    static string? Removed(Given a, Func<string, string, string> remove) => a.IsNull(0) ? null : remove(a.Text(0), Sought(a));

    static string ReplaceAt(string text, int at, string part, string by) => at < 0 ? text : string.Concat(text.AsSpan(0, at), by, text.AsSpan(at + part.Length));

    /// <summary>Below 0 the start counts from the end; what lies outside the text is left out.</summary>
    static string Slice(string text, int start, int length)
    {
        if (length < 0) throw ValueException.Refuse("A length below 0");
        if (start < 0) start += text.Length;
        if (start < 0) throw ValueException.Refuse("A start before the text");
        return start >= text.Length ? "" : text.Substring(start, Math.Min(length, text.Length - start));
    }

    static string Truncated(string text, int length, string ellipsis)
    {
        if (length < 0) throw ValueException.Refuse("A length below 0");
        return text.Length <= length ? text : string.Concat(text.AsSpan(0, Math.Max(0, length - ellipsis.Length)), ellipsis);
    }
}
