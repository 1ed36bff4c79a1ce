using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Managed.Journaling;

namespace P1Bridge.Mqtt;

/// <summary>Keeps a link to one broker alive; see <see cref="IManagedMqttClient"/>. Safe to use from several threads.</summary>
public sealed class ManagedMqttClient : IManagedMqttClient
{
    static readonly TimeSpan LastMessagesTime = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LastEventsTime = TimeSpan.FromMilliseconds(500);
    readonly Func<IMqttLink> _createLink;
    readonly TimeProvider _time;
    readonly Random _random;
    readonly Lock _gate = new();
    readonly EventQueue _events;
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _stopping = new();
    readonly Dictionary<MqttFailure, long> _failures = [];
    readonly Dictionary<MqttFailure, long> _reconnects = [];
    Parts? _parts;
    Task? _stop;
    ManagedMqttStatus _status;
    long _connects;
    long _received;
    long _handlerFaults;

    sealed record Parts(IMqttLink Link, Outbox Outbox, Subscriber Subscriber, ConnectionLoop Loop)
    {
        public Task Running { get; init; } = Task.CompletedTask;
    }

    /// <summary>Creates a client; it does nothing before <see cref="StartAsync"/>.</summary>
    /// <param name="createLink">Makes the link. Default: <see cref="MqttClient"/>.</param>
    /// <param name="time">Clock for waits and time-outs. Default: the system's.</param>
    /// <param name="random">Source of jitter. Default: the shared one.</param>
    public ManagedMqttClient(Func<IMqttLink>? createLink = null, TimeProvider? time = null, Random? random = null)
    {
        _time = time ?? TimeProvider.System;
        _createLink = createLink ?? (() => new MqttClient(_time));
        _random = random ?? Random.Shared;
        _status = new ManagedMqttStatus(ManagedMqttState.Stopped, "Not started.", _time.GetUtcNow());
        _events = new EventQueue(HandlerThrew);
    }

    /// <inheritdoc/>
    public event EventHandler<ManagedMqttStatus>? StatusChanged;

    /// <inheritdoc/>
    public event EventHandler<MqttOnline>? Online;

    /// <inheritdoc/>
    public event EventHandler<MqttMessage>? MessageReceived;

    /// <inheritdoc/>
    public event EventHandler<MqttRefusal>? MessageRefused;

    /// <inheritdoc/>
    public event EventHandler<MqttJournalHealth>? JournalChanged;

    /// <inheritdoc/>
    public event EventHandler<Exception>? HandlerFailed;

    /// <inheritdoc/>
    public ManagedMqttStatus Status
    {
        get
        {
            lock (_gate) return _status;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(ManagedMqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        lock (_gate)
        {
            if (_parts is not null || _stop is not null)
                throw new InvalidOperationException("A managed client starts once; create a new one.");
            var parts = CreateParts(options);
            _parts = parts with { Running = Task.Run(() => parts.Loop.RunAsync(_draining.Token, _stopping.Token)) };
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public bool Enqueue(MqttMessage message, MqttDelivery delivery) => Enqueue(message, delivery, handle: null);

    /// <inheritdoc/>
    public Task<bool> OfferAsync(MqttMessage message, MqttDelivery delivery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        message.RequireSendable();
        var room = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Started.Outbox.Offer(message, delivery, room);
        Started.Loop.Wake();
        return UntilCancelledAsync(room, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<MqttResult> EnqueueAsync(MqttMessage message, MqttDelivery delivery, CancellationToken cancellationToken = default)
    {
        var handle = new TaskCompletionSource<MqttResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(message, delivery, handle);
        return UntilCancelledAsync(handle, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> FlushAsync() => Started.Outbox.Journal?.FlushAsync() ?? Task.FromResult(false);

    /// <inheritdoc/>
    public Task SubscribeAsync(params IReadOnlyList<MqttSubscription> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        Started.Subscriber.Want(subscriptions);
        Started.Loop.Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task UnsubscribeAsync(params IReadOnlyList<string> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        Started.Subscriber.Drop(filters);
        Started.Loop.Wake();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ManagedMqttHealth GetHealth()
    {
        lock (_gate)
        {
            var health = new ManagedMqttHealth
            {
                Status = _status,
                Connects = _connects,
                Failures = new Dictionary<MqttFailure, long>(_failures),
                Reconnects = new Dictionary<MqttFailure, long>(_reconnects),
                Outcomes = new Dictionary<MqttOutcome, long>(),
                RefusedSubscriptions = _parts?.Subscriber.Refused ?? [],
                Received = Interlocked.Read(ref _received),
                HandlerFaults = Interlocked.Read(ref _handlerFaults),
            };
            return _parts?.Outbox.Describe(health) ?? health;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(
        TimeSpan drainTimeout, IReadOnlyList<MqttMessage>? lastMessages = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            // A second call waits for the first; the first one's token is the one that hastens it.
            return _stop ??= Task.Run(() => StopOnceAsync(drainTimeout, lastMessages ?? [], cancellationToken), CancellationToken.None);
        }
    }

    /// <summary>Stops without draining.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _draining.Dispose();
        _stopping.Dispose();
    }

    Parts Started => _parts ?? throw new InvalidOperationException("Start the managed client first.");

    Parts CreateParts(ManagedMqttClientOptions options)
    {
        var link = _createLink();
        link.MessageReceived += (_, message) => Receive(message);
        var outbox = new Outbox(options, _time, refusal => _events.Post(() => MessageRefused?.Invoke(this, refusal)));
        var subscriber = new Subscriber(options, link, _time);
        var loop = new ConnectionLoop(options, link, outbox, subscriber, new Backoff(options, _random, _time), _time)
        {
            Report = Report,
            Failed = Count,
            Online = RaiseOnline,
        };
        if (options.JournalDirectory is not null) OpenJournal(options, outbox, loop);
        return new Parts(link, outbox, subscriber, loop);
    }

    void OpenJournal(ManagedMqttClientOptions options, Outbox outbox, ConnectionLoop loop)
    {
        var journal = new Journal(options, _time, FoundLate, health => _events.Post(() => JournalChanged?.Invoke(this, health)));
        outbox.Journal = journal;
        outbox.AddStored(journal.Open().Waiting);

        void FoundLate(IReadOnlyList<StoredMessage> stored)
        {
            outbox.AddStored(stored);
            loop.Wake();
        }
    }

    Task<T> UntilCancelledAsync<T>(TaskCompletionSource<T> waiter, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled || waiter.Task.IsCompleted) return waiter.Task;
        var registration = cancellationToken.Register(() => Started.Outbox.GiveUpWaiting(waiter));
        _ = waiter.Task.ContinueWith(_ => registration.Unregister(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return waiter.Task;
    }

    bool Enqueue(MqttMessage message, MqttDelivery delivery, TaskCompletionSource<MqttResult>? handle)
    {
        ArgumentNullException.ThrowIfNull(message);
        message.RequireSendable();
        var taken = Started.Outbox.Add(message, delivery, handle, mayBlock: handle is not null);
        if (taken) Started.Loop.Wake();
        return taken;
    }

    async Task StopOnceAsync(TimeSpan drainTimeout, IReadOnlyList<MqttMessage> lastMessages, CancellationToken cancellationToken)
    {
        if (_parts is { } parts)
        {
            Report(new ManagedMqttStatus(ManagedMqttState.Draining, "Stopping.", _time.GetUtcNow()));
            parts.Outbox.Close();
            await _draining.CancelAsync();
            await GoodbyeAsync(parts, drainTimeout, lastMessages, cancellationToken);
            await _stopping.CancelAsync();
            await parts.Link.DisposeAsync();
            await parts.Running;
            parts.Outbox.Abandon();
            await CloseAsync(parts.Outbox.Journal);
        }
        Report(new ManagedMqttStatus(ManagedMqttState.Stopped, "Stopped.", _time.GetUtcNow()));
        _events.Complete();
        // A handler that hangs must not hang the stop.
        await Task.WhenAny(_events.Completion, Task.Delay(LastEventsTime, _time, CancellationToken.None));
    }

    async Task CloseAsync(Journal? journal)
    {
        if (journal is null) return;
        // A disk that hangs must not hang the stop; what is not written then is lost with the process.
        var closing = journal.CloseAsync();
        if (await Task.WhenAny(closing, Task.Delay(LastMessagesTime, _time, CancellationToken.None)) == closing) journal.Dispose();
    }

    async Task GoodbyeAsync(Parts parts, TimeSpan drainTimeout, IReadOnlyList<MqttMessage> lastMessages, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(parts.Outbox.Drained, parts.Running, Task.Delay(drainTimeout, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (!parts.Outbox.IsOnline) return;
            var sending = lastMessages.Select(message => parts.Link.PublishAsync(message, cancellationToken)).ToArray();
            await Task.WhenAll(sending).WaitAsync(LastMessagesTime, _time, cancellationToken);
            await Task.Yield(); // Off the link's read loop, in which the last acknowledgement came.
            await parts.Link.DisconnectAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is MqttException or TimeoutException or OperationCanceledException)
        {
            // The link is cut without DISCONNECT instead, and the broker says with the will what could not be said here.
        }
    }

    void Receive(MqttMessage message)
    {
        Interlocked.Increment(ref _received);
        _events.Raise(() => MessageReceived?.Invoke(this, message));
    }

    void Report(ManagedMqttStatus status)
    {
        lock (_gate)
        {
            // While stopping, the loop's own ups and downs are no news.
            if (_stop is not null && status.State is not (ManagedMqttState.Draining or ManagedMqttState.Stopped)) return;
            _status = status;
            _events.Post(() => StatusChanged?.Invoke(this, status));
        }
    }

    void Count(Failure failure)
    {
        lock (_gate)
        {
            _failures[failure.Kind] = _failures.GetValueOrDefault(failure.Kind) + 1;
            if (failure.WasConnected) _reconnects[failure.Kind] = _reconnects.GetValueOrDefault(failure.Kind) + 1;
        }
    }

    void RaiseOnline(MqttConnectResult result)
    {
        lock (_gate)
        {
            var online = new MqttOnline(result.SessionPresent, ++_connects) { KeepsSession = result.KeepsSession, Notices = result.Notices };
            _events.Post(() => Online?.Invoke(this, online));
        }
    }

    void HandlerThrew(Exception exception)
    {
        Interlocked.Increment(ref _handlerFaults);
        try
        {
            HandlerFailed?.Invoke(this, exception);
        }
#pragma warning disable CA1031 // The handler for faults of handlers has one itself: counted, and there is nobody left to tell.
        catch (Exception)
        {
            Interlocked.Increment(ref _handlerFaults);
        }
#pragma warning restore CA1031
    }
}
