using System.Collections.Immutable;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Measurements;

/// <summary>How the value groups of a data object are read.</summary>
public enum ValueKind
{
    /// <summary><c>number*unit</c>, alone or after a capture time.</summary>
    Number,

    /// <summary>A bare number without unit, kept as sent: counters, tariff, device type.</summary>
    Count,

    /// <summary>A bare number with a word for each value: breaker, valve.</summary>
    Word,

    /// <summary>A time stamp.</summary>
    Timestamp,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Text as pairs of hexadecimal digits.</summary>
    HexText,

    /// <summary>A profile buffer of monthly peaks: closing time, peak time, peak.</summary>
    MonthlyPeaks,

    /// <summary>A profile buffer of long power failures: end time, duration.</summary>
    FailureLog,
}

/// <summary>Which part of a data object a measurement is.</summary>
public enum ValuePart
{
    /// <summary>Its value.</summary>
    Value,

    /// <summary>The time stamp that stands before the value.</summary>
    Time,
}

/// <summary>Objects that steer the reading itself; found by role, so that no code names an OBIS reference.</summary>
public enum MeasurementRole
{
    /// <summary>None.</summary>
    None,

    /// <summary>The telegram's clock.</summary>
    Clock,

    /// <summary>A version line: with it (or a clock) a telegram must carry a checksum.</summary>
    Version,

    /// <summary>The meter's own number.</summary>
    EquipmentIdentifier,

    /// <summary>What hangs on an M-Bus channel.</summary>
    DeviceType,

    /// <summary>The voltage that is 0 on a 3x230 V grid, where phase 2 is the reference and not measured.</summary>
    ReferencePhaseVoltage,

    /// <summary>The voltage of L3: with none on L2 it tells a grid without neutral from a meter of one phase.</summary>
    LastPhaseVoltage,

    /// <summary>The grid type code; 230 means 3x230 V without neutral.</summary>
    GridType,

    /// <summary>The log of long power failures.</summary>
    FailureLog,
}

/// <summary>Publish policy groups.</summary>
public enum PolicyGroup
{
    /// <summary>Changes every second: power, voltage, current.</summary>
    Live,

    /// <summary>Meter counters.</summary>
    Totals,

    /// <summary>Changes by event: tariff, breaker, identifiers, month peaks.</summary>
    Static,
}

/// <summary>
/// One row of the catalogue: everything there is to know about one measurement. Topics, discovery, JSON, the simulator and the
/// documentation are derived from it.
/// </summary>
public sealed record Measurement
{
    /// <summary>Position in the catalogue; set by <see cref="Catalogue"/>.</summary>
    public int Index { get; init; }

    /// <summary>Name in topics, JSON and unique ids: <c>[a-z0-9_]+</c>, unique per medium. Empty for rows that only steer the reading.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of meter sends it; <see cref="Medium.IsMain"/> for the P1 meter itself.</summary>
    public required Medium Medium { get; init; }

    /// <summary>The objects it is read from, first one wins; empty for values that are only computed.</summary>
    public ImmutableArray<ObisReference> References { get; init; } = [];

    /// <summary>How the object is read.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>Which part of the object it is.</summary>
    public ValuePart Part { get; init; }

    /// <summary>Which of the plain values of its object it is, 1 or 2.</summary>
    public int Position { get; init; } = 1;

    /// <summary>The unit it is published in; null for numbers without unit and for texts.</summary>
    public MeterUnit? Unit { get; init; }

    /// <summary>Whether it may be below zero.</summary>
    public bool CanBeNegative { get; init; }

    /// <summary>Words by raw value, for <see cref="ValueKind.Word"/>.</summary>
    public ImmutableSortedDictionary<long, string> Words { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>Raw values that mean "not active"; published as <c>none</c>.</summary>
    public ImmutableArray<FixedPoint> OffValues { get; init; } = [];

    /// <summary>Whether an empty object says something; then it is published as <c>none</c>.</summary>
    public bool EmptyMeansNone { get; init; }

    /// <summary>Role in the reading itself.</summary>
    public MeasurementRole Role { get; init; }

    /// <summary>Not measured on a 3x230 V grid.</summary>
    public bool AbsentOnDeltaGrid { get; init; }

    /// <summary>How often it is published.</summary>
    public PolicyGroup Group { get; init; }

    /// <summary>
    /// For totals: the most it can rise in an hour, in <see cref="Unit"/>. Not null makes the row a guarded total.
    /// </summary>
    public FixedPoint? MaximumRisePerHour { get; init; }

    /// <summary>How it is computed when the meter does not send it; null for values that are only read.</summary>
    public Formula? Formula { get; init; }

    /// <summary>Names by language.</summary>
    public required Names Names { get; init; }

    /// <summary>The Home Assistant entity; null for none.</summary>
    public HomeAssistantEntity? HomeAssistant { get; init; }

    /// <summary>The openHAB item.</summary>
    public OpenHabItem OpenHab { get; init; } = OpenHabItem.Plain;

    /// <summary>A line as a meter sends it; empty for computed values.</summary>
    public string Example { get; init; } = "";

    /// <summary>Whether the simulated meter sends it; false for objects that Belgian meters of today do not have.</summary>
    public bool Simulated { get; init; } = true;

    /// <summary>What the standards say about it, for the documentation.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it is published under its <see cref="Id"/>.</summary>
    public bool IsPublished => Id.Length > 0;

    /// <summary>Whether it can be the word <c>none</c>.</summary>
    public bool CanBeNone => EmptyMeansNone || !OffValues.IsEmpty;

    /// <summary>Whether the guard watches it.</summary>
    public bool IsTotal => MaximumRisePerHour is not null;
}

/// <summary>A name in each of the four languages.</summary>
public sealed record Names(string En, string Nl, string Fr, string De)
{
    /// <summary>The languages, as <c>homeassistant.language</c> writes them.</summary>
    public static readonly ImmutableArray<string> Languages = ["en", "nl", "fr", "de"];

    /// <summary>The name in a language of <see cref="Languages"/>.</summary>
    public string In(string language) => language switch
    {
        "en" => En,
        "nl" => Nl,
        "fr" => Fr,
        "de" => De,
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "unknown language"),
    };
}

/// <summary>A computed value: the name of a function and the ids of its arguments.</summary>
public sealed record Formula(string Function, ImmutableArray<string> Arguments)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Function}({string.Join(", ", Arguments)})";
}

/// <summary>How Home Assistant shows a measurement. Rules: its MQTT sensor and binary sensor documentation.</summary>
public sealed record HomeAssistantEntity
{
    /// <summary><c>sensor</c> or <c>binary_sensor</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>Device class, or null.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>State class, or null.</summary>
    public string? StateClass { get; init; }

    /// <summary>Unit as Home Assistant writes it, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>Digits shown after the point, or null.</summary>
    public int? Precision { get; init; }

    /// <summary><c>diagnostic</c>, or null.</summary>
    public string? Category { get; init; }

    /// <summary>Whether the entity is switched on when it appears.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Icon, or null for the device class's own.</summary>
    public string? Icon { get; init; }

    /// <summary>The allowed texts of an <c>enum</c>.</summary>
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>The row of the same medium whose months are its attributes, or null.</summary>
    public string? Attributes { get; init; }

    /// <summary>The payload that means "on", for a binary sensor; every other payload means "off".</summary>
    public string? PayloadOn { get; init; }
}
