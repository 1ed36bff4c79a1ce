using P1Bridge.Core.Measurements;

namespace P1Bridge.Core.Readings;

/// <summary>
/// Lets another equipment identifier count only when several telegrams in a row agree on it, so that a damaged one, or a meter that calls
/// itself something else each second, is no new meter. Until then neither the old nor the new identifier may have what was sent: nobody
/// knows whose it is. Remembers one identifier for each medium and M-Bus channel. Pure.
/// </summary>
/// <param name="agreeingTelegrams">How many telegrams must agree; 1 believes each at once.</param>
public sealed class IdentityGate(int agreeingTelegrams = 3)
{
    readonly Dictionary<(string Medium, byte Channel), Place> _places = [];
    long _telegram;

    /// <summary>Begins a telegram.</summary>
    public void Begin() => _telegram++;

    /// <summary>
    /// The identity of the meter that speaks, or null while that is not settled.
    /// </summary>
    /// <param name="medium">What it measures.</param>
    /// <param name="channel">Its M-Bus channel, 0 for the P1 meter.</param>
    /// <param name="identifier">What it calls itself in this telegram; null when that could not be read.</param>
    /// <param name="standIn">What it is called when it never says.</param>
    /// <param name="isExpected">Whether an identity is known already, or the very first: then nobody else need agree.</param>
    public string? Settle(Medium medium, byte channel, string? identifier, string standIn, Func<string, bool> isExpected)
    {
        if (!_places.TryGetValue((medium.Id, channel), out var place)) _places[(medium.Id, channel)] = place = new Place();
        // A telegram whose identifier line was lost is that of the meter that was there, unless another one is just announcing itself.
        if (identifier is null && place.Settled is { } known)
            return place.Candidate is not null && _telegram - place.Telegram < agreeingTelegrams ? null : place.Settle(known);
        var candidate = identifier ?? standIn;
        if (candidate == place.Settled || isExpected(candidate)) return place.Settle(candidate);
        place.Agreeing = candidate == place.Candidate && place.Telegram == _telegram - 1 ? place.Agreeing + 1 : 1;
        (place.Candidate, place.Telegram) = (candidate, _telegram);
        return place.Agreeing >= agreeingTelegrams ? place.Settle(candidate) : null;
    }

    sealed class Place
    {
        public string? Settled { get; private set; }

        public string? Candidate { get; set; }

        public long Telegram { get; set; }

        public int Agreeing { get; set; }

        public string Settle(string identity)
        {
            (Settled, Candidate, Agreeing) = (identity, null, 0);
            return identity;
        }
    }
}
