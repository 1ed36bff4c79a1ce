using System.Collections;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating;

/// <summary>
/// A list that is computed whenever it is gone through: whole numbers, or what functions make of other lists. It follows changes of these lists,
/// and calls functions again each time, as the language has it.
/// </summary>
sealed class ScriptRange(IEnumerable<object?> items, int longest) : IReadOnlyList<object?>
{
    public int Count => this.Count();

    public object? this[int index] => this.ElementAtOrDefault(index);

    public IEnumerator<object?> GetEnumerator()
    {
        // A list of a list of a list ... takes stack, and running out of it could not be caught.
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw ValueException.Refuse("A list made of lists this deep");
        var count = 0;
        foreach (var item in items)
        {
            if (++count > longest) throw new ValueException(Nodes.Call.TooLong(longest));
            yield return item;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
