using P1Bridge.Core.Measurements;

namespace P1Bridge.Core.Readings;

/// <summary>Which topic name a sub-meter has, as it survives a restart.</summary>
/// <param name="Identity">The equipment identifier.</param>
/// <param name="Medium">Id of its medium.</param>
/// <param name="Number">1 for <c>gas</c>, 2 for <c>gas_2</c> and so on.</param>
/// <param name="FirstSeen">Its first capture time seen live.</param>
/// <param name="LastCapture">Its latest capture time.</param>
public sealed record SubMeterPlace(string Identity, string Medium, int Number, DateTimeOffset FirstSeen, DateTimeOffset LastCapture)
{
    /// <summary>The part of the topic that names it: <c>gas</c>, <c>gas_2</c>.</summary>
    public string TopicName => Number == 1 ? Medium : $"{Medium}_{Number}";
}

/// <summary>
/// Gives live sub-meters their topic names. A place is kept for good; only a meter first seen after its holder's last capture takes
/// it over, because that is a replacement. Two meters of one kind therefore never trade places when one of them pauses. When all places
/// of a medium are given, the meter that was longest not heard of loses its own.
/// </summary>
public sealed class SubMeterMap(TimeSpan staleAfter)
{
    /// <summary>How far a capture time may lie ahead: where the telegram has no clock, ours is compared with the meter's.</summary>
    static readonly TimeSpan LargestLead = TimeSpan.FromHours(1);

    /// <summary>Places remembered of one medium; a meter has four channels.</summary>
    public const int MaximumPlaces = 8;

    readonly Dictionary<(string Medium, int Number), SubMeterPlace> _places = [];

    /// <summary>All places given so far, for storing.</summary>
    public IEnumerable<SubMeterPlace> Places => _places.Values;

    /// <summary>Takes over stored places, before the first telegram.</summary>
    public void Restore(IEnumerable<SubMeterPlace> places)
    {
        foreach (var place in places)
        {
            if (place.Number is >= 1 and <= MaximumPlaces) _places[(place.Medium, place.Number)] = place;
        }
    }

    /// <summary>Whether a meter had a place before.</summary>
    public bool Knows(string identity, Medium medium) => _places.Values.Any(place => place.Identity == identity && place.Medium == medium.Id);

    /// <summary>
    /// Whether a capture time is fresh enough, and not out of a future in which nobody can have read the meter. <paramref name="now"/> is
    /// the telegram's clock.
    /// </summary>
    public bool IsLive(DateTimeOffset? capturedAt, DateTimeOffset now)
        => capturedAt is { } captured && now - captured <= staleAfter && captured - now <= LargestLead;

    /// <summary>The place of a live sub-meter.</summary>
    public SubMeterPlace Place(string identity, Medium medium, DateTimeOffset capturedAt, DateTimeOffset now)
    {
        var place = _places.Values.FirstOrDefault(place => place.Identity == identity && place.Medium == medium.Id)
            ?? new SubMeterPlace(identity, medium.Id, int.MaxValue, capturedAt, capturedAt);
        place = place with { LastCapture = capturedAt };
        var number = 1;
        while (number < place.Number && !IsFree(medium.Id, number, place, now)) number++;
        if (number > MaximumPlaces) number = LongestUnheard(medium.Id);
        if (number < place.Number)
        {
            _places.Remove((medium.Id, place.Number));
            place = place with { Number = number };
        }
        _places[(medium.Id, place.Number)] = place;
        return place;
    }

    int LongestUnheard(string medium)
        => _places.Values.Where(place => place.Medium == medium).MinBy(static place => place.LastCapture)!.Number;

    bool IsFree(string medium, int number, SubMeterPlace newcomer, DateTimeOffset now)
        => !_places.TryGetValue((medium, number), out var holder)
           || (!IsLive(holder.LastCapture, now) && newcomer.FirstSeen > holder.LastCapture);
}
