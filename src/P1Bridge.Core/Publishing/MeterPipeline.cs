using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Publishing;

/// <summary>What a configured meter needs to know about its readings.</summary>
public sealed record MeterPipelineOptions
{
    /// <summary>The meter's name in topics: <c>[a-z0-9_-]+</c>.</summary>
    public string Name { get; init; } = "meter";

    /// <summary>Oldest accepted capture time of a sub-meter.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Names of tariffs by number; empty for the market's own.</summary>
    public ImmutableSortedDictionary<long, string> TariffNames { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>Whether totals are guarded.</summary>
    public bool Guard { get; init; } = true;

    /// <summary>How many telegrams must agree before a lower total is believed.</summary>
    public int AgreeingTelegrams { get; init; } = 3;

    /// <summary>Whether monthly peaks are billed; null: as the market does, when the meter sends its history of them.</summary>
    public bool? CapacityTariff { get; init; }

    /// <summary>The quarter-hour demand not to exceed, in kW; null for none.</summary>
    public FixedPoint? TargetDemand { get; init; }

    /// <summary>Whether there are totals that go on across meters.</summary>
    public bool ContinuousTotals { get; init; }
}

/// <summary>
/// From the readings of a telegram to what may be published: live sub-meters, guarded totals, computed values.
/// Decides only; time comes in as a parameter. One per meter, not thread-safe.
/// </summary>
public sealed class MeterPipeline(Catalogue catalogue, MeterPipelineOptions options)
{
    /// <summary>What is named as held while another meter announces itself.</summary>
    const string EquipmentIdentifier = "equipment_identifier";

    /// <summary>Texts kept at most; a meter and its sub-meters have a tenth of it.</summary>
    const int MaximumTexts = 2000;

    readonly Derivation _derivation = new(catalogue);
    readonly FormulaContext _context = new() { TargetDemand = options.TargetDemand, HasContinuousTotals = options.ContinuousTotals };
    readonly ImmutableArray<Measurement> _histories = [.. catalogue.Measurements.Where(static row => row.Kind == ValueKind.MonthlyPeaks)];
    readonly IdentityGate _gate = new(options.AgreeingTelegrams);
    readonly Dictionary<(string Identity, int Row), (Reading Reading, PublishedValue Value)> _published = [];

    ImmutableArray<ObisReference> _unknown = [];
    string? _completeMeter;
    int _incompleteTelegrams;
    bool _hasBegun;
    bool _isAllNew;

    /// <summary>Remembers the last good totals.</summary>
    public TotalGuard Guard { get; } = new(options.AgreeingTelegrams);

    /// <summary>Remembers the running quarter-hour.</summary>
    public DemandTracker Demand => _context.Demand;

    /// <summary>Remembers the monthly peaks.</summary>
    public PeakHistory Peaks => _context.Peaks;

    /// <summary>Remembers the totals that go on across meters, also while they are switched off.</summary>
    public ContinuousTotals Continuous => _context.Continuous;

    /// <summary>Remembers which meters there are.</summary>
    public MeterRegistry Registry { get; } = new();

    /// <summary>Remembers the sub-meters' topic names.</summary>
    public SubMeterMap SubMeters { get; } = new(options.StaleAfter);

    /// <summary>Makes the snapshot of an accepted telegram.</summary>
    public MeterSnapshot Process(ReadingSet readings, DateTimeOffset receivedAt)
    {
        var now = readings.Clock ?? receivedAt;
        var held = ImmutableArray.CreateBuilder<HeldValue>();
        var devices = ImmutableArray.CreateBuilder<DeviceSnapshot>(readings.Meters.Count);
        var swaps = ImmutableArray<MeterSwap>.Empty;
        BeginIdentities();
        if (MainIdentity(readings.Main) is { } main)
        {
            NoteCompleteness(readings, main);
            foreach (var meter in readings.Meters)
                Add(meter, main);
        }
        else
        {
            held.Add(new HeldValue("", EquipmentIdentifier, IssueClass.UnconfirmedIdentifier));
            // A new house has new sub-meters: theirs are counted along.
            foreach (var meter in readings.Meters)
            {
                if (meter is { Medium.IsMain: false, EquipmentIdentifier: { } identifier }) SubMeterIdentity(meter, identifier);
            }
        }
        if (held.Any(static value => value.Issue == IssueClass.UnconfirmedIdentifier)) Guard.BreakRow();
        _hasBegun = true;
        return new MeterSnapshot(options.Name, receivedAt, readings.Clock, devices.ToImmutable(), held.ToImmutable(), UnknownOf(readings)) { Swaps = swaps };

        void Add(MeterReadings meter, string main)
        {
            var identity = meter.Medium.IsMain ? main : SubMeterIdentity(meter, main);
            if (identity is null || TopicNameOf(readings, meter, identity, now) is not { } topicName)
            {
                // Whose it is matters only of a meter that would be published.
                var isUnconfirmed = identity is null && SubMeters.IsLive(meter.CapturedAt, now);
                held.Add(new HeldValue($"channel_{meter.Channel}", meter.Medium.Id, isUnconfirmed ? IssueClass.UnconfirmedIdentifier : WhyNotLive(meter)));
                return;
            }
            // A stand-in for an identifier that could not be read is no other meter.
            if (meter.EquipmentIdentifier is not null && Registry.See(topicName, meter.Medium.Id, identity, now) is { } swap) swaps = swaps.Add(swap);
            devices.Add(Finish(meter, identity, topicName, meter.Medium.IsMain ? null : main, now, receivedAt, held));
        }
    }

    /// <summary>What is remembered of an earlier run was restored before the first telegram.</summary>
    void BeginIdentities()
    {
        _gate.Begin();
        _isAllNew = !_hasBegun && !Registry.Meters.Any() && !SubMeters.Places.Any();
    }

    /// <summary>
    /// The equipment identifier; where its line was lost, that of the meter that was there before, so that its totals stay guarded as its
    /// own. Null while another one announces itself.
    /// </summary>
    string? MainIdentity(MeterReadings meter)
    {
        var holder = Registry.HolderOf("");
        return _gate.Settle(
            meter.Medium, meter.Channel, meter.EquipmentIdentifier, holder ?? options.Name, candidate => holder is null ? !_hasBegun : holder == candidate);
    }

    string? SubMeterIdentity(MeterReadings meter, string main) => _gate.Settle(
        meter.Medium, meter.Channel, meter.EquipmentIdentifier, $"{main}_channel_{meter.Channel}", candidate => _isAllNew || SubMeters.Knows(candidate, meter.Medium));

    /// <summary>Lines that could not be read hide nothing once all of a meter was read, or when telegram after telegram has them.</summary>
    void NoteCompleteness(ReadingSet readings, string main)
    {
        _incompleteTelegrams = readings.MayLackObjects ? _incompleteTelegrams + 1 : 0;
        if (_incompleteTelegrams == 0 || _incompleteTelegrams >= options.AgreeingTelegrams) _completeMeter = main;
    }

    /// <summary>The list grows a few times in a meter's life; it is copied only then.</summary>
    ImmutableArray<ObisReference> UnknownOf(ReadingSet readings)
        => _unknown.Length == readings.Unknown.Count ? _unknown : _unknown = [.. readings.Unknown.Keys];

    static IssueClass WhyNotLive(MeterReadings meter)
    {
        if (meter.CapturedAt is not null) return IssueClass.Stale;
        var held = meter.Rows.FirstOrDefault(row => row.Part == ValuePart.Value && meter[row] is { State: ReadingState.Held, Issue: not IssueClass.Missing });
        return held is null ? IssueClass.UnsetTimestamp : meter[held].Issue;
    }

    string? TopicNameOf(ReadingSet readings, MeterReadings meter, string identity, DateTimeOffset now)
    {
        if (meter.Medium.IsMain) return "";
        if (!SubMeters.IsLive(meter.CapturedAt, now) || readings.Meters.Any(other => IsNewerTwin(other, meter))) return null;
        return SubMeters.Place(identity, meter.Medium, meter.CapturedAt!.Value, now).TopicName;
    }

    /// <summary>A meter that is paired again gets the next channel; its old one stays, frozen.</summary>
    static bool IsNewerTwin(MeterReadings other, MeterReadings meter)
        => meter.EquipmentIdentifier is { } identifier && other.EquipmentIdentifier == identifier && other.Medium == meter.Medium
           && (other.CapturedAt > meter.CapturedAt || (other.CapturedAt == meter.CapturedAt && other.Channel > meter.Channel));

    DeviceSnapshot Finish(
        MeterReadings meter, string identity, string topicName, string? parent, DateTimeOffset now, DateTimeOffset receivedAt,
        ImmutableArray<HeldValue>.Builder held)
    {
        if (options.Guard) GuardTotals(meter, identity, now, receivedAt);
        _derivation.Complete(meter, ContextOf(meter, identity, topicName));
        var values = ImmutableArray.CreateBuilder<PublishedValue>(meter.Rows.Length);
        foreach (var row in meter.Rows)
        {
            var reading = meter[row];
            if (reading.State == ReadingState.Held) held.Add(new HeldValue(topicName, row.Id, reading.Issue));
            else if (reading.IsGood && row.IsPublished) AddValues(values, identity, row, reading, topicName, held);
        }
        return new DeviceSnapshot(topicName, meter.Medium, identity, parent, values.ToImmutable()) { Predecessor = Registry.PredecessorOf(topicName, identity) };
    }

    FormulaContext ContextOf(MeterReadings meter, string identity, string topicName) => _context with
    {
        // A telegram whose identifier could not be read is still the same meter's.
        Identity = meter.EquipmentIdentifier ?? Registry.HolderOf(topicName) ?? identity,
        TopicName = topicName,
        IsComplete = !meter.Medium.IsMain || _completeMeter == identity,
        Tariffs = !options.TariffNames.IsEmpty ? options.TariffNames : meter.Market?.Tariffs ?? options.TariffNames,
        HasCapacityTariff = options.CapacityTariff ?? (meter.Market is { HasCapacityTariff: true } && SendsHistory(meter)),
    };

    bool SendsHistory(MeterReadings meter)
    {
        foreach (var row in _histories)
        {
            if (row.Medium == meter.Medium && meter[row].State != ReadingState.Absent) return true;
        }
        return false;
    }

    void GuardTotals(MeterReadings meter, string identity, DateTimeOffset now, DateTimeOffset receivedAt)
    {
        foreach (var row in meter.Rows)
        {
            if (!row.IsTotal || row.References.IsEmpty) continue;
            // A line that was lost on the way must not make the sum of the tariffs fall, nor put that sum in a sent total's place.
            var isMissing = meter[row].State == ReadingState.Absent && Guard.Knows(identity, row);
            meter[row] = isMissing ? Reading.Held(IssueClass.Missing) : Guard.Check(identity, row, meter[row], meter[row].Time ?? now, receivedAt);
        }
    }

    void AddValues(
        ImmutableArray<PublishedValue>.Builder values, string identity, Measurement row, in Reading reading, string topicName,
        ImmutableArray<HeldValue>.Builder held)
    {
        if (reading.Peaks is not { } peaks)
        {
            values.Add(ValueOf(identity, row, reading));
            return;
        }
        // Of a month that is there twice the last one counts, as of every object.
        var months = new Dictionary<string, int>();
        foreach (var peak in peaks)
        {
            if (ReadingRules.ExaminePeak(row, peak) is var issue and not IssueClass.None)
            {
                held.Add(new HeldValue(topicName, row.Id, issue));
                continue;
            }
            var value = new PublishedValue(row, $"{row.Id}/{Payload.MonthOf(peak)}", peak.Value.ToString(), peak.Time);
            if (months.TryAdd(value.Key, values.Count)) values.Add(value);
            else values[months[value.Key]] = value;
        }
    }

    /// <summary>Most values are the same as a second ago; their texts are kept.</summary>
    PublishedValue ValueOf(string identity, Measurement row, in Reading reading)
    {
        if (_published.TryGetValue((identity, row.Index), out var before) && before.Reading == reading) return before.Value;
        if (_published.Count >= MaximumTexts) _published.Clear();
        var value = new PublishedValue(row, row.Id, Payload.Of(row, reading), row.Part == ValuePart.Time ? null : reading.Time);
        _published[(identity, row.Index)] = (reading, value);
        return value;
    }
}
