using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Fuzz;

/// <summary>
/// Watches what a pipeline publishes as totals: a lower one may come only when it is the last of three telegrams in a row that are lower than
/// what was published before. Counts telegrams on its own, and knows nothing of how the guard does it.
/// </summary>
sealed class TotalWatch
{
    const int Agreeing = 3;

    readonly Dictionary<(string Identity, string Id), (FixedPoint Published, int Lower)> _totals = [];
    readonly List<(string Medium, string Id, FixedPoint Number)> _sent = [];

    /// <summary>Takes down the totals of a telegram before the pipeline puts others in their place. Meters of a kind that is there twice are left out.</summary>
    public void Note(ReadingSet readings)
    {
        _sent.Clear();
        foreach (var meter in readings.Meters)
        {
            if (readings.Meters.Count(other => other.Medium == meter.Medium) > 1) continue;
            foreach (var row in meter.Rows)
            {
                if (row is { IsTotal: true, References.IsEmpty: false, MaximumRisePerHour: not null } && meter[row].IsGood) _sent.Add((meter.Medium.Id, row.Id, meter[row].Number));
            }
        }
    }

    /// <summary>Compares with what was published; null when all is well.</summary>
    public string? Fault(MeterSnapshot snapshot)
    {
        foreach (var device in snapshot.Devices)
        {
            foreach (var (_, id, number) in _sent.Where(sent => sent.Medium == device.Medium.Id))
            {
                var published = device.Values.FirstOrDefault(value => value.Row.Id == id);
                if (FaultOf((device.Identity, id), number, published is null ? null : FixedPoint.Parse(published.Payload)) is { } fault) return fault;
            }
        }
        return null;
    }

    string? FaultOf((string Identity, string Id) key, FixedPoint sent, FixedPoint? published)
    {
        if (!_totals.TryGetValue(key, out var before))
        {
            if (published is { } first) _totals[key] = (first, 0);
            return null;
        }
        var lower = sent < before.Published ? before.Lower + 1 : 0;
        _totals[key] = published is { } now ? (now, 0) : before with { Lower = lower };
        if (published is not { } value) return null;
        if (value != sent) return $"{key.Id} was sent as {sent} and published as {value}";
        return value < before.Published && lower < Agreeing ? $"{key.Id} fell from {before.Published} to {value} with the word of {lower} telegrams" : null;
    }
}
