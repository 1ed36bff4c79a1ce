using P1Bridge.Core.Measurements;

namespace P1Bridge.Core.Readings;

/// <summary>The readings of one physical meter out of one telegram: a reused slot per measurement of its medium.</summary>
public sealed class MeterReadings
{
    readonly Reading[] _readings;

    internal MeterReadings(Catalogue catalogue, Medium medium, byte channel)
    {
        Medium = medium;
        Channel = channel;
        Rows = catalogue.ByMedium[medium.Id];
        _readings = new Reading[catalogue.Measurements.Length];
    }

    /// <summary>What it measures.</summary>
    public Medium Medium { get; }

    /// <summary>Its M-Bus channel, 1 to 4; 0 for the P1 meter itself.</summary>
    public byte Channel { get; }

    /// <summary>The meter's own number, decoded; null when it sends none.</summary>
    public string? EquipmentIdentifier { get; internal set; }

    /// <summary>The market whose habits it has; null when none was recognised.</summary>
    public Market? Market { get; internal set; }

    /// <summary>Whether it is a 3x230 V grid without neutral, where phase 2 is not measured and no phase has a power of its own.</summary>
    public bool IsDeltaGrid { get; internal set; }

    /// <summary>The latest capture time of its values; null for the P1 meter and for never-read sub-meters.</summary>
    public DateTimeOffset? CapturedAt { get; internal set; }

    /// <summary>The catalogue's rows for this medium.</summary>
    public System.Collections.Immutable.ImmutableArray<Measurement> Rows { get; }

    /// <summary>The reading of a row of <see cref="Rows"/>.</summary>
    public Reading this[Measurement row]
    {
        get => _readings[row.Index];
        internal set => _readings[row.Index] = value;
    }

    /// <summary>The reading at a position of the catalogue.</summary>
    internal Reading this[int index] => _readings[index];
}
