using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// A published message on its way: until PUBACK, or PUBREC and PUBCOMP. What becomes of it is told by a call under the session's
/// gate, mostly from the read loop: who takes it must not wait there.
/// </summary>
abstract class OutgoingPublish(MqttMessage message)
{
    public MqttMessage Message => message;

    /// <summary>0 until it is sent for the first time.</summary>
    public ushort Identifier { get; set; }

    public long Sequence { get; set; }

    /// <summary>It may have reached the broker on an earlier connection: goes out again with DUP [MQTT-3.3.1-1].</summary>
    public bool IsAgain { get; set; }

    /// <summary>QoS 2 only: the broker has the message, PUBREL is under way.</summary>
    public bool Received { get; set; }

    /// <summary>It counts as under way on the present connection.</summary>
    public bool TakesQuota { get; set; }

    /// <summary>The broker, or its limits, have answered.</summary>
    public abstract void Complete(MqttPublishResult result);

    /// <summary>It cannot be sent, or the connection broke before the answer. May be called again, which means nothing.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>One that somebody awaits.</summary>
sealed class AwaitedPublish(MqttMessage message) : OutgoingPublish(message)
{
    readonly TaskCompletionSource<MqttPublishResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<MqttPublishResult> Task => _done.Task;

    public override void Complete(MqttPublishResult result) => _done.TrySetResult(result);

    public override void Fail(Exception exception)
    {
        _done.TrySetException(exception);
        _ = _done.Task.Exception; // The caller may have stopped waiting; that is no unobserved fault.
    }
}

/// <summary>A SUBSCRIBE or UNSUBSCRIBE that waits for its answer.</summary>
sealed class FilterRequest(PacketType answer, ushort identifier, int count)
{
    public PacketType Answer => answer;

    public ushort Identifier => identifier;

    public int Count => count;

    /// <summary>Nobody waits any more; the identifier stays taken until the answer comes or the connection ends.</summary>
    public bool IsAbandoned { get; set; }

    public TaskCompletionSource<FilterAnswerPacket> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// State that belongs to the session, not to the connection (MQTT 5.0 section 4.1): packet identifiers in use, messages not
/// acknowledged yet, and the identifiers of QoS 2 messages received but not released. Also the messages that wait for their
/// turn. No I/O; methods return what to send.
/// </summary>
sealed class Session
{
    readonly Dictionary<ushort, OutgoingPublish> _outgoing = [];
    readonly Dictionary<ushort, FilterRequest> _requests = [];
    readonly HashSet<ushort> _incoming = [];
    readonly HashSet<ushort> _incomingHere = [];
    Queue<OutgoingPublish> _waiting = new();
    TaskCompletionSource? _identifierFreed;
    ushort _lastIdentifier;
    long _sequence;
    int _quota = ushort.MaxValue;
    int _underWay;

    /// <summary>Whoever sends holds it from taking an identifier to the buffer, so that the order here is the order on the wire. Memory only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Acknowledgements that belong to nothing: ignored and counted.</summary>
    public long UnknownAcknowledgements { get; private set; }

    /// <summary>Requests that nobody waits for and the broker has not answered.</summary>
    public int Abandoned { get; private set; }

    /// <summary>
    /// Takes a message; true when it may be sent now, false when it waits for <see cref="TryNext"/>: the quota is used up, or
    /// all 65 535 identifiers are taken, or others wait already.
    /// </summary>
    public bool Add(OutgoingPublish publish)
    {
        lock (Gate)
        {
            if (_waiting.Count == 0 && TryStart(publish)) return true;
            _waiting.Enqueue(publish);
            return false;
        }
    }

    /// <summary>Messages wait for their turn.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (Gate) return _waiting.Count > 0;
        }
    }

    /// <summary>More waits than a telegram leaves, as after an outage: then each place is filled as it gets free, and the broker is never without work.</summary>
    public bool HasBacklog
    {
        get
        {
            lock (Gate) return _waiting.Count > 2L * _quota;
        }
    }

    /// <summary>
    /// False while a few freed places are better kept until there are more: each ACK would else bring a segment of its own. What
    /// waits goes as soon as all of it finds room, or three quarters of the window are free; a broker that owes some answers still gets the rest.
    /// </summary>
    public bool IsRefillDue
    {
        get
        {
            lock (Gate) return _quota - _underWay >= Math.Min(_waiting.Count, Math.Max(1, _quota * 3L / 4));
        }
    }

    /// <summary>The next message that waits and may be sent now.</summary>
    public bool TryNext(out OutgoingPublish publish)
    {
        lock (Gate)
        {
            if (!_waiting.TryPeek(out publish!) || !TryStart(publish)) return false;
            _waiting.Dequeue();
            return true;
        }
    }

    /// <summary>Gives a request an identifier; null when all are in use.</summary>
    public FilterRequest? TryAdd(PacketType answer, int count)
    {
        lock (Gate)
        {
            if (!TryTakeIdentifier(out var identifier)) return null;
            return _requests[identifier] = new FilterRequest(answer, identifier, count);
        }
    }

    /// <summary>Completes when an identifier has become free.</summary>
    public Task IdentifierFreed()
    {
        lock (Gate)
        {
            _identifierFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _identifierFreed.Task;
        }
    }

    /// <summary>Ends a message that could not be handed to the connection, or is over for another reason.</summary>
    public void Remove(OutgoingPublish publish)
    {
        lock (Gate)
        {
            if (_outgoing.Remove(publish.Identifier)) Free(publish);
        }
    }

    /// <summary>Forgets a request that was not sent.</summary>
    public void Remove(FilterRequest request)
    {
        lock (Gate)
        {
            if (_requests.Remove(request.Identifier)) Free(null);
        }
    }

    /// <summary>Nobody waits for the request any more. Its identifier stays taken: the answer may still come.</summary>
    public void Abandon(FilterRequest request)
    {
        lock (Gate)
        {
            if (request.IsAbandoned || !_requests.ContainsKey(request.Identifier)) return;
            request.IsAbandoned = true;
            Abandoned++;
        }
    }

    /// <summary>
    /// Begins a connection. What a resumed session sends first, before anything new, is then due in its original order
    /// [MQTT-4.4.0-1, 4.6.0-1]: messages by <see cref="TryNext"/>, and the returned PUBRELs for those that the broker has already
    /// [MQTT-4.3.3-1]. When the broker has forgotten the session and <paramref name="startAnew"/> is set, all of them become new
    /// messages [MQTT5-3.2.2-5].
    /// </summary>
    public IReadOnlyList<Acknowledgement> Begin(int quota, bool sessionPresent, bool startAnew)
    {
        lock (Gate)
        {
            (_quota, _underWay) = (quota, 0);
            _incomingHere.Clear();
            if (!sessionPresent) _incoming.Clear(); // The broker numbers its messages afresh.
            OutgoingPublish[] unacknowledged = [.. _outgoing.Values.OrderBy(publish => publish.Sequence)];
            OutgoingPublish[] neverSent = [.. _waiting.Where(publish => publish.Identifier == 0)];
            if (!sessionPresent && startAnew) _outgoing.Clear();
            foreach (var publish in unacknowledged) Prepare(publish, startAnew: !sessionPresent && startAnew);
            _waiting = new Queue<OutgoingPublish>([.. unacknowledged.Where(publish => !publish.Received), .. neverSent]);
            return [.. unacknowledged.Where(publish => publish.Received).Select(publish => new Acknowledgement(PacketType.Pubrel, publish.Identifier))];
        }
    }

    static void Prepare(OutgoingPublish publish, bool startAnew)
    {
        (publish.TakesQuota, publish.IsAgain) = (false, !startAnew);
        if (startAnew) (publish.Identifier, publish.Received) = (0, false);
    }

    /// <summary>Takes an acknowledgement; returns the answer that it asks for, or null.</summary>
    public Acknowledgement? Acknowledge(in Acknowledgement packet) => packet.Type switch
    {
        PacketType.Pubrec => ReceivedByBroker(packet),
        PacketType.Pubrel => Release(packet),
        _ => Complete(packet),
    };

    // PUBACK for a QoS 2 message also ends it: some brokers answer so.
    Acknowledgement? Complete(in Acknowledgement packet)
    {
        lock (Gate)
        {
            if (_outgoing.Remove(packet.Identifier, out var publish)) End(publish, packet);
            else UnknownAcknowledgements++;
            return null;
        }
    }

    void End(OutgoingPublish publish, in Acknowledgement packet)
    {
        Free(publish);
        // What PUBCOMP says after PUBREC is about its identifier; the broker has the message.
        var isPlain = packet is { ReasonCode: MqttReasonCode.Success, Text: null } || publish.Received;
        publish.Complete(isPlain ? MqttPublishResult.Success : new MqttPublishResult(packet.ReasonCode, packet.Text));
    }

    Acknowledgement? ReceivedByBroker(in Acknowledgement packet)
    {
        lock (Gate)
        {
            if (!_outgoing.TryGetValue(packet.Identifier, out var publish))
            {
                UnknownAcknowledgements++;
                return new Acknowledgement(PacketType.Pubrel, packet.Identifier, MqttReasonCode.PacketIdentifierNotFound);
            }
            if (packet.ReasonCode < MqttReasonCode.UnspecifiedError)
            {
                publish.Received = true;
                return new Acknowledgement(PacketType.Pubrel, packet.Identifier);
            }
            _outgoing.Remove(packet.Identifier);
            End(publish, packet);
            return null;
        }
    }

    // Always answered, known or not [MQTT-4.3.3-2].
    Acknowledgement Release(in Acknowledgement packet)
    {
        lock (Gate)
        {
            _incomingHere.Remove(packet.Identifier);
            var known = _incoming.Remove(packet.Identifier);
            return new Acknowledgement(
                PacketType.Pubcomp, packet.Identifier, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
        }
    }

    /// <summary>False when a received QoS 2 message repeats one that is not released yet [MQTT-4.3.3-2].</summary>
    public bool IsNew(ushort identifier)
    {
        lock (Gate) return !_incoming.Contains(identifier);
    }

    /// <summary>A received QoS 2 message has its place here.</summary>
    public void Keep(ushort identifier)
    {
        lock (Gate) _incoming.Add(identifier);
    }

    /// <summary>Counts a received message with QoS 1 or 2 as under way on this connection [MQTT5-3.3.4-9].</summary>
    /// <exception cref="MqttException">There are more than were announced.</exception>
    public void RequireRoom(ushort identifier, MqttQualityOfService qualityOfService, int receiveMaximum)
    {
        lock (Gate)
        {
            if (qualityOfService == MqttQualityOfService.ExactlyOnce) _incomingHere.Add(identifier);
            // A QoS 1 message is acknowledged before the next packet is looked at: it is the only one of its kind.
            var underWay = _incomingHere.Count + (qualityOfService == MqttQualityOfService.AtLeastOnce ? 1 : 0);
            if (underWay <= receiveMaximum) return;
            throw MqttException.Broke(MqttReasonCode.ReceiveMaximumExceeded, $"{underWay} messages under way of at most {receiveMaximum}");
        }
    }

    /// <summary>Takes SUBACK or UNSUBACK.</summary>
    /// <exception cref="MqttException">The number of answers is not the number of filters.</exception>
    public void Answer(FilterAnswerPacket packet)
    {
        lock (Gate)
        {
            if (!_requests.TryGetValue(packet.Identifier, out var request) || request.Answer != packet.Type)
            {
                UnknownAcknowledgements++;
                return;
            }
            if (packet.ReasonCodes is { } codes && codes.Count != request.Count)
                throw MqttException.ProtocolError($"{codes.Count} answers in {packet.Type} for {request.Count} filters");
            _requests.Remove(packet.Identifier);
            if (request.IsAbandoned) Abandoned--;
            Free(null);
            request.Done.TrySetResult(packet);
        }
    }

    /// <summary>The connection is gone: requests end, and messages too unless they are kept for the next connection.</summary>
    public void ConnectionLost(MqttException exception, bool keepMessages)
    {
        lock (Gate)
        {
            foreach (var request in _requests.Values) Fail(request, exception);
            _requests.Clear();
            Abandoned = 0;
            if (!keepMessages) FailMessages(exception);
            _identifierFreed?.TrySetResult();
            _identifierFreed = null;
        }
    }

    void FailMessages(MqttException exception)
    {
        foreach (var publish in _outgoing.Values.Concat(_waiting)) publish.Fail(exception);
        _outgoing.Clear();
        _waiting.Clear();
        _incoming.Clear();
    }

    static void Fail(FilterRequest request, MqttException exception)
    {
        request.Done.TrySetException(exception);
        _ = request.Done.Task.Exception; // The caller may have stopped waiting; that is no unobserved fault.
    }

    void Free(OutgoingPublish? publish)
    {
        if (publish is { TakesQuota: true }) _underWay--;
        _identifierFreed?.TrySetResult();
        _identifierFreed = null;
    }

    // A message that is sent again keeps its identifier.
    bool TryStart(OutgoingPublish publish)
    {
        if (_underWay >= _quota) return false;
        if (publish.Identifier == 0)
        {
            if (!TryTakeIdentifier(out var identifier)) return false;
            (publish.Identifier, publish.Sequence) = (identifier, _sequence++);
            _outgoing[identifier] = publish;
        }
        publish.TakesQuota = true;
        _underWay++;
        return true;
    }

    // One space for messages and requests; 65535 wraps to 1, what is in use is skipped [MQTT-2.3.1-1, 2.3.1-2].
    bool TryTakeIdentifier(out ushort identifier)
    {
        identifier = 0;
        if (_outgoing.Count + _requests.Count >= ushort.MaxValue) return false;
        do
        {
            _lastIdentifier = _lastIdentifier == ushort.MaxValue ? (ushort)1 : (ushort)(_lastIdentifier + 1);
        }
        while (_outgoing.ContainsKey(_lastIdentifier) || _requests.ContainsKey(_lastIdentifier));
        identifier = _lastIdentifier;
        return true;
    }
}
