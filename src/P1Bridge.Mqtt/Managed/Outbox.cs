using P1Bridge.Mqtt.Managed.Journaling;

namespace P1Bridge.Mqtt.Managed;

/// <summary>
/// All that goes out: the queues, the window of messages under way, what is kept for a reconnect, and the counters. Safe to use
/// from several threads; the lock guards memory only.
/// </summary>
sealed class Outbox
{
    readonly ManagedMqttClientOptions _options;
    readonly TimeProvider _time;
    readonly Action<MqttRefusal> _refused;
    readonly Lock _gate = new();
    readonly OutboundQueue _queue;
    readonly HistoryQueue _history;
    readonly LinkedList<Entry> _blocked = new();
    readonly Deferrals _deferrals;
    readonly Pace _pace;
    readonly KeptMessages _kept;
    readonly SendWindow _window;
    readonly long[] _outcomes = new long[Enum.GetValues<MqttOutcome>().Length];
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TimeSpan? _latency;
    TimeSpan? _heldBackFor;
    bool _online;
    bool _closed;
    bool _proved;

    public Outbox(ManagedMqttClientOptions options, TimeProvider time, Action<MqttRefusal> refused)
    {
        (_options, _time, _refused) = (options, time, refused);
        _queue = new OutboundQueue(options.MaximumMessages, options.MaximumBytes, (entry, outcome) => Finish(entry, outcome));
        _history = new HistoryQueue(options);
        _deferrals = new Deferrals(options, time);
        _pace = new Pace(options, time);
        _kept = new KeptMessages(options.MaximumMessages, options.MaximumBytes);
        _window = new SendWindow(options.MaximumInFlight);
    }

    /// <summary>Keeps History on disk; null keeps it in memory only. Set before the first message.</summary>
    public Journal? Journal { get; set; }

    /// <summary>Completes when the intake is closed and nothing waits or is under way.</summary>
    public Task Drained => _drained.Task;

    /// <summary>After <see cref="TryTake"/> found nothing: how long the limited rate holds back what waits.</summary>
    public TimeSpan? HeldBackFor
    {
        get
        {
            lock (_gate) return _heldBackFor;
        }
    }

    public bool IsOnline
    {
        get
        {
            lock (_gate) return _online;
        }
    }

    /// <summary>Takes a message in; false when it is dropped at once. With <paramref name="mayBlock"/> it may also wait for room.</summary>
    public bool Add(MqttMessage message, MqttDelivery delivery, TaskCompletionSource<MqttResult>? handle = null, bool mayBlock = false)
    {
        var entry = NewEntry(message, delivery, handle, room: null);
        lock (_gate) return Add(entry, mayBlock);
    }

    Entry NewEntry(MqttMessage message, MqttDelivery delivery, TaskCompletionSource<MqttResult>? handle, TaskCompletionSource<bool>? room)
    {
        if (delivery == MqttDelivery.History && message.QualityOfService == MqttQualityOfService.AtMostOnce)
            message = message with { QualityOfService = MqttQualityOfService.AtLeastOnce };
        return new Entry(message, delivery, _time.GetTimestamp()) { Handle = handle, Room = room, EnqueuedAt = _time.GetUtcNow() };
    }

    bool Add(Entry entry, bool mayBlock)
    {
        var topic = entry.Message.Topic;
        if (_closed) return End(entry, MqttOutcome.Abandoned);
        if (entry.Delivery == MqttDelivery.History) return AddHistory(entry, mayBlock);
        if (entry.Delivery == MqttDelivery.Live) return _online ? _queue.Add(entry) : End(entry, MqttOutcome.DroppedOffline);
        _kept.Note(entry);
        if (_deferrals.Take(topic) is { } older) Finish(older, MqttOutcome.Superseded);
        if (!_history.Contains(topic)) return _queue.Add(entry);
        if (_history.AddState(entry) is { } replaced) Finish(replaced, MqttOutcome.Superseded);
        return true;
    }

    /// <summary>The same with waiting for room; <paramref name="room"/> is told whether the message is taken in.</summary>
    public void Offer(MqttMessage message, MqttDelivery delivery, TaskCompletionSource<bool> room)
    {
        var entry = NewEntry(message, delivery, handle: null, room);
        lock (_gate)
        {
            if (!Add(entry, mayBlock: true)) room.TrySetResult(false);
            else if (entry.Node.List != _blocked) room.TrySetResult(true);
        }
    }

    /// <summary>Takes up what an earlier process left; it is older than all that waits.</summary>
    public void AddStored(IReadOnlyList<StoredMessage> stored)
    {
        lock (_gate)
        {
            _history.Return([.. stored.Select(message => Entry.FromStored(message, _time))]);
            if (_online) _history.MarkBacklog();
            if (_options.HistoryOverflow != MqttHistoryOverflow.DropOldest) return; // What was accepted once stays.
            while (_history.IsOverfull) Finish(_history.TakeFirst(), MqttOutcome.DroppedQueueFull);
        }
    }

    /// <summary>Moves the next message into the window; false when none waits or the window has no room for it.</summary>
    public bool TryTake(out Entry entry)
    {
        lock (_gate)
        {
            _heldBackFor = null;
            entry = (_online ? TakeNext() : null)!;
            if (entry is null) return false;
            _window.Add(entry, _time.GetTimestamp());
            return true;
        }
    }

    /// <summary>The broker has the message, or refused it for good.</summary>
    public void Settle(Entry entry, MqttOutcome outcome, MqttReasonCode? code = null, string? reason = null)
    {
        lock (_gate)
        {
            if (!_window.Remove(entry)) return;
            if (outcome == MqttOutcome.Delivered && entry.Message.QualityOfService != MqttQualityOfService.AtMostOnce)
            {
                _latency = _time.GetElapsedTime(entry.Sent);
                _proved = true;
            }
            if (outcome == MqttOutcome.Refused) Refuse(entry, code, reason!);
            else Finish(entry, outcome);
        }
    }

    /// <summary>The broker says "not now": sent again later as a new message, a bounded number of times.</summary>
    public void Postpone(Entry entry, MqttReasonCode code)
    {
        lock (_gate)
        {
            if (!_window.Remove(entry)) return;
            var topic = entry.Message.Topic;
            if (++entry.Retries >= _options.MaximumAttempts || entry.Delivery == MqttDelivery.Live)
            {
                Refuse(entry, code, PublishVerdict.Refusal(code, entry.Retries));
            }
            else if (entry.Delivery == MqttDelivery.History)
            {
                _history.Return([entry]);
                _deferrals.PauseHistory(entry);
            }
            else if (_queue.Contains(topic) || _history.Contains(topic) || _window.Topics.Contains(topic)) Finish(entry, MqttOutcome.Superseded);
            else _deferrals.Add(entry);
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
            _history.MarkBacklog();
            if (_closed) return; // Stopping: what waits is sent, but nothing is repeated any more.
            var underWay = _window.Topics.ToHashSet(StringComparer.Ordinal);
            foreach (var kept in _kept.All)
            {
                var topic = kept.Message.Topic;
                if (_queue.Contains(topic) || _history.Contains(topic) || underWay.Contains(topic) || kept.IsExpired(_time)) continue;
                // One that expires keeps its age.
                _queue.Add(new Entry(kept.Message, kept.Delivery, kept.Message.Expiry is null ? _time.GetTimestamp() : kept.Enqueued));
            }
        }
    }

    /// <summary>
    /// The connection is gone. Unless the link sends it again itself, what was under way goes back in front. True when the broker may
    /// have closed because of a message: one was under way at this break and at an earlier one.
    /// </summary>
    public bool GoOffline(bool linkResends)
    {
        lock (_gate)
        {
            _online = false;
            var hasSuspect = _window.HasBrokenBefore;
            if (linkResends) _window.CountBreak();
            else Return([.. _window.TakeAll().Where(IsWorthAnother)]);
            _queue.DropLive();
            Return(_deferrals.Take(all: true));
            _deferrals.Restart();
            SignalIfDrained();
            return hasSuspect;
        }
    }

    /// <summary>Takes nothing in any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_blocked.First is { } node) Unblock(node.Value, MqttOutcome.Abandoned);
            SignalIfDrained();
        }
    }

    /// <summary>Gives up what waits and what is under way; the journal keeps what it has.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            foreach (var entry in _window.TakeAll()) Finish(entry, MqttOutcome.Abandoned);
            foreach (var entry in _deferrals.Take(all: true)) Finish(entry, MqttOutcome.Abandoned);
            _queue.Clear(MqttOutcome.Abandoned);
            while (_history.First is not null) Finish(_history.TakeFirst(), MqttOutcome.Abandoned);
        }
    }

    /// <summary>Gives up the message of who still waits for room; nothing happens to one that has it.</summary>
    public void GiveUpWaiting(object waiter)
    {
        lock (_gate)
        {
            if (_blocked.FirstOrDefault(entry => entry.Handle == waiter || entry.Room == waiter) is not { } entry) return;
            Unblock(entry, MqttOutcome.Abandoned);
            AdmitBlocked(); // A large one may have stood before small ones.
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
            var oldest = new[] { _queue.Oldest, _history.First?.Enqueued }.Min();
            return health with
            {
                IsConnected = _online,
                Queued = _queue.Count + _history.Count + _deferrals.Count,
                QueuedBytes = _queue.Bytes + _history.Bytes,
                QueuedHistory = _history.Count,
                QueuedHistoryBytes = _history.Bytes,
                OldestAge = oldest is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero,
                InFlight = _window.Count,
                Kept = _kept.Count,
                LastAcknowledgementLatency = _latency,
                Journal = Journal?.Health ?? health.Journal,
                Outcomes = Enum.GetValues<MqttOutcome>().ToDictionary(outcome => outcome, outcome => _outcomes[(int)outcome]),
            };
        }
    }

    bool AddHistory(Entry entry, bool mayBlock)
    {
        if (!_history.CanEverHold(entry)) return End(entry, MqttOutcome.DroppedQueueFull);
        if (_blocked.Count == 0 && _history.HasRoomFor(entry)) return Admit(entry);
        if (_options.HistoryOverflow == MqttHistoryOverflow.Block && mayBlock)
        {
            _blocked.AddLast(entry.Node);
            return true;
        }
        if (_options.HistoryOverflow != MqttHistoryOverflow.DropOldest) return End(entry, MqttOutcome.DroppedQueueFull);
        while (!_history.HasRoomFor(entry)) Finish(_history.TakeFirst(), MqttOutcome.DroppedQueueFull);
        return Admit(entry);
    }

    bool Admit(Entry entry)
    {
        _history.Add(entry);
        Journal?.Append(entry);
        entry.Room?.TrySetResult(true);
        return true;
    }

    void AdmitBlocked()
    {
        while (_blocked.First?.Value is { } entry && _history.HasRoomFor(entry))
        {
            _blocked.RemoveFirst();
            Admit(entry);
        }
    }

    void Unblock(Entry entry, MqttOutcome outcome)
    {
        _blocked.Remove(entry.Node);
        entry.Room?.TrySetResult(false);
        Finish(entry, outcome);
    }

    Entry? TakeNext()
    {
        if (_deferrals.Count > 0) Return(_deferrals.Take(all: false));
        while (_queue.Peek() is { } next)
        {
            var isExpired = next.IsExpired(_time);
            if (!isExpired && (!_window.HasRoomFor(next) || (_heldBackFor = _pace.Hold(next)) is not null)) return null;
            _queue.Take();
            if (!isExpired) return next;
            Finish(next, MqttOutcome.Expired);
        }
        return TakeHistory();
    }

    Entry? TakeHistory()
    {
        while (_history.First is { } next)
        {
            if (next.IsExpired(_time))
            {
                Finish(_history.TakeFirst(), MqttOutcome.Expired);
                AdmitBlocked();
                continue;
            }
            if (!_window.HasRoomFor(next) || _deferrals.IsHistoryPaused() || (_heldBackFor = _pace.Hold(next)) is not null) return null;
            _history.TakeFirst();
            AdmitBlocked();
            return next;
        }
        return null;
    }

    // What belongs to the line of History goes back there, State of the same topic included.
    void Return(IReadOnlyList<Entry> inOrder)
    {
        var topics = inOrder.Where(entry => entry.Delivery == MqttDelivery.History).Select(entry => entry.Message.Topic).ToHashSet(StringComparer.Ordinal);
        var byLine = inOrder.ToLookup(entry => entry.Delivery == MqttDelivery.History
            || (entry.Delivery != MqttDelivery.Live && (topics.Contains(entry.Message.Topic) || _history.Contains(entry.Message.Topic))));
        var newer = byLine[true].Where(entry => entry.Delivery == MqttDelivery.History || !_history.HasState(entry.Message.Topic)).ToList();
        foreach (var entry in byLine[true].Except(newer)) Finish(entry, MqttOutcome.Superseded);
        _history.Return(newer);
        _queue.Return([.. byLine[false]]);
    }

    // A message that is under way at break after break is the likely cause: it must not keep the others from the broker. It is
    // given up only when it broke connections alone that had delivered others; a broker that closes on everybody convicts nobody.
    bool IsWorthAnother(Entry entry)
    {
        if (entry.IsSuspect && _proved) entry.LonelyBreaks++;
        entry.Breaks++;
        if (entry.LonelyBreaks < _options.MaximumAttempts - Entry.SuspectAfter) return true;
        Refuse(entry, code: null, $"The connection broke each of the {entry.Breaks} times that it was sent.");
        return false;
    }

    void Refuse(Entry entry, MqttReasonCode? code, string reason)
    {
        if (entry.Delivery is MqttDelivery.State or MqttDelivery.Control) _kept.Forget(entry.Message.Topic);
        _refused(new MqttRefusal(entry.Message, code, reason));
        Finish(entry, MqttOutcome.Refused, code, reason);
    }

    bool End(Entry entry, MqttOutcome outcome)
    {
        Finish(entry, outcome);
        return false;
    }

    void Finish(Entry entry, MqttOutcome outcome, MqttReasonCode? code = null, string? reason = null)
    {
        _outcomes[(int)outcome]++;
        if (entry.Delivery == MqttDelivery.History && outcome != MqttOutcome.Abandoned)
        {
            entry.IsDone = true;
            Journal?.Done(entry);
        }
        entry.Handle?.TrySetResult(new MqttResult(outcome, code, reason));
        SignalIfDrained();
    }

    void SignalIfDrained()
    {
        if (_closed && _queue.Count + _history.Count + _deferrals.Count + _window.Count == 0) _drained.TrySetResult();
    }
}
