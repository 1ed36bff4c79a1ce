using System.Numerics;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>The readings of one physical meter out of one telegram: a reused slot per measurement of its medium.</summary>
public sealed class MeterReadings
{
    const int BitsOfWord = 64;

    readonly Reading[] _readings;
    readonly ulong[] _replaced;

    internal MeterReadings(Catalogue catalogue, Medium medium, byte channel)
    {
        Medium = medium;
        Channel = channel;
        Rows = catalogue.ByMedium[medium.Id];
        _readings = new Reading[catalogue.Measurements.Length];
        _replaced = new ulong[(_readings.Length + BitsOfWord - 1) / BitsOfWord];
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

    /// <summary>The reading of a row of <see cref="Rows"/>. What is set here replaces it until the next telegram.</summary>
    public Reading this[Measurement row]
    {
        get => _readings[row.Index];
        internal set
        {
            _readings[row.Index] = value;
            _replaced[row.Index / BitsOfWord] |= 1UL << row.Index;
        }
    }

    /// <summary>The reading at a position of the catalogue.</summary>
    internal Reading this[int index] => _readings[index];

    /// <summary>Takes over what the telegram says.</summary>
    internal void Take(Measurement row, in Reading reading) => _readings[row.Index] = reading;

    /// <summary>Lets another number take the place of a good one; false when there is none, or more than a number.</summary>
    internal bool TryRenew(Measurement row, FixedPoint number)
    {
        ref var reading = ref _readings[row.Index];
        if (!reading.IsPlainNumber) return false;
        reading.Renew(number);
        return true;
    }

    /// <summary>The position in the catalogue of a reading that was replaced, once each; false when there is no other.</summary>
    internal bool TryTakeReplaced(out int index)
    {
        for (var word = 0; word < _replaced.Length; word++)
        {
            if (_replaced[word] == 0) continue;
            index = word * BitsOfWord + BitOperations.TrailingZeroCount(_replaced[word]);
            _replaced[word] &= _replaced[word] - 1;
            return true;
        }
        index = -1;
        return false;
    }

    /// <summary>Nothing is replaced any more, because everything was taken over.</summary>
    internal void ForgetReplaced() => Array.Clear(_replaced);
}
