using P1Bridge.Core.Measurements;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>The last good total of one counter, as it survives a restart.</summary>
/// <param name="Meter">The equipment identifier.</param>
/// <param name="Id">The measurement.</param>
/// <param name="Value">The total, in the catalogue's unit.</param>
/// <param name="MeterTime">When, by the meter's clock or capture time.</param>
/// <param name="ReceivedAt">When, by our clock.</param>
public sealed record GuardedTotal(string Meter, string Id, FixedPoint Value, DateTimeOffset MeterTime, DateTimeOffset ReceivedAt);

/// <summary>
/// Lets no false total through: one that fell needs several telegrams that agree, one that rose faster than physically possible is
/// held back. Decides only; keeps the last good total of each counter by equipment identifier.
/// </summary>
public sealed class TotalGuard(int agreeingTelegrams = 3)
{
    /// <summary>Telegrams come each second; a rise is judged over at least this long.</summary>
    static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(1);

    /// <summary>A total that jumped and then stood so long, telegram by telegram, is the meter's; it was the one before that was false.</summary>
    static readonly TimeSpan JumpBelievedAfter = TimeSpan.FromHours(1);

    /// <summary>Meters whose totals are remembered: those that are there and a good many that once were.</summary>
    public const int MaximumMeters = 40;

    readonly Dictionary<string, Dictionary<string, Memory>> _meters = [];

    /// <summary>The last good totals, for storing.</summary>
    public IEnumerable<GuardedTotal> Totals => _meters.Values.SelectMany(static totals => totals.Values).Select(static memory => memory.Last);

    /// <summary>Takes over stored totals, before the first telegram.</summary>
    public void Restore(IEnumerable<GuardedTotal> totals)
    {
        foreach (var total in totals)
            Remember(total);
    }

    /// <summary>Whether a meter has sent this total before.</summary>
    public bool Knows(string meter, Measurement row) => Find(meter, row.Id) is not null;

    /// <summary>A telegram came whose totals are nobody's: those before and after it are not in a row.</summary>
    public void BreakRow()
    {
        foreach (var memory in _meters.Values.SelectMany(static totals => totals.Values))
            memory.BreakRow();
    }

    /// <summary>
    /// Returns <paramref name="reading"/> as it is, or held back. A reading with a capture time of its own is judged by captures: the
    /// same one told again agrees with nobody.
    /// </summary>
    public Reading Check(string meter, Measurement row, in Reading reading, DateTimeOffset meterTime, DateTimeOffset receivedAt)
    {
        if (!reading.IsGood || row.MaximumRisePerHour is not { } limit) return reading;
        var total = new GuardedTotal(meter, row.Id, reading.Number, meterTime, receivedAt);
        if (Find(meter, row.Id) is not { } memory)
        {
            Remember(total);
            return reading;
        }
        return memory.Judge(total, reading.Time is not null, limit, agreeingTelegrams) is var issue and not IssueClass.None ? Reading.Held(issue) : reading;
    }

    Memory? Find(string meter, string id) => _meters.TryGetValue(meter, out var totals) ? totals.GetValueOrDefault(id) : null;

    /// <summary>Of too many meters the one that was longest not heard of is forgotten.</summary>
    void Remember(GuardedTotal total)
    {
        if (!_meters.TryGetValue(total.Meter, out var totals))
        {
            if (_meters.Count >= MaximumMeters)
                _meters.Remove(_meters.MinBy(static meter => meter.Value.Values.Max(static memory => memory.Last.ReceivedAt)).Key);
            _meters[total.Meter] = totals = [];
        }
        totals[total.Id] = new Memory(total);
    }

    /// <summary>Whether the rise was possible in the time between. A clock that jumped must not make room, so the one that grants less counts.</summary>
    static bool IsPossible(GuardedTotal from, GuardedTotal to, FixedPoint limitPerHour)
    {
        var elapsed = Elapsed(from, to);
        if (elapsed < ShortestInterval) elapsed = ShortestInterval;
        return to.Value.ToDecimal() - from.Value.ToDecimal() <= limitPerHour.ToDecimal() * (decimal)elapsed.TotalHours;
    }

    static TimeSpan Elapsed(GuardedTotal from, GuardedTotal to)
    {
        var (byMeter, byUs) = (to.MeterTime - from.MeterTime, to.ReceivedAt - from.ReceivedAt);
        return byMeter < byUs ? byMeter : byUs;
    }

    sealed class Memory(GuardedTotal last)
    {
        GuardedTotal? _beforeFall;
        GuardedTotal? _lower;
        int _agreeing;
        GuardedTotal? _jumpBegan;
        GuardedTotal? _jump;

        public GuardedTotal Last { get; private set; } = last;

        public void BreakRow() => _lower = null;

        public IssueClass Judge(GuardedTotal total, bool isCaptured, FixedPoint limitPerHour, int agreeingTelegrams)
        {
            // The same capture told again: when it first came is what the next rise is measured from.
            if (isCaptured && total.Value == Last.Value && total.MeterTime == Last.MeterTime) return IssueClass.None;
            return total.Value >= Last.Value ? JudgeRise(total, limitPerHour) : JudgeFall(total, isCaptured, limitPerHour, agreeingTelegrams);
        }

        IssueClass JudgeRise(GuardedTotal total, FixedPoint limitPerHour)
        {
            _lower = null;
            if (IsPossible(Last, total, limitPerHour)) return Accept(total);
            // Back at or above where it was before a fall that was believed: the fall was the mistake.
            if (_beforeFall is { } before && total.Value >= before.Value && IsPossible(before, total, limitPerHour)) return Accept(total);
            var goesOn = _jump is { } earlier && total.Value >= earlier.Value && IsPossible(earlier, total, limitPerHour);
            if (!goesOn) _jumpBegan = total;
            _jump = total;
            return Elapsed(_jumpBegan!, total) >= JumpBelievedAfter ? Accept(total) : IssueClass.TotalJumped;
        }

        IssueClass JudgeFall(GuardedTotal total, bool isCaptured, FixedPoint limitPerHour, int agreeingTelegrams)
        {
            _jump = null;
            // An older capture is an old reading, whatever it says.
            if (isCaptured && total.MeterTime <= Last.MeterTime) return IssueClass.TotalFell;
            if (isCaptured && _lower is { } same && total.MeterTime == same.MeterTime && total.Value == same.Value) return IssueClass.TotalFell;
            var agrees = _lower is { } before && total.Value >= before.Value && (!isCaptured || total.MeterTime > before.MeterTime) && IsPossible(before, total, limitPerHour);
            _agreeing = agrees ? _agreeing + 1 : 1;
            _lower = total;
            if (_agreeing < agreeingTelegrams) return IssueClass.TotalFell;
            _beforeFall = Last;
            return Accept(total);
        }

        IssueClass Accept(GuardedTotal total)
        {
            if (_beforeFall is { } before && total.Value >= before.Value) _beforeFall = null;
            _lower = _jump = _jumpBegan = null;
            Last = total;
            return IssueClass.None;
        }
    }
}
