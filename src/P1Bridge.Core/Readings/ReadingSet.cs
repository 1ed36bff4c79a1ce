using System.Runtime.InteropServices;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>
/// All readings of one telegram, by physical meter. Objects are collected first and interpreted at the telegram's end, because
/// what an M-Bus channel is may come after its values. Reused; allocates nothing once a meter's objects have been seen.
/// </summary>
public sealed class ReadingSet
{
    const int Channels = 5;

    readonly Catalogue _catalogue;
    readonly ObjectSlot?[] _slots;
    readonly int[][] _entriesOfRow;
    readonly Dictionary<(string Medium, byte Channel), MeterReadings> _known = [];
    readonly List<MeterReadings> _meters = [];
    readonly Dictionary<ObisReference, long> _unknown = [];
    long _telegram;

    /// <summary>Makes an empty set for the rows of <paramref name="catalogue"/>.</summary>
    public ReadingSet(Catalogue catalogue)
    {
        _catalogue = catalogue;
        _slots = new ObjectSlot?[catalogue.Entries.Length * Channels];
        _entriesOfRow = [.. catalogue.Measurements.Select(row => row.References.Select(reference => catalogue.Entries.First(entry => entry.Reference == reference).Index).ToArray())];
    }

    /// <summary>Most different unknown objects that are remembered; more are counted together.</summary>
    public const int MaximumUnknown = 200;

    /// <summary>The P1 meter first, then its sub-meters by channel.</summary>
    public IReadOnlyList<MeterReadings> Meters => _meters;

    /// <summary>The P1 meter itself.</summary>
    public MeterReadings Main => _meters[0];

    /// <summary>The telegram's clock; null when it has none or it was never set.</summary>
    public DateTimeOffset? Clock { get; private set; }

    /// <summary>Objects without a catalogue row and how often they came, over all telegrams.</summary>
    public IReadOnlyDictionary<ObisReference, long> Unknown => _unknown;

    /// <summary>Values of this telegram that came twice; the last one counts.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Whether the telegram has a version line or a clock, so that it must have a checksum too.</summary>
    public bool HasVersionOrClock { get; private set; }

    /// <summary>Objects of this telegram, known or not.</summary>
    public int Objects { get; private set; }

    /// <summary>Begins a new telegram.</summary>
    internal void Begin()
    {
        _telegram++;
        Objects = Duplicates = 0;
        HasVersionOrClock = false;
    }

    /// <summary>Takes over one object.</summary>
    internal void Add(in DataObject dataObject)
    {
        Objects++;
        if (_catalogue.Find(dataObject.Reference) is not { } entry)
        {
            if (_unknown.Count < MaximumUnknown || _unknown.ContainsKey(dataObject.Reference))
                CollectionsMarshal.GetValueRefOrAddDefault(_unknown, dataObject.Reference, out _)++;
            return;
        }
        HasVersionOrClock |= entry.Role is MeasurementRole.Clock or MeasurementRole.Version;
        var channel = entry.Reference.B == ObisReference.AnyChannel ? dataObject.Reference.B : 0;
        ref var slot = ref _slots[entry.Index * Channels + channel];
        slot ??= new ObjectSlot();
        if (slot.Telegram == _telegram) Duplicates++;
        slot.Telegram = _telegram;
        slot.Fill(dataObject, entry.Kind);
    }

    /// <summary>Interprets what was collected.</summary>
    internal void Complete()
    {
        _meters.Clear();
        var main = Resolve(_catalogue.Main, 0);
        main.Market = RecogniseMarket();
        _meters.Add(main);
        Clock = ReadClock();
        for (byte channel = 1; channel < Channels; channel++)
        {
            if (RoleSlot(MeasurementRole.DeviceType, channel) is { HasNumber: true } type && _catalogue.MediumOf(type.Number.Mantissa) is { } medium)
                _meters.Add(Resolve(medium, channel));
        }
    }

    MeterReadings Resolve(Medium medium, byte channel)
    {
        if (!_known.TryGetValue((medium.Id, channel), out var meter))
            _known[(medium.Id, channel)] = meter = new MeterReadings(_catalogue, medium, channel);
        meter.EquipmentIdentifier = EquipmentIdentifier(channel);
        meter.CapturedAt = null;
        var isDelta = channel == 0 && IsDeltaGrid();
        foreach (var row in meter.Rows)
        {
            var reading = isDelta && row.AbsentOnDeltaGrid ? default : Read(row, channel);
            meter[row] = reading;
            // The time stamp of a value that is not good does not make a meter live.
            if (channel > 0 && row.Part == ValuePart.Value && reading is { IsGood: true, Time: { } time } && (meter.CapturedAt is null || time > meter.CapturedAt))
                meter.CapturedAt = time;
        }
        return meter;
    }

    Reading Read(Measurement row, byte channel)
    {
        foreach (var entry in _entriesOfRow[row.Index])
        {
            if (Slot(entry, channel) is not { } slot) continue;
            var reading = Reading.From(row, slot);
            // One object can be a row for each quantity (a limit in kW or in kVA): then the other row has it.
            return reading.Issue == IssueClass.UnitMismatch && FitsAnother(entry, row, slot) ? default : reading;
        }
        return default;
    }

    bool FitsAnother(int entry, Measurement row, ObjectSlot slot)
    {
        foreach (var other in _catalogue.Entries[entry].Rows)
        {
            if (other != row && other.Medium == row.Medium && other.Part == row.Part && ReadingRules.Examine(other, slot) == IssueClass.None) return true;
        }
        return false;
    }

    ObjectSlot? Slot(int entry, byte channel)
        => _slots[entry * Channels + channel] is { } slot && slot.Telegram == _telegram ? slot : null;

    ObjectSlot? RoleSlot(MeasurementRole role, byte channel)
    {
        foreach (var entry in _catalogue.Entries)
        {
            if (entry.Role == role && (entry.Reference.B == ObisReference.AnyChannel) == (channel > 0) && Slot(entry.Index, channel) is { HasContent: true } slot)
                return slot;
        }
        return null;
    }

    /// <summary>
    /// Packed digits that are no text are kept as the hexadecimal digits they were sent in. Zeros name no meter: two never-read ones
    /// would be taken for one.
    /// </summary>
    string? EquipmentIdentifier(byte channel)
        => RoleSlot(MeasurementRole.EquipmentIdentifier, channel) is { } slot && (slot.Text ?? slot.RawText) is { } text && !Reading.IsPlaceholder(text)
            ? text
            : null;

    DateTimeOffset? ReadClock()
        => RoleSlot(MeasurementRole.Clock, 0) is { TimeStatus: TimestampStatus.Valid, Time.Year: >= ReadingRules.FirstPlausibleYear } slot ? slot.Time : null;

    bool IsDeltaGrid()
    {
        const int deltaGridVoltage = 230;
        if (RoleSlot(MeasurementRole.GridType, 0) is { HasNumber: true } grid) return grid.Number.Mantissa == deltaGridVoltage;
        return RoleSlot(MeasurementRole.ReferencePhaseVoltage, 0) is { HasNumber: true, Number.Mantissa: 0 };
    }

    Market? RecogniseMarket()
    {
        foreach (var market in _catalogue.Markets)
        {
            var all = true;
            foreach (var reference in market.Detect)
                all &= _catalogue.Find(reference) is { } entry && Slot(entry.Index, 0) is not null;
            if (all) return market;
        }
        return null;
    }
}
