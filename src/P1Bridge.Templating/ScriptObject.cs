using System.Collections;
using System.Diagnostics.CodeAnalysis;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>An object of a template: members by name, in the order in which they were added.</summary>
/// <remarks>
/// Values are null, <see cref="bool"/>, integers up to <see cref="long"/>, <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/>,
/// <see cref="DateTime"/>, <see cref="ScriptObject"/>, <see cref="ScriptArray"/>, and dictionaries and lists of these, which are copied.
/// Anything else is refused with an <see cref="ArgumentException"/>: nothing is looked up by reflection.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "Named as in Scriban, so that its package can take this library's place.")]
public sealed class ScriptObject : IReadOnlyDictionary<string, object?>
{
    readonly OrderedDictionary<string, object?> _members = [];

    /// <summary>How many members there are.</summary>
    public int Count => _members.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _members.Keys;

    /// <summary>The values, in order.</summary>
    public IEnumerable<object?> Values => _members.Values;

    /// <summary>The member of that name, null if there is none; setting adds or replaces it.</summary>
    /// <exception cref="ArgumentException">The value is of no supported type.</exception>
    public object? this[string key]
    {
        get => _members.GetValueOrDefault(key);
        set => _members[key] = ImportedValue.Of(value, key);
    }

    /// <summary>Adds a member.</summary>
    /// <exception cref="ArgumentException">The name is taken, or the value of no supported type.</exception>
    public void Add(string key, object? value) => _members.Add(key, ImportedValue.Of(value, key));

    /// <summary>Adds or replaces members; names as in C# become those that templates use: <c>DeviceClass</c> is <c>device_class</c>.</summary>
    /// <exception cref="ArgumentException">A value is of no supported type.</exception>
    public void Import(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        foreach (var (name, value) in members)
            this[StandardMemberRenamer.Rename(name)] = value;
    }

    /// <summary>Removes a member; tells whether it was there.</summary>
    public bool Remove(string key) => _members.Remove(key);

    /// <summary>Whether there is a member of that name.</summary>
    public bool ContainsKey(string key) => _members.ContainsKey(key);

    /// <summary>The member of that name, if there is one.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value) => _members.TryGetValue(key, out value);

    /// <summary>The members, in order.</summary>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets what a template computed, which needs no conversion.</summary>
    internal void Set(string key, object? value)
    {
        _members[key] = value;
        Version++;
    }

    /// <summary>The members as loops go through them.</summary>
    internal IEnumerable<object?> Pairs()
    {
        var version = Version;
        foreach (var (key, value) in _members.ToArray())
        {
            yield return Pair(key, value);
            if (Version != version) throw new Values.ValueException("The object is changed while it is gone through.");
        }
    }

    /// <summary>A member with its value, as loops over objects give them; it cannot be changed.</summary>
    static ScriptObject Pair(string key, object? value)
    {
        var pair = new ScriptObject { IsReadOnly = true };
        pair._members.Add("key", key);
        pair._members.Add("value", value);
        return pair;
    }

    internal bool IsReadOnly { get; private init; }

    /// <summary>Grows with each change by a template, so that a loop notices it.</summary>
    internal int Version { get; private set; }
}
