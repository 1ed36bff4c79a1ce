namespace P1Bridge.Core.Readings;

/// <summary>A meter that speaks or once spoke on a topic name, as it survives a restart.</summary>
/// <param name="Identity">The equipment identifier.</param>
/// <param name="Medium">Id of its medium.</param>
/// <param name="TopicName">Empty for the P1 meter itself, else <c>gas</c>, <c>gas_2</c>.</param>
/// <param name="Since">When it took the name over.</param>
/// <param name="ReplacedAt">When another one did; null while it holds it.</param>
/// <param name="ReplacedBy">The other one's equipment identifier.</param>
public sealed record KnownMeter(string Identity, string Medium, string TopicName, DateTimeOffset Since, DateTimeOffset? ReplacedAt = null, string? ReplacedBy = null);

/// <summary>A meter was replaced by another one on the same topics.</summary>
/// <param name="Medium">Id of the medium.</param>
/// <param name="TopicName">Empty for the P1 meter itself, else <c>gas</c>, <c>gas_2</c>.</param>
/// <param name="Old">The equipment identifier of the meter that was there.</param>
/// <param name="New">That of the meter that is there now.</param>
/// <param name="Time">When, by the telegram's clock.</param>
public sealed record MeterSwap(string Medium, string TopicName, string Old, string New, DateTimeOffset Time);

/// <summary>Remembers which meter speaks on which topics, and notices when it is another one. Pure.</summary>
public sealed class MeterRegistry
{
    /// <summary>Nobody swaps a meter twice so quickly: then two meters share a wire, which is told once and not each second.</summary>
    static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(10);

    /// <summary>Replaced meters remembered of one topic name.</summary>
    public const int MaximumReplaced = 8;

    readonly Dictionary<string, KnownMeter> _holders = [];
    readonly Dictionary<(string TopicName, string Identity), KnownMeter> _replaced = [];

    /// <summary>All meters, those that were replaced marked so, for storing.</summary>
    public IEnumerable<KnownMeter> Meters => _replaced.Values.Concat(_holders.Values);

    /// <summary>Takes over stored meters, before the first telegram.</summary>
    public void Restore(IEnumerable<KnownMeter> meters)
    {
        foreach (var meter in meters)
        {
            if (meter.ReplacedAt is null) _holders[meter.TopicName] = meter;
            else Remember(meter);
        }
    }

    /// <summary>Takes in that a meter speaks on a topic name; returns the swap when it was another one before.</summary>
    public MeterSwap? See(string topicName, string medium, string identity, DateTimeOffset time)
    {
        if (_holders.TryGetValue(topicName, out var holder) && holder.Identity == identity) return null;
        var isSecond = holder is not null && PredecessorOf(topicName, holder.Identity) is not null;
        _holders[topicName] = new KnownMeter(identity, medium, topicName, time);
        _replaced.Remove((topicName, identity));
        if (holder is null) return null;
        Remember(holder with { ReplacedAt = time, ReplacedBy = identity });
        var life = time - holder.Since;
        return isSecond && life >= TimeSpan.Zero && life < ShortestLife ? null : new MeterSwap(medium, topicName, holder.Identity, identity, time);
    }

    void Remember(KnownMeter replaced)
    {
        _replaced[(replaced.TopicName, replaced.Identity)] = replaced;
        var ofName = _replaced.Values.Where(meter => meter.TopicName == replaced.TopicName).ToList();
        if (ofName.Count > MaximumReplaced) _replaced.Remove((replaced.TopicName, ofName.MinBy(static meter => meter.ReplacedAt)!.Identity));
    }

    /// <summary>The equipment identifier of the meter that speaks on a topic name; null when none did yet.</summary>
    public string? HolderOf(string topicName) => _holders.GetValueOrDefault(topicName)?.Identity;

    /// <summary>The equipment identifier of the meter that this one replaced; null when there was none.</summary>
    public string? PredecessorOf(string topicName, string identity)
    {
        foreach (var meter in _replaced.Values)
        {
            if (meter.TopicName == topicName && meter.ReplacedBy == identity) return meter.Identity;
        }
        return null;
    }
}
