using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>A published message on its way: until PUBACK, or PUBREC and PUBCOMP.</summary>
sealed class OutgoingPublish(MqttMessage message, ushort identifier, long sequence)
{
    public MqttMessage Message => message;

    public ushort Identifier => identifier;

    public long Sequence => sequence;

    /// <summary>QoS 2 only: the broker has the message, PUBREL is under way.</summary>
    public bool Received { get; set; }

    public TaskCompletionSource<MqttPublishResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A SUBSCRIBE or UNSUBSCRIBE that waits for its answer.</summary>
sealed class FilterRequest(PacketType answer, ushort identifier, int count)
{
    public PacketType Answer => answer;

    public ushort Identifier => identifier;

    public int Count => count;

    public TaskCompletionSource<IReadOnlyList<MqttReasonCode>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// State that belongs to the session, not to the connection (MQTT 3.1.1 section 3.1.2.4): packet identifiers in use, messages not
/// acknowledged yet, and the identifiers of QoS 2 messages received but not released. No I/O; methods return what to send.
/// </summary>
sealed class Session
{
    readonly Lock _gate = new();
    readonly Dictionary<ushort, OutgoingPublish> _outgoing = [];
    readonly Dictionary<ushort, FilterRequest> _requests = [];
    readonly HashSet<ushort> _incoming = [];
    TaskCompletionSource? _identifierFreed;
    ushort _lastIdentifier;
    long _sequence;

    /// <summary>Acknowledgements that belong to nothing: ignored and counted.</summary>
    public long UnknownAcknowledgements { get; private set; }

    /// <summary>Gives the message an identifier; null when all 65 535 are in use.</summary>
    public OutgoingPublish? TryAdd(MqttMessage message)
    {
        lock (_gate)
        {
            if (!TryTakeIdentifier(out var identifier)) return null;
            return _outgoing[identifier] = new OutgoingPublish(message, identifier, _sequence++);
        }
    }

    /// <summary>Gives a request an identifier; null when all are in use.</summary>
    public FilterRequest? TryAdd(PacketType answer, int count)
    {
        lock (_gate)
        {
            if (!TryTakeIdentifier(out var identifier)) return null;
            return _requests[identifier] = new FilterRequest(answer, identifier, count);
        }
    }

    /// <summary>Completes when an identifier has become free.</summary>
    public Task IdentifierFreed()
    {
        lock (_gate)
        {
            _identifierFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _identifierFreed.Task;
        }
    }

    /// <summary>Forgets a message that could not even be handed to the connection.</summary>
    public void Remove(OutgoingPublish publish)
    {
        lock (_gate) Free(_outgoing.Remove(publish.Identifier));
    }

    /// <summary>Forgets a request that was not sent or is not waited for any more.</summary>
    public void Remove(FilterRequest request)
    {
        lock (_gate) Free(_requests.Remove(request.Identifier));
    }

    /// <summary>
    /// What a resumed session sends first, in the original order, before anything new [MQTT-4.4.0-1, 4.6.0-1]: messages again with
    /// DUP [MQTT-3.3.1-1], and PUBREL for those that the broker already has [MQTT-4.3.3-1].
    /// </summary>
    public IReadOnlyList<Packet> Unacknowledged()
    {
        lock (_gate)
        {
            return [.. _outgoing.Values.OrderBy(publish => publish.Sequence).Select(Resend)];
        }
    }

    static Packet Resend(OutgoingPublish publish) => publish.Received
        ? new AcknowledgementPacket(PacketType.Pubrel, publish.Identifier)
        : new PublishPacket(publish.Message, publish.Identifier, Duplicate: true);

    /// <summary>Takes an acknowledgement; returns the answer that it asks for, or null.</summary>
    public AcknowledgementPacket? Acknowledge(AcknowledgementPacket packet) => packet.Type switch
    {
        PacketType.Pubrec => ReceivedByBroker(packet),
        PacketType.Pubrel => Release(packet),
        _ => Complete(packet),
    };

    // PUBACK for a QoS 2 message also ends it: some brokers answer so.
    AcknowledgementPacket? Complete(AcknowledgementPacket packet)
    {
        lock (_gate)
        {
            if (_outgoing.Remove(packet.Identifier, out var publish)) publish.Done.TrySetResult(new MqttPublishResult(packet.ReasonCode));
            else UnknownAcknowledgements++;
            Free(publish is not null);
            return null;
        }
    }

    AcknowledgementPacket ReceivedByBroker(AcknowledgementPacket packet)
    {
        lock (_gate)
        {
            if (_outgoing.TryGetValue(packet.Identifier, out var publish)) publish.Received = true;
            else UnknownAcknowledgements++;
            return new AcknowledgementPacket(PacketType.Pubrel, packet.Identifier);
        }
    }

    AcknowledgementPacket Release(AcknowledgementPacket packet)
    {
        lock (_gate) _incoming.Remove(packet.Identifier);
        return new AcknowledgementPacket(PacketType.Pubcomp, packet.Identifier); // Always, known or not [MQTT-4.3.3-2].
    }

    /// <summary>Notes a received QoS 2 message; false when it is a repetition of one not released yet [MQTT-4.3.3-2].</summary>
    public bool IsNew(PublishPacket packet)
    {
        lock (_gate) return _incoming.Add(packet.Identifier);
    }

    /// <summary>Takes SUBACK or UNSUBACK.</summary>
    /// <exception cref="MqttException">The number of answers is not the number of filters.</exception>
    public void Answer(FilterAnswerPacket packet)
    {
        lock (_gate)
        {
            if (!_requests.TryGetValue(packet.Identifier, out var request) || request.Answer != packet.Type)
            {
                UnknownAcknowledgements++;
                return;
            }
            var codes = packet.ReasonCodes ?? new MqttReasonCode[request.Count];
            if (codes.Count != request.Count)
                throw MqttException.ProtocolError($"{codes.Count} answers in {packet.Type} for {request.Count} filters");
            Free(_requests.Remove(packet.Identifier));
            request.Done.TrySetResult(codes);
        }
    }

    /// <summary>The connection is gone: requests end, and messages too unless they are kept for the next connection.</summary>
    public void ConnectionLost(MqttException exception, bool keepMessages)
    {
        lock (_gate)
        {
            foreach (var request in _requests.Values) Fail(request.Done, exception);
            _requests.Clear();
            if (keepMessages) return;
            foreach (var publish in _outgoing.Values) Fail(publish.Done, exception);
            _outgoing.Clear();
            _identifierFreed?.TrySetResult();
        }
    }

    static void Fail<T>(TaskCompletionSource<T> source, MqttException exception)
    {
        source.TrySetException(exception);
        _ = source.Task.Exception; // The caller may have stopped waiting; that is no unobserved fault.
    }

    void Free(bool freed)
    {
        if (!freed) return;
        _identifierFreed?.TrySetResult();
        _identifierFreed = null;
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
