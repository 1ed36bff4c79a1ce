namespace P1Bridge.Mqtt.Managed;

/// <summary>Brings the broker's subscriptions in line with the wanted ones, in requests of a few filters each.</summary>
sealed class Subscriber(ManagedMqttClientOptions options, IMqttLink link, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly SubscriptionSet _set = new(time);
    bool _everConnected;

    public IReadOnlyList<string> Refused
    {
        get
        {
            lock (_gate) return _set.Refused;
        }
    }

    public void Want(IReadOnlyList<MqttSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions) MqttTopic.RequireFilter(subscription.Filter);
        lock (_gate)
        {
            foreach (var subscription in subscriptions) _set.Want(subscription);
        }
    }

    public void Drop(IReadOnlyList<string> filters)
    {
        lock (_gate)
        {
            foreach (var filter in filters) _set.Drop(filter);
        }
    }

    /// <summary>Restores what a new connection needs, for a bounded time; what is left is tried again later.</summary>
    public async Task RestoreAsync(bool sessionPresent, CancellationToken gone)
    {
        lock (_gate)
        {
            // After a process start nobody knows what a kept session is subscribed to.
            if (sessionPresent && _everConnected) _set.Resume();
            else _set.StartFresh();
            _everConnected = true;
        }
        await SynchroniseAsync(gone);
    }

    /// <summary>Asks for what is due; returns when it is answered, timed out, or the link is gone.</summary>
    public Task SynchroniseAsync(CancellationToken gone)
        => Take(set => set.IsDue(options.RefusedFilterDelay)) ? AskAsync(gone) : Task.CompletedTask;

    async Task AskAsync(CancellationToken gone)
    {
        using var deadline = new CancellationTokenSource(options.SubscribeTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, gone);
        try
        {
            while (Take(set => set.TakeUnwanted(options.FiltersPerRequest)) is { Count: > 0 } unwanted)
                await link.UnsubscribeAsync(unwanted, both.Token);
            while (Take(set => set.TakeWanted(options.FiltersPerRequest, options.RefusedFilterDelay)) is { Count: > 0 } wanted)
                Note(await link.SubscribeAsync(wanted, both.Token));
        }
        catch (Exception exception) when (exception is MqttException or OperationCanceledException)
        {
            // A lost link is reported by its own event, and restores everything; what was not answered in time is asked again later.
        }
    }

    T Take<T>(Func<SubscriptionSet, T> take)
    {
        lock (_gate) return take(_set);
    }

    void Note(IReadOnlyList<MqttFilterResult> results)
    {
        lock (_gate)
        {
            foreach (var result in results) _set.Answered(result);
        }
    }
}
