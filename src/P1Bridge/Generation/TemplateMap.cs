using System.Collections;

namespace P1Bridge.Generation;

/// <summary>
/// An object of a template model: members in order. Values are null, texts, truth values, <see cref="int"/>, <see cref="decimal"/>, other
/// maps, and lists of these. It knows nothing of the language that renders it.
/// </summary>
sealed class TemplateMap : IReadOnlyDictionary<string, object?>
{
    readonly OrderedDictionary<string, object?> _members = [];

    public object? this[string key]
    {
        get => _members.GetValueOrDefault(key);
        set => _members[key] = value;
    }

    public int Count => _members.Count;

    public IEnumerable<string> Keys => _members.Keys;

    public IEnumerable<object?> Values => _members.Values;

    public void Add(string key, object? value) => _members.Add(key, value);

    public bool ContainsKey(string key) => _members.ContainsKey(key);

    public bool TryGetValue(string key, out object? value) => _members.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
