using System.Runtime.CompilerServices;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>What a catalogue means for reading, worked out once: thousands of meters share one catalogue.</summary>
sealed class ReadingPlan
{
    static readonly ConditionalWeakTable<Catalogue, ReadingPlan> Plans = [];

    readonly int[][] _entriesOfRow;
    readonly bool[] _isPlainNumber;
    readonly int[][] _mainEntriesOfRole;
    readonly int[][] _subMeterEntriesOfRole;

    ReadingPlan(Catalogue catalogue)
    {
        var indexes = catalogue.Entries.ToDictionary(static entry => entry.Reference, static entry => entry.Index);
        _entriesOfRow = [.. catalogue.Measurements.Select(row => row.References.Select(reference => indexes[reference]).ToArray())];
        _isPlainNumber = [.. catalogue.Measurements.Select(static row =>
            row is { Kind: ValueKind.Number, Part: ValuePart.Value, Position: 1, OffValues.Length: 0, References.Length: 1 })];
        _mainEntriesOfRole = [.. Enum.GetValues<MeasurementRole>().Select(role => EntriesOf(catalogue, role, isSubMeter: false))];
        _subMeterEntriesOfRole = [.. Enum.GetValues<MeasurementRole>().Select(role => EntriesOf(catalogue, role, isSubMeter: true))];
    }

    /// <summary>The plan of a catalogue.</summary>
    public static ReadingPlan Of(Catalogue catalogue) => Plans.GetValue(catalogue, static catalogue => new ReadingPlan(catalogue));

    /// <summary>The entries that a row is read from, first one wins.</summary>
    public ReadOnlySpan<int> EntriesOf(Measurement row) => _entriesOfRow[row.Index];

    /// <summary>Whether a row is read from one object only and every number in it stands for itself.</summary>
    public bool IsPlainNumber(Measurement row) => _isPlainNumber[row.Index];

    /// <summary>The entries with a role, for the P1 meter (channel 0) or for sub-meters.</summary>
    public ReadOnlySpan<int> EntriesOf(MeasurementRole role, byte channel) => (channel > 0 ? _subMeterEntriesOfRole : _mainEntriesOfRole)[(int)role];

    static int[] EntriesOf(Catalogue catalogue, MeasurementRole role, bool isSubMeter)
        => [.. catalogue.Entries.Where(entry => entry.Role == role && entry.Reference.B == ObisReference.AnyChannel == isSubMeter).Select(static entry => entry.Index)];
}
