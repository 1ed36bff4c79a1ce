using System.Collections;

namespace P1Bridge.Templating.Values;

/// <summary>Brings values of a program into the few types that templates compute with.</summary>
static class ImportedValue
{
    public static object? Of(object? value, string name) => value switch
    {
        null or bool or long or double or decimal or string or DateTime or ScriptObject or ScriptArray or ScriptRange or ScriptFunction => value,
        int number => (long)number,
        short number => (long)number,
        sbyte number => (long)number,
        byte number => (long)number,
        ushort number => (long)number,
        uint number => (long)number,
        IReadOnlyDictionary<string, object?> members => Members(members),
        IDictionary<string, object?> members => Members(members),
        IEnumerable<KeyValuePair<string, string>> texts => Members(texts.Select(static pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))),
        IEnumerable items => Items(items, name),
        _ => throw new ArgumentException($"{name} is a {value.GetType().Name}; a template takes numbers, texts, truth values, dates, objects and lists."),
    };

    static ScriptObject Members(IEnumerable<KeyValuePair<string, object?>> members)
    {
        var result = new ScriptObject();
        foreach (var (name, value) in members) result[name] = value;
        return result;
    }

    static ScriptArray Items(IEnumerable items, string name)
    {
        var result = new ScriptArray();
        foreach (var item in items) result.Append(Of(item, name));
        return result;
    }
}
