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

    /// <summary>In volts: a phase that is connected has more.</summary>
    static readonly FixedPoint LeastPhaseVoltage = new(50, 0);

    readonly Catalogue _catalogue;
    readonly ReadingPlan _plan;
    readonly ObjectSlot?[] _slots;
    readonly List<int> _changed = [];
    readonly MeterReadings?[] _meterOnChannel = new MeterReadings?[Channels];
    readonly Dictionary<(string Medium, byte Channel), MeterReadings> _known = [];
    readonly List<MeterReadings> _meters = [];
    readonly Dictionary<ObisReference, long> _unknown = [];
    long _telegram;
    bool _isNew;

    /// <summary>Makes an empty set for the rows of <paramref name="catalogue"/>.</summary>
    public ReadingSet(Catalogue catalogue)
    {
        _catalogue = catalogue;
        _plan = ReadingPlan.Of(catalogue);
        _slots = new ObjectSlot?[catalogue.Entries.Length * Channels];
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

    /// <summary>
    /// Whether a line could not be read that may have been any object: what is absent may then have been sent. Of most damaged lines the
    /// reference is still there; then it is known which object is lost.
    /// </summary>
    public bool MayLackObjects { get; private set; }

    /// <summary>Begins a telegram that is read from its first line to its last.</summary>
    internal void Begin()
    {
        _telegram++;
        _isNew = true;
        _changed.Clear();
        Objects = Duplicates = 0;
        HasVersionOrClock = MayLackObjects = false;
    }

    /// <summary>Takes over one object and says which slot it fills; false when the catalogue does not know it.</summary>
    internal bool TryAdd(in DataObject dataObject, out int index)
    {
        Objects++;
        index = -1;
        if (_catalogue.Find(dataObject.Reference) is not { } entry) return false;
        HasVersionOrClock |= entry.Role is MeasurementRole.Clock or MeasurementRole.Version;
        index = IndexOf(entry, dataObject.Reference);
        var slot = _slots[index] ??= new ObjectSlot();
        if (slot.Telegram == _telegram) Duplicates++;
        slot.Telegram = _telegram;
        slot.Fill(dataObject.Groups, entry.Kind);
        return true;
    }

    /// <summary>Takes in a line that is no data object: what it begins with can tell which one it was meant to be.</summary>
    internal void AddBadLine(ReadOnlySpan<byte> line)
    {
        if (!ObisReference.TryRead(line, out var reference, out _))
        {
            MayLackObjects |= char.IsAsciiDigit((char)line[0]) || line.Contains((byte)'*');
            return;
        }
        if (_catalogue.Find(reference) is not { } entry) return;
        var slot = _slots[IndexOf(entry, reference)] ??= new ObjectSlot();
        if (slot.Telegram == _telegram) return;
        slot.Telegram = _telegram;
        slot.MarkUnreadable();
    }

    static int IndexOf(CatalogueEntry entry, ObisReference reference)
        => entry.Index * Channels + (entry.Reference.B == ObisReference.AnyChannel ? reference.B : 0);

    /// <summary>Counts an object without a catalogue row.</summary>
    internal void CountUnknown(ObisReference reference)
    {
        if (_unknown.Count < MaximumUnknown || _unknown.ContainsKey(reference))
            CollectionsMarshal.GetValueRefOrAddDefault(_unknown, reference, out _)++;
    }

    /// <summary>Takes over what changed in an object of a telegram that has the same objects as the one before.</summary>
    internal void Refill(int index, ReadOnlySpan<byte> groups)
    {
        _slots[index]!.Fill(groups, _catalogue.Entries[index / Channels].Kind);
        _changed.Add(index);
    }

    /// <summary>Interprets what was collected.</summary>
    internal void Complete()
    {
        if (_isNew || ChangesOthers()) InterpretAll();
        else InterpretChanges();
        Clock = ReadClock();
        _changed.Clear();
        _isNew = false;
    }

    void InterpretAll()
    {
        _meters.Clear();
        var main = Resolve(_catalogue.Main, 0);
        main.Market = RecogniseMarket();
        for (byte channel = 1; channel < Channels; channel++)
        {
            _meterOnChannel[channel] = null;
            if (RoleSlot(MeasurementRole.DeviceType, channel) is { HasNumber: true } type && type.Number.TryToInteger(out var number)
                && _catalogue.MediumOf(number) is { } medium)
                Resolve(medium, channel);
        }
    }

    /// <summary>
    /// Whether an object changed that says what others mean: the kind of a sub-meter, its identifier, the kind of grid. The market hangs on
    /// which objects there are and on how many digits they have, and none of that changes while a telegram is laid out as before.
    /// </summary>
    bool ChangesOthers()
    {
        foreach (var index in _changed)
        {
            if (_catalogue.Entries[index / Channels].Role is not (
                MeasurementRole.None or MeasurementRole.Clock or MeasurementRole.ReferencePhaseVoltage or MeasurementRole.LastPhaseVoltage))
                return true;
        }
        return IsDeltaGrid() != Main.IsDeltaGrid;
    }

    void InterpretChanges()
    {
        foreach (var meter in _meters)
        {
            while (meter.TryTakeReplaced(out var index))
                Interpret(_catalogue.Measurements[index], meter);
        }
        foreach (var index in _changed)
        {
            if (_meterOnChannel[index % Channels] is not { } meter) continue;
            foreach (var row in _catalogue.Entries[index / Channels].Rows)
            {
                if (row.Medium == meter.Medium && !TryRenew(row, meter, _slots[index]!)) Interpret(row, meter);
            }
            if (meter.Channel > 0) meter.CapturedAt = LatestCapture(meter);
        }
    }

    /// <summary>The short way for most changes: where a plain number was good, a plain number in the row's own unit is good too.</summary>
    bool TryRenew(Measurement row, MeterReadings meter, ObjectSlot slot)
        => _plan.IsPlainNumber(row)
           && slot is { HasNumber: true, TimeStatus: TimestampStatus.None }
           && slot.Unit == row.Unit && slot.HasUnit == row.Unit is not null
           && (row.CanBeNegative || !slot.Number.IsNegative)
           && meter.TryRenew(row, slot.Number);

    MeterReadings Resolve(Medium medium, byte channel)
    {
        if (!_known.TryGetValue((medium.Id, channel), out var meter))
            _known[(medium.Id, channel)] = meter = new MeterReadings(_catalogue, medium, channel);
        _meterOnChannel[channel] = meter;
        _meters.Add(meter);
        meter.EquipmentIdentifier = EquipmentIdentifier(channel);
        meter.IsDeltaGrid = channel == 0 && IsDeltaGrid();
        meter.ForgetReplaced();
        foreach (var row in meter.Rows)
            Interpret(row, meter);
        meter.CapturedAt = channel > 0 ? LatestCapture(meter) : null;
        return meter;
    }

    void Interpret(Measurement row, MeterReadings meter)
        => meter.Take(row, meter.IsDeltaGrid && row.AbsentOnDeltaGrid ? default : Read(row, meter.Channel));

    /// <summary>The time stamp of a value that is not good does not make a meter live.</summary>
    static DateTimeOffset? LatestCapture(MeterReadings meter)
    {
        DateTimeOffset? latest = null;
        foreach (var row in meter.Rows)
        {
            if (row.Part == ValuePart.Value && meter[row] is { IsGood: true, Time: { } time } && (latest is null || time > latest)) latest = time;
        }
        return latest;
    }

    Reading Read(Measurement row, byte channel)
    {
        foreach (var entry in _plan.EntriesOf(row))
        {
            if (Slot(entry, channel) is not { } slot) continue;
            if (slot.IsUnreadable)
            {
                // Of a total it matters that it was sent: a sum must not be made without it.
                if (row.IsTotal) return Reading.Held(IssueClass.Missing);
                continue;
            }
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
            if (other != row && other.Medium == row.Medium && other.Part == row.Part && other.Position == row.Position && ReadingRules.Examine(other, slot) == IssueClass.None) return true;
        }
        return false;
    }

    ObjectSlot? Slot(int entry, byte channel)
        => _slots[entry * Channels + channel] is { } slot && slot.Telegram == _telegram ? slot : null;

    ObjectSlot? RoleSlot(MeasurementRole role, byte channel)
    {
        foreach (var entry in _plan.EntriesOf(role, channel))
        {
            if (Slot(entry, channel) is { HasContent: true } slot) return slot;
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
        if (RoleSlot(MeasurementRole.GridType, 0) is { HasNumber: true } grid) return grid.Number.TryToInteger(out var voltage) && voltage == deltaGridVoltage;
        // A one-phase meter of Luxembourg sends its other phases too, with no voltage on either or what strays onto an open terminal.
        return RoleSlot(MeasurementRole.ReferencePhaseVoltage, 0) is { HasNumber: true, Number.Mantissa: 0 }
               && RoleSlot(MeasurementRole.LastPhaseVoltage, 0) is { HasNumber: true } last && last.Number >= LeastPhaseVoltage;
    }

    Market? RecogniseMarket()
    {
        foreach (var market in _catalogue.Markets)
        {
            if (IsOf(market)) return market;
        }
        return null;
    }

    bool IsOf(Market market)
    {
        foreach (var reference in market.Detect)
        {
            if (Sent(reference) is null) return false;
        }
        foreach (var reference in market.Absent)
        {
            if (Sent(reference) is not null) return false;
        }
        return market.Digits is not { } digits || Sent(market.Detect[0])?.WholeDigits == digits;
    }

    /// <summary>The object of this telegram with a reference of the catalogue, on whatever channel where that is open.</summary>
    ObjectSlot? Sent(ObisReference reference)
    {
        if (_catalogue.EntryOf(reference) is not { } entry) return null;
        if (reference.B != ObisReference.AnyChannel) return Slot(entry.Index, 0);
        for (byte channel = 1; channel < Channels; channel++)
        {
            if (Slot(entry.Index, channel) is { } slot) return slot;
        }
        return null;
    }
}
