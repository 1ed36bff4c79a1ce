using System.Collections.Immutable;

namespace P1Bridge.Core.Measurements;

/// <summary>What a measurement is in openHAB. Rules: its documentation of items, units and semantic tags.</summary>
/// <param name="Type">Type of the item, such as <c>Number:Energy</c>, <c>String</c> or <c>DateTime</c>.</param>
/// <param name="Unit">The unit as openHAB writes it; null for what has no dimension.</param>
/// <param name="Tags">A Point tag, with a Property tag behind it where one fits.</param>
/// <param name="Icon">Name in openHAB's classic icon set.</param>
/// <param name="Format">How its state is shown, in the notation of Java's <c>Formatter</c> with <c>%unit%</c>.</param>
public sealed record OpenHabItem(string Type, string? Unit, ImmutableArray<string> Tags, string Icon, string Format)
{
    /// <summary>What a value is of which the catalogue says nothing.</summary>
    public static readonly OpenHabItem Plain = new("String", null, ["Status"], "text", "%s");
}

/// <summary>What a kind of meter is in openHAB: the tag of the equipment, and its icon.</summary>
public sealed record OpenHabEquipment(string Tag, string Icon)
{
    /// <summary>What a meter is of which the catalogue says nothing.</summary>
    public static readonly OpenHabEquipment Plain = new("Sensor", "energy");
}
