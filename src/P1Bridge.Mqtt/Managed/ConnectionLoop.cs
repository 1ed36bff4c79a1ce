using P1Bridge.Mqtt.Link;

namespace P1Bridge.Mqtt.Managed;

/// <summary>The one owner of the link: connects, restores, sends, waits, and begins again.</summary>
sealed class ConnectionLoop
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10); // A few messages at a time instead of a timer for each.
    readonly ManagedMqttClientOptions _options;
    MqttClientOptions _client;
    readonly IMqttLink _link;
    readonly Outbox _outbox;
    readonly Subscriber _subscriber;
    readonly Backoff _backoff;
    readonly TimeProvider _time;
    readonly TakeoverDetector _takeover;
    readonly AsyncSignal _wake = new();
    TaskCompletionSource<MqttClosed> _closed = new();
    int _pumpRequests;
    SendBatch? _batch;

    public ConnectionLoop(
        ManagedMqttClientOptions options, IMqttLink link, Outbox outbox, Subscriber subscriber, Backoff backoff, TimeProvider time)
    {
        (_options, _link, _outbox, _subscriber, _backoff, _time) = (options, link, outbox, subscriber, backoff, time);
        _client = options.Client;
        _takeover = new TakeoverDetector(options);
        link.Closed += (_, closed) => _closed.TrySetResult(closed);
    }

    public required Action<ManagedMqttStatus> Report { get; init; }

    public required Action<Failure> Failed { get; init; }

    public required Action<MqttConnectResult> Online { get; init; }

    /// <summary>Something is to be sent or subscribed.</summary>
    public void Wake() => _wake.Set();

    /// <summary>
    /// Runs until <paramref name="stop"/>. Once <paramref name="draining"/>, there is no further connection after the present
    /// one, and no waiting for one.
    /// </summary>
    public async Task RunAsync(CancellationToken draining, CancellationToken stop)
    {
        try
        {
            // At least one attempt: a program that starts, enqueues and stops wants its message delivered.
            while (true)
            {
                var failure = await ConnectAndServeAsync(stop);
                if (draining.IsCancellationRequested) return;
                Failed(failure);
                await WaitAsync(failure, draining);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping, or draining with no connection to drain to: both end the loop.
        }
    }

    async Task WaitAsync(Failure failure, CancellationToken draining)
    {
        var standsDown = failure.Remedy == Remedy.StandDown;
        var delay = failure.Remedy == Remedy.Backoff ? _backoff.Next() : _backoff.Longest(standsDown ? _options.EvictionDelay : null);
        Report(Status(standsDown ? ManagedMqttState.StoodDown : ManagedMqttState.Backoff, failure.Text) with
        {
            Failure = failure.Kind,
            IsConfigurationProblem = failure.Remedy != Remedy.Backoff,
            RetryAfter = delay,
        });
        await Task.Delay(delay, _time, draining);
    }

    async Task<Failure> ConnectAndServeAsync(CancellationToken stop)
    {
        Report(Status(ManagedMqttState.Connecting, $"Connecting to {_options.Client.Host}:{_options.Client.Port}."));
        _closed = new TaskCompletionSource<MqttClosed>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var result = await _link.ConnectAsync(_client, stop);
            if (result.ReasonCode == MqttReasonCode.RetainNotSupported && _client.Will is { Retain: true } will)
            {
                // A broker that keeps nothing refuses a will that it should keep; without that it takes everything.
                _client = _client with { Will = will with { Retain = false } };
                result = await _link.ConnectAsync(_client, stop);
            }
            if (result.Succeeded) return await ServeAsync(result, stop) with { WasConnected = true };
            return NotConnected(new Failure(MqttFailure.Refused, result.Text, FailureTable.ForRefusal(result.ReasonCode)));
        }
        catch (MqttException exception)
        {
            return NotConnected(FailureTable.ForException(exception));
        }
#pragma warning disable CA1031 // Whatever a link throws, the bridge must try again; the text goes to the user.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _outbox.GoOffline(_link.ResendsUnacknowledged);
            await _link.DisconnectAsync(stop);
            return NotConnected(new Failure(MqttFailure.Network, $"Connecting failed unexpectedly: {exception.Message}"));
        }
#pragma warning restore CA1031
    }

    Failure NotConnected(Failure failure)
    {
        _takeover.AttemptFailed();
        return failure;
    }

    async Task<Failure> ServeAsync(MqttConnectResult result, CancellationToken stop)
    {
        _backoff.Connected();
        Report(Status(ManagedMqttState.Resuming, "Connected; restoring subscriptions."));
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var cancelling = _closed.Task.ContinueWith(
            _ => gone.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Failure? failure = null;
        try
        {
            await _subscriber.RestoreAsync(result.SessionPresent, gone.Token);
            if (!gone.IsCancellationRequested) failure = await SendWhileConnectedAsync(result, gone.Token);
        }
        catch (OperationCanceledException)
        {
            // The connection is gone or the client stops; what follows tells the two apart.
        }
        var messageSuspected = _outbox.GoOffline(_link.ResendsUnacknowledged);
        if (failure is not null) await _link.DisconnectAsync(stop);
        await cancelling;
        stop.ThrowIfCancellationRequested();
        if (failure is not null) return failure;
        var closed = await _closed.Task;
        return FailureTable.ForClose(closed, _takeover.Lost(closed.Failure, _backoff.Uptime, messageSuspected), _options.Client);
    }

    async Task<Failure> SendWhileConnectedAsync(MqttConnectResult result, CancellationToken gone)
    {
        _outbox.GoOnline();
        Report(Status(ManagedMqttState.Online, "Connected."));
        Online(result);
        using var tick = _time.CreateTimer(_ => _wake.Set(), null, Tick, Tick);
        var synchronising = Task.CompletedTask;
        while (true)
        {
            Pump();
            if (_outbox.HeldBackFor is { } wait) tick.Change(wait < Shortest ? Shortest : wait, Tick);
            if (_outbox.LongestUnacknowledged > _options.AcknowledgementTimeout)
            {
                return new Failure(
                    MqttFailure.Timeout, $"The broker did not acknowledge a message for {_options.AcknowledgementTimeout.TotalSeconds} s.");
            }
            if (synchronising.IsCompleted) synchronising = _subscriber.SynchroniseAsync(gone);
            await _wake.WaitAsync(gone);
        }
    }

    // Sends what may be sent. Whoever comes while another is at it leaves the work to that one and does not wait: so messages keep their
    // order, and the link's read loop can call this with its own locks held.
    void Pump()
    {
        if (Interlocked.Increment(ref _pumpRequests) != 1) return;
        int served;
        do
        {
            served = Volatile.Read(ref _pumpRequests);
            while (_outbox.TryTake(out var entry)) Send(entry);
        }
        while (Interlocked.Add(ref _pumpRequests, -served) != 0);
    }

    void PumpOutsideTheLoop()
    {
        Pump();
        if (_outbox.HeldBackFor is not null) _wake.Set(); // The loop has the timer.
    }

    // Hands the message to the link's buffer before it returns, so that messages leave in the order of the queue.
    void Send(Entry entry)
    {
        if (Publish(entry) is not { } sending) return;
        if (entry.Message.QualityOfService != MqttQualityOfService.AtMostOnce || sending.IsCompleted)
        {
            _ = SettleAsync(entry, sending);
            return;
        }
        if (_batch is { } batch && batch.TryAdd(entry, sending)) return;
        _batch = new SendBatch(sending);
        _batch.TryAdd(entry, sending);
        _ = SettleAsync(_batch, sending);
    }

    // Null when the link tells the entry itself what becomes of it.
    Task<MqttPublishResult>? Publish(Entry entry)
    {
        try
        {
            var message = entry.ToSend(_time);
            return _link is MqttClient client && message.QualityOfService != MqttQualityOfService.AtMostOnce
                ? client.Publish(new EntryPublish(this, entry, message))
                : _link.PublishAsync(message);
        }
        catch (Exception exception) when (exception is MqttException or ArgumentException)
        {
            // A link may say at once what others say by their task.
            return Task.FromException<MqttPublishResult>(exception);
        }
    }

    // Never faults: what goes wrong is told for each message.
    async Task SettleAsync(SendBatch batch, Task<MqttPublishResult> sending)
    {
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var entry in batch.TakeAll()) await SettleAsync(entry, sending);
    }

    async Task SettleAsync(Entry entry, Task<MqttPublishResult> sending)
    {
        try
        {
            Settle(entry, await sending);
        }
        catch (Exception exception) when (exception is MqttException or ArgumentException)
        {
            NotSent(entry, exception);
        }
    }

    /// <summary>A message with QoS 1 or 2 on its way. Told in the link's read loop, where it notes the result and sends what has room now.</summary>
    sealed class EntryPublish(ConnectionLoop loop, Entry entry, MqttMessage message) : OutgoingPublish(message)
    {
        public override void Complete(MqttPublishResult result) => loop.Settle(entry, result);

        public override void Fail(Exception exception) => loop.NotSent(entry, exception);
    }

    void NotSent(Entry entry, Exception exception)
    {
        // When the link is gone, the end of the connection puts back all that is under way.
        if (exception is not ArgumentException) return;
        // It cannot be written as a packet; another attempt would not change that.
        _outbox.Settle(entry, MqttOutcome.Refused, reason: exception.Message);
        PumpOutsideTheLoop();
    }

    void Settle(Entry entry, MqttPublishResult result)
    {
        var code = result.ReasonCode;
        if (result.Succeeded) _outbox.Settle(entry, MqttOutcome.Delivered);
        else if (PublishVerdict.IsNotNow(code)) _outbox.Postpone(entry, code);
        else _outbox.Settle(entry, MqttOutcome.Refused, code, PublishVerdict.Refusal(code, entry.Retries + 1, result.Text));
        PumpOutsideTheLoop();
    }

    ManagedMqttStatus Status(ManagedMqttState state, string reason) => new(state, reason, _time.GetUtcNow());
}
