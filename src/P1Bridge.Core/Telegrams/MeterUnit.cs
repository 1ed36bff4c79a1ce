using System.Collections.Immutable;
using System.Text;

namespace P1Bridge.Core.Telegrams;

/// <summary>
/// A unit as meters write it: its text, the quantity it measures and its power of ten within that quantity.
/// Two units of one quantity convert exactly, by moving the point.
/// </summary>
public sealed class MeterUnit
{
    /// <summary>All units that meters are known to send.</summary>
    public static readonly ImmutableArray<MeterUnit> All =
    [
        new("Wh", "active energy", 0), new("kWh", "active energy", 3), new("MWh", "active energy", 6),
        new("W", "active power", 0), new("kW", "active power", 3),
        new("VA", "apparent power", 0), new("kVA", "apparent power", 3),
        new("var", "reactive power", 0), new("kvar", "reactive power", 3),
        new("varh", "reactive energy", 0), new("kvarh", "reactive energy", 3),
        new("MJ", "heat", 6), new("GJ", "heat", 9),
        new("dm3", "volume", -3), new("m3", "volume", 0),
        new("V", "voltage", 0), new("A", "current", 0), new("Hz", "frequency", 0), new("s", "duration", 0),
    ];

    readonly byte[] _bytes;

    MeterUnit(string name, string quantity, int exponent)
    {
        Name = name;
        Quantity = quantity;
        Exponent = exponent;
        _bytes = Encoding.ASCII.GetBytes(name);
    }

    /// <summary>The unit as the standards write it, for example <c>kWh</c>.</summary>
    public string Name { get; }

    /// <summary>What it measures; only units of one quantity convert into each other.</summary>
    public string Quantity { get; }

    /// <summary>Its power of ten: 3 for kWh, 0 for Wh.</summary>
    public int Exponent { get; }

    /// <summary>The unit with this text, or null. Case is ignored, because meters write kVar, KW and kwh too.</summary>
    public static MeterUnit? Find(ReadOnlySpan<byte> text)
    {
        foreach (var unit in All)
        {
            if (unit.IsWrittenAs(text)) return unit;
        }
        return null;
    }

    /// <summary>The unit with this text, or null.</summary>
    public static MeterUnit? Find(string text) => Find(Encoding.Latin1.GetBytes(text));

    /// <summary>The power of ten that turns a number in this unit into one in <paramref name="other"/>; null when it cannot.</summary>
    public int? ScaleTo(MeterUnit other) => Quantity == other.Quantity ? Exponent - other.Exponent : null;

    /// <summary>Whether the text is this unit's, case ignored.</summary>
    public bool IsWrittenAs(ReadOnlySpan<byte> text) => Ascii.EqualsIgnoreCase(_bytes, text);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
