using System.Text;

namespace P1Bridge.Generation;

/// <summary>
/// Names of things, channels and items. They come from what a value is (meter name, kind of meter, id), never from serial numbers, labels,
/// M-Bus channels or the order of a telegram, so that they stay when those change.
/// </summary>
/// <param name="prefix">First part of all item names; things have it in lower case.</param>
sealed class OpenHabNames(string prefix)
{
    // Two meters could come to one name: "gas" of the meter "meter", and a meter called "gas".
    readonly HashSet<string> _items = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _things = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of an item: <c>P1_Power_Import</c>, <c>P1_Gas_Volume</c>, <c>P1_Garage_Power_Import</c>.</summary>
    public string Item(params ReadOnlySpan<string> parts)
    {
        var name = new StringBuilder(prefix);
        foreach (var part in parts)
        {
            foreach (var word in part.Split(['_', '-', '/'], StringSplitOptions.RemoveEmptyEntries))
                name.Append('_').Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        }
        return Unique(_items, name.ToString(), '_');
    }

    /// <summary>The last part of a thing's UID: <c>p1_meter</c>, <c>p1_meter_gas</c>.</summary>
    public string Thing(params ReadOnlySpan<string> parts)
    {
        var name = new StringBuilder(prefix.ToLowerInvariant());
        foreach (var part in parts)
        {
            if (part.Length > 0) name.Append('_').Append(part);
        }
        return Unique(_things, name.ToString(), '-');
    }

    /// <summary>The id of a channel; two words of the grammar cannot be one.</summary>
    public static string Channel(string key) => key is "true" or "false" ? $"_{key}" : key.Replace('/', '-');

    static string Unique(HashSet<string> taken, string name, char separator)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
            unique = $"{name}{separator}{number}";
        return unique;
    }
}
