using System.Collections;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>
/// A list that is computed whenever it is gone through: whole numbers, or what functions make of other lists. It follows changes of these lists,
/// and calls functions again each time, as the language has it.
/// </summary>
sealed class ScriptRange : IReadOnlyList<object?>
{
    readonly IEnumerable<object?> _items;
    readonly int _longest;
    readonly int _lists;

    /// <summary>Creates a list of items that come from other lists.</summary>
    /// <param name="items">Computes the items.</param>
    /// <param name="longest">How many items there may be, and how many lists they may come from: lists of lists without items take time too.</param>
    /// <param name="sources">Among others the lists that the items come from.</param>
    /// <exception cref="ValueException">There are too many lists.</exception>
    public ScriptRange(IEnumerable<object?> items, int longest, params IReadOnlyList<object?> sources)
    {
        (_items, _longest, _lists) = (items, longest, 1 + sources.Sum(static source => source is ScriptRange range ? range._lists : 0));
        if (_lists > Math.Max(1, longest)) throw new ValueException(Nodes.Call.TooLong(longest));
    }

    public int Count => Items().Count();

    public object? this[int index] => Items().ElementAtOrDefault(index);

    public IEnumerator<object?> GetEnumerator() => Items().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IEnumerable<object?> Items()
    {
        // A list of a list of a list ... takes stack, and running out of it could not be caught.
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw ValueException.Refuse("A list made of lists this deep");
        var count = 0;
        foreach (var item in _items)
        {
            if (++count > _longest) throw new ValueException(Nodes.Call.TooLong(_longest));
            yield return item;
        }
    }
}
