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

    readonly Dictionary<(string Meter, string Id), Memory> _memories = [];

    /// <summary>The last good totals, for storing.</summary>
    public IEnumerable<GuardedTotal> Totals => _memories.Values.Select(static memory => memory.Last);

    /// <summary>Takes over stored totals, before the first telegram.</summary>
    public void Restore(IEnumerable<GuardedTotal> totals)
    {
        foreach (var total in totals)
            _memories[(total.Meter, total.Id)] = new Memory(total);
    }

    /// <summary>Whether a meter has sent this total before.</summary>
    public bool Knows(string meter, Measurement row) => _memories.ContainsKey((meter, row.Id));

    /// <summary>Returns <paramref name="reading"/> as it is, or held back.</summary>
    public Reading Check(string meter, Measurement row, in Reading reading, DateTimeOffset meterTime, DateTimeOffset receivedAt)
    {
        if (!reading.IsGood || row.MaximumRisePerHour is not { } limit) return reading;
        var total = new GuardedTotal(meter, row.Id, reading.Number, meterTime, receivedAt);
        if (!_memories.TryGetValue((meter, row.Id), out var memory))
        {
            _memories[(meter, row.Id)] = new Memory(total);
            return reading;
        }
        return memory.Judge(total, limit, agreeingTelegrams) is var issue and not IssueClass.None ? Reading.Held(issue) : reading;
    }

    /// <summary>Whether the rise was possible in the time between, by the clock that grants more of it.</summary>
    static bool IsPossible(GuardedTotal from, GuardedTotal to, FixedPoint limitPerHour)
    {
        var elapsed = to.MeterTime - from.MeterTime;
        if (to.ReceivedAt - from.ReceivedAt > elapsed) elapsed = to.ReceivedAt - from.ReceivedAt;
        if (elapsed < ShortestInterval) elapsed = ShortestInterval;
        return to.Value.ToDecimal() - from.Value.ToDecimal() <= limitPerHour.ToDecimal() * (decimal)elapsed.TotalHours;
    }

    sealed class Memory(GuardedTotal last)
    {
        GuardedTotal? _lower;
        int _agreeing;

        public GuardedTotal Last { get; private set; } = last;

        public IssueClass Judge(GuardedTotal total, FixedPoint limitPerHour, int agreeingTelegrams)
        {
            if (total.Value >= Last.Value)
            {
                _lower = null;
                if (!IsPossible(Last, total, limitPerHour)) return IssueClass.TotalJumped;
                Last = total;
                return IssueClass.None;
            }
            var agrees = _lower is { } before && total.Value >= before.Value && IsPossible(before, total, limitPerHour);
            _agreeing = agrees ? _agreeing + 1 : 1;
            _lower = total;
            if (_agreeing < agreeingTelegrams) return IssueClass.TotalFell;
            _lower = null;
            Last = total;
            return IssueClass.None;
        }
    }
}
