using System.Collections;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>A list of a template; it may also have members of its own. Values are those of <see cref="ScriptObject"/>.</summary>
public sealed class ScriptArray : IReadOnlyList<object?>
{
    readonly List<object?> _items;
    ScriptObject? _members;

    /// <summary>Grows with each change, so that a loop notices it.</summary>
    internal int Version { get; private set; }

    /// <summary>Creates an empty list.</summary>
    public ScriptArray() => _items = [];

    /// <summary>Creates a list of values.</summary>
    /// <exception cref="ArgumentException">A value is of no supported type.</exception>
    public ScriptArray(IEnumerable<object?> values) => _items = [.. values.Select(static value => ImportedValue.Of(value, "an item"))];

    ScriptArray(List<object?> items) => _items = items;

    /// <summary>How many items there are.</summary>
    public int Count => _items.Count;

    /// <summary>The item at an index from 0.</summary>
    public object? this[int index] => _items[index];

    /// <summary>Adds an item at the end.</summary>
    /// <exception cref="ArgumentException">The value is of no supported type.</exception>
    public void Add(object? value) => _items.Add(ImportedValue.Of(value, "an item"));

    /// <summary>The items, in order.</summary>
    public IEnumerator<object?> GetEnumerator()
    {
        var version = Version;
        for (var i = 0; i < _items.Count; i++)
        {
            yield return _items[i];
            if (Version != version) throw new ValueException("The list is changed while it is gone through.");
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A list over items that a template computed, which need no conversion.</summary>
    internal static ScriptArray Of(IEnumerable<object?> items) => new([.. items]);

    internal void Append(object? value) => _items.Add(value);

    internal void Set(int index, object? value)
    {
        while (_items.Count <= index) _items.Add(null);
        _items[index] = value;
        Version++;
    }

    internal object? Member(string name) => name == "size" ? (long)Count : _members?[name];

    internal void SetMember(string name, object? value) => (_members ??= []).Set(name, value);
}
