namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// The subscriptions that are wanted, and how far the broker has granted them. Everything is asked for again on a fresh
/// session and after a process start; what was refused or not answered, later. No I/O; the caller locks.
/// </summary>
sealed class SubscriptionSet(TimeProvider time)
{
    sealed class Wish(MqttSubscription subscription)
    {
        public MqttSubscription Subscription => subscription;

        public bool Granted { get; set; }

        public bool Refused { get; set; }

        public long? Asked { get; set; }
    }

    readonly Dictionary<string, Wish> _wishes = new(StringComparer.Ordinal);
    readonly HashSet<string> _unwanted = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Refused => [.. _wishes.Values.Where(wish => wish.Refused).Select(wish => wish.Subscription.Filter)];

    public void Want(MqttSubscription subscription)
    {
        _unwanted.Remove(subscription.Filter);
        _wishes[subscription.Filter] = new Wish(subscription);
    }

    public void Drop(string filter)
    {
        if (_wishes.Remove(filter)) _unwanted.Add(filter);
    }

    /// <summary>The broker knows nothing: ask for all again. What is unwanted it does not have either.</summary>
    public void StartFresh()
    {
        _unwanted.Clear();
        foreach (var (filter, wish) in _wishes) _wishes[filter] = new Wish(wish.Subscription);
    }

    /// <summary>A new connection resumed the session: ask again for what was not granted, without waiting.</summary>
    public void Resume()
    {
        foreach (var wish in _wishes.Values) wish.Asked = null;
    }

    /// <summary>Whether anything is to be asked for now.</summary>
    public bool IsDue(TimeSpan retryAfter)
    {
        if (_unwanted.Count > 0) return true;
        foreach (var wish in _wishes.Values)
        {
            if (!wish.Granted && IsDue(wish, retryAfter)) return true;
        }
        return false;
    }

    /// <summary>Next filters to subscribe: never asked, or asked without success longer ago than <paramref name="retryAfter"/>.</summary>
    public IReadOnlyList<MqttSubscription> TakeWanted(int count, TimeSpan retryAfter)
    {
        Wish[] due = [.. _wishes.Values.Where(wish => !wish.Granted && IsDue(wish, retryAfter)).Take(count)];
        foreach (var wish in due) wish.Asked = time.GetTimestamp();
        return [.. due.Select(wish => wish.Subscription)];
    }

    /// <summary>Next filters to unsubscribe.</summary>
    public IReadOnlyList<string> TakeUnwanted(int count)
    {
        string[] due = [.. _unwanted.Take(count)];
        _unwanted.ExceptWith(due);
        return due;
    }

    public void Answered(MqttFilterResult result)
    {
        if (!_wishes.TryGetValue(result.Filter, out var wish)) return;
        (wish.Granted, wish.Refused) = (result.Succeeded, !result.Succeeded);
    }

    bool IsDue(Wish wish, TimeSpan retryAfter) => wish.Asked is not { } asked || time.GetElapsedTime(asked) >= retryAfter;
}
