namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// All that goes out: the queue, the window of messages under way, what is kept for a reconnect, and the counters. Safe to use
/// from several threads; the lock guards memory only.
/// </summary>
sealed class Outbox
{
    readonly ManagedMqttClientOptions _options;
    readonly TimeProvider _time;
    readonly Action<MqttMessage> _refused;
    readonly Lock _gate = new();
    readonly OutboundQueue _queue;
    readonly KeptMessages _kept;
    readonly SendWindow _window;
    readonly long[] _outcomes = new long[Enum.GetValues<MqttOutcome>().Length];
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TimeSpan? _latency;
    bool _online;
    bool _closed;
    bool _proved;

    public Outbox(ManagedMqttClientOptions options, TimeProvider time, Action<MqttMessage> refused)
    {
        (_options, _time, _refused) = (options, time, refused);
        _queue = new OutboundQueue(options.MaximumMessages, options.MaximumBytes, Finish);
        _kept = new KeptMessages(options.MaximumMessages, options.MaximumBytes);
        _window = new SendWindow(options.MaximumInFlight);
    }

    /// <summary>Completes when the intake is closed and nothing waits or is under way.</summary>
    public Task Drained => _drained.Task;

    public bool IsOnline
    {
        get
        {
            lock (_gate) return _online;
        }
    }

    public bool Add(MqttMessage message, MqttDelivery delivery, TaskCompletionSource<MqttOutcome>? handle = null)
    {
        lock (_gate)
        {
            var entry = new Entry(message, delivery, _time.GetTimestamp()) { Handle = handle };
            if (_closed) return End(entry, MqttOutcome.Abandoned);
            if (delivery == MqttDelivery.Live && !_online) return End(entry, MqttOutcome.DroppedOffline);
            _kept.Note(entry);
            return _queue.Add(entry);
        }
    }

    /// <summary>Moves the next message into the window; false when none waits or the window has no room for it.</summary>
    public bool TryTake(out Entry entry)
    {
        lock (_gate)
        {
            entry = _queue.Peek()!;
            if (!_online || entry is null || !_window.HasRoomFor(entry)) return false;
            _queue.Take();
            _window.Add(entry, _time.GetTimestamp());
            return true;
        }
    }

    /// <summary>The broker has the message, or refused it for good.</summary>
    public void Settle(Entry entry, MqttOutcome outcome)
    {
        lock (_gate)
        {
            if (!_window.Remove(entry)) return;
            if (outcome == MqttOutcome.Refused) Forget(entry);
            if (outcome == MqttOutcome.Delivered && entry.Message.QualityOfService != MqttQualityOfService.AtMostOnce)
            {
                _latency = _time.GetElapsedTime(entry.Sent);
                _proved = true;
            }
            Finish(entry, outcome);
        }
    }

    /// <summary>
    /// A connection stands. What the broker may have forgotten is queued again: the kept messages that do not wait already.
    /// </summary>
    public void GoOnline()
    {
        lock (_gate)
        {
            (_online, _proved) = (true, false);
            _window.Restart(_time.GetTimestamp());
            if (_closed) return; // Stopping: what waits is sent, but nothing is repeated any more.
            foreach (var kept in _kept.All)
            {
                if (_queue.Contains(kept.Message.Topic) || _window.Contains(kept.Message.Topic)) continue;
                _queue.Add(new Entry(kept.Message, kept.Delivery, _time.GetTimestamp()));
            }
        }
    }

    /// <summary>The connection is gone. Unless the link sends it again itself, what was under way goes back in front.</summary>
    public void GoOffline(bool linkResends)
    {
        lock (_gate)
        {
            _online = false;
            if (!linkResends) _queue.Return([.. _window.TakeAll().Where(IsWorthAnother)]);
            _queue.DropLive();
            SignalIfDrained();
        }
    }

    // A message that is under way at break after break is the likely cause: it must not keep the others from the broker. It is
    // given up only when it broke connections alone that had delivered others; a broker that closes on everybody convicts nobody.
    bool IsWorthAnother(Entry entry)
    {
        if (entry.IsSuspect && _proved) entry.LonelyBreaks++;
        entry.Breaks++;
        if (entry.LonelyBreaks < _options.MaximumAttempts - Entry.SuspectAfter) return true;
        Forget(entry);
        Finish(entry, MqttOutcome.Refused);
        return false;
    }

    /// <summary>Takes nothing in any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            SignalIfDrained();
        }
    }

    /// <summary>Gives up what waits and what is under way.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            foreach (var entry in _window.TakeAll()) Finish(entry, MqttOutcome.Abandoned);
            _queue.Clear(MqttOutcome.Abandoned);
        }
    }

    /// <summary>How long the oldest message under way has waited for its acknowledgement.</summary>
    public TimeSpan LongestUnacknowledged
    {
        get
        {
            lock (_gate) return _window.Oldest is { } entry ? _time.GetElapsedTime(entry.Sent) : TimeSpan.Zero;
        }
    }

    /// <summary>Fills in the figures that belong here.</summary>
    public ManagedMqttHealth Describe(ManagedMqttHealth health)
    {
        lock (_gate)
        {
            return health with
            {
                IsConnected = _online,
                Queued = _queue.Count,
                QueuedBytes = _queue.Bytes,
                OldestAge = _queue.Oldest is { } oldest ? _time.GetElapsedTime(oldest) : TimeSpan.Zero,
                InFlight = _window.Count,
                Kept = _kept.Count,
                LastAcknowledgementLatency = _latency,
                Outcomes = Enum.GetValues<MqttOutcome>().ToDictionary(outcome => outcome, outcome => _outcomes[(int)outcome]),
            };
        }
    }

    void Forget(Entry entry)
    {
        _kept.Forget(entry.Message.Topic);
        _refused(entry.Message);
    }

    bool End(Entry entry, MqttOutcome outcome)
    {
        Finish(entry, outcome);
        return false;
    }

    void Finish(Entry entry, MqttOutcome outcome)
    {
        _outcomes[(int)outcome]++;
        entry.Handle?.TrySetResult(outcome);
        SignalIfDrained();
    }

    void SignalIfDrained()
    {
        if (_closed && _queue.Count == 0 && _window.Count == 0) _drained.TrySetResult();
    }
}
