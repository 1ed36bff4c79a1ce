using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>object.*</c></summary>
static class ObjectBuiltins
{
    public static readonly Builtin[] All =
    [
        new("default value default", static a => a[0] switch
        {
            null or "" => a[1],
            CapturedText => throw ValueException.Refuse("A default for a captured text"),
            var value => value,
        }),
        new("format value format", static a => MathBuiltins.Format(a.Number(0), a.Needed(1))),
        new("has_key value key", static a => Kinds.Of(Members(a)?.ContainsKey(a.Needed(1)) == true)),
        new("has_value value key", static a => Kinds.Of(Members(a)?[a.Needed(1)] is not null)),
        new("keys value", static a => ScriptArray.Of(a[0] is ScriptObject members ? members.Keys : Members(a)?.Keys ?? [])),
        new("values value", static a => ScriptArray.Of(Members(a)?.Values ?? [])),
        new("size value", static a => Size(a)),
        new("typeof value", static a => TypeOf(a[0])),
        new("to_json value", static a => Json.Write(a[0])),
        new("from_json json", static a => Json.Read(a.Needed(0))),
    ];

    static ScriptObject? Members(Given a) => a[0] switch
    {
        null => null,
        ScriptObject { IsReadOnly: false } members => members,
        var other => throw ValueException.Refuse($"{Kinds.NameOf(other)} where an object is needed"),
    };

    static long Size(Given a) => a[0] switch
    {
        null => 0,
        string text => text.Length,
        ScriptObject { IsReadOnly: false } members => members.Count,
        IReadOnlyList<object?> list => list.Count,
        var other => throw ValueException.Refuse($"The size of {Kinds.NameOf(other)}"),
    };

    static string? TypeOf(object? value) => value switch
    {
        null => null,
        string => "string",
        bool => "boolean",
        long or double or decimal => "number",
        ScriptArray => "array",
        ScriptRange => "iterator",
        Character => throw ValueException.Refuse("The type of a character of a text"),
        _ => "object",
    };
}
