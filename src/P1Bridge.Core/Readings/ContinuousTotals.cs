using P1Bridge.Core.Telegrams;

namespace P1Bridge.Core.Readings;

/// <summary>A total that goes on across meters, as it survives a restart.</summary>
/// <param name="Place">The topic name of its meter, empty for the P1 meter itself.</param>
/// <param name="Id">The measurement.</param>
/// <param name="Meter">The equipment identifier of the meter that counts now.</param>
/// <param name="Offset">What is added to the meter's own total.</param>
/// <param name="Last">The total published last.</param>
public sealed record ContinuousTotal(string Place, string Id, string Meter, FixedPoint Offset, FixedPoint Last);

/// <summary>The first total ever seen of a meter: what it counted before belongs to nobody here.</summary>
public sealed record FirstTotal(string Meter, string Id, FixedPoint Value);

/// <summary>
/// Totals that never fall: where a meter is replaced, the new one goes on from the old one's last total. Pure.
/// </summary>
public sealed class ContinuousTotals
{
    /// <summary>First totals remembered: each matters only until its meter has taken over a place.</summary>
    public const int MaximumFirsts = 100;

    readonly Dictionary<(string Place, string Id), ContinuousTotal> _totals = [];
    readonly OrderedDictionary<(string Meter, string Id), FirstTotal> _firsts = [];

    /// <summary>All totals, for storing.</summary>
    public IEnumerable<ContinuousTotal> Totals => _totals.Values;

    /// <summary>The first totals of the meters, for storing.</summary>
    public IEnumerable<FirstTotal> Firsts => _firsts.Values;

    /// <summary>Takes over what was stored, before the first telegram.</summary>
    public void Restore(IEnumerable<ContinuousTotal> totals, IEnumerable<FirstTotal> firsts)
    {
        foreach (var total in totals)
            _totals[(total.Place, total.Id)] = total;
        foreach (var first in firsts)
            Remember(first);
    }

    /// <summary>The continuous total for a good reading of a meter at a place.</summary>
    public FixedPoint Next(string place, string id, string meter, FixedPoint reading)
    {
        if (!_firsts.TryGetValue((meter, id), out var first))
            Remember(first = new FirstTotal(meter, id, reading));
        var total = _totals.GetValueOrDefault((place, id)) ?? new ContinuousTotal(place, id, meter, default, reading);
        // The new meter may have been seen for a day already, beside the old one: that day counts too.
        if (total.Meter != meter) total = total with { Meter = meter, Offset = total.Last - first.Value };
        var next = reading + total.Offset;
        if (next < total.Last) next = total.Last;
        _totals[(place, id)] = total with { Last = next };
        return next;
    }

    void Remember(FirstTotal first)
    {
        _firsts[(first.Meter, first.Id)] = first;
        if (_firsts.Count > MaximumFirsts) _firsts.RemoveAt(0);
    }
}
