using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// What happens on one connection that the broker has accepted: sends messages and requests of the session, and takes what comes.
/// Everything that appends to the connection holds the session's gate.
/// </summary>
sealed class Exchange(Connection connection, Session session, ServerLimits limits, MqttClientOptions options, MessageDispatcher dispatcher)
{
    const int MostAbandoned = 100;
    readonly OutgoingAliases _outgoingAliases = new(limits.Aliases);
    readonly IncomingAliases _incomingAliases = new(options.TopicAliasMaximum);
    readonly int _receiveMaximum = options.ReceiveMaximum ?? ushort.MaxValue;
    bool _isClosed;
    long? _askedAfter; // Of the read loop alone.

    /// <summary>Sends what a resumed session owes, then lets in what is new.</summary>
    public void Begin(bool sessionPresent)
    {
        lock (session.Gate)
        {
            foreach (var release in session.Begin(limits.Quota, sessionPresent, startAnew: connection.IsV5)) connection.Output.Append(release);
            SendWaiting();
        }
    }

    /// <summary>Nothing more is sent on this connection.</summary>
    public void Close(MqttException exception, bool keepMessages)
    {
        lock (session.Gate)
        {
            _isClosed = true;
            session.ConnectionLost(exception, keepMessages);
        }
    }

    /// <summary>QoS 0 only: appends and forgets; false when the connection is gone, too much waits, or the broker would not take it.</summary>
    public bool TryPublish(MqttMessage message)
    {
        lock (session.Gate)
        {
            if (_isClosed || connection.CloseRequested || connection.Output.IsFull || limits.Refusal(message) is not null) return false;
            try
            {
                return TryAppend(message, 0, MqttQualityOfService.AtMostOnce);
            }
            catch (MqttException)
            {
                return false; // The connection has ended in this very moment.
            }
        }
    }

    public Task<MqttPublishResult> PublishAsync(MqttMessage message)
    {
        lock (session.Gate)
        {
            RequireOpen();
            if (PublishedAtMostOnce(message) is { } written) return written;
            var publish = new AwaitedPublish(message);
            if (session.Add(publish)) Send(publish);
            return publish.Task;
        }
    }

    /// <summary>Sends a message that takes its result itself. Null; or a task for it, when it will not be told because nothing acknowledges it.</summary>
    public Task<MqttPublishResult>? Publish(OutgoingPublish publish)
    {
        lock (session.Gate)
        {
            RequireOpen();
            if (PublishedAtMostOnce(publish.Message) is { } written) return written;
            if (session.Add(publish)) Send(publish);
            return null;
        }
    }

    /// <summary>Null when the message is to be acknowledged.</summary>
    Task<MqttPublishResult>? PublishedAtMostOnce(MqttMessage message)
    {
        if (limits.Refusal(message) is { } refusal) return Task.FromResult(refusal);
        if (limits.QualityOfService(message) != MqttQualityOfService.AtMostOnce) return null;
        return TryAppend(message, 0, MqttQualityOfService.AtMostOnce) ? connection.Output.Written() : Task.FromResult(limits.TooLarge());
    }

    /// <summary>Completes when all that was published before is written.</summary>
    public Task FlushAsync()
    {
        lock (session.Gate)
        {
            RequireOpen();
            return connection.Output.Written();
        }
    }

    public async Task<IReadOnlyList<MqttFilterResult>> SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken)
    {
        var refused = subscriptions.Select(limits.Refusal).ToArray();
        MqttSubscription[] asked = [.. subscriptions.Where((_, i) => refused[i] is null)];
        IReadOnlyList<MqttFilterResult> answers = asked.Length == 0 ? [] : await RequestAsync(
            PacketType.Suback, [.. asked.Select(subscription => subscription.Filter)], id => new SubscribePacket(id, asked), cancellationToken);
        using var next = answers.GetEnumerator();
        return [.. subscriptions.Select((subscription, i) => refused[i] is { } code ? new MqttFilterResult(subscription.Filter, code) : Next(next))];
    }

    static MqttFilterResult Next(IEnumerator<MqttFilterResult> results)
    {
        results.MoveNext();
        return results.Current;
    }

    public Task<IReadOnlyList<MqttFilterResult>> UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken) =>
        RequestAsync(PacketType.Unsuback, filters, id => new UnsubscribePacket(id, filters), cancellationToken);

    async Task<IReadOnlyList<MqttFilterResult>> RequestAsync(
        PacketType answer, IReadOnlyList<string> filters, Func<ushort, Packet> packet, CancellationToken cancellationToken)
    {
        var request = await SendRequestAsync(answer, filters.Count, packet, cancellationToken);
        if (request is null) return [.. filters.Select(filter => new MqttFilterResult(filter, MqttReasonCode.PacketTooLarge))];
        try
        {
            var answered = await request.Done.Task.WaitAsync(cancellationToken);
            return [.. filters.Select((filter, i) => new MqttFilterResult(filter, answered.ReasonCodes?[i] ?? MqttReasonCode.Success) { Text = answered.Text })];
        }
        catch (OperationCanceledException)
        {
            GiveUp(request);
            throw;
        }
    }

    // The identifier is not free before the answer comes. A broker that never answers does not get to keep them all.
    void GiveUp(FilterRequest request)
    {
        session.Abandon(request);
        if (session.Abandoned < MostAbandoned) return;
        connection.Abort(new MqttException(MqttFailure.Timeout, $"The broker left {MostAbandoned} subscriptions unanswered."));
    }

    /// <summary>Null when the request is too large for the broker.</summary>
    async Task<FilterRequest?> SendRequestAsync(PacketType answer, int count, Func<ushort, Packet> packet, CancellationToken cancellationToken)
    {
        while (true)
        {
            var freed = session.IdentifierFreed();
            if (TrySendRequest(answer, count, packet, out var request)) return request;
            await freed.WaitAsync(cancellationToken);
        }
    }

    bool TrySendRequest(PacketType answer, int count, Func<ushort, Packet> packet, out FilterRequest? sent)
    {
        lock (session.Gate)
        {
            RequireOpen();
            sent = null;
            if (session.TryAdd(answer, count) is not { } request) return false;
            try
            {
                if (connection.Output.TryAppend(packet(request.Identifier))) sent = request;
                return true;
            }
            finally
            {
                if (sent is null) session.Remove(request);
            }
        }
    }

    /// <summary>Takes PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public void Acknowledged(in Acknowledgement acknowledgement)
    {
        lock (session.Gate)
        {
            if (session.Acknowledge(acknowledgement) is { } answer) connection.Reply(answer);
            if (session.HasBacklog) SendWaiting();
        }
    }

    /// <summary>All acknowledgements that came together are taken: sends what has room now, in one piece.</summary>
    public void Refill()
    {
        if (!session.HasWaiting || session.HasBacklog) return;
        if (!session.IsRefillDue)
        {
            // Asked for once, it holds until something is written, whatever it is.
            var written = connection.Output.LastWritten;
            if (written == _askedAfter || connection.TryAcknowledgeAtOnce())
            {
                _askedAfter = written;
                return;
            }
        }
        lock (session.Gate) SendWaiting();
    }

    /// <summary>Takes any other packet.</summary>
    public ValueTask ReceivedAsync(Packet packet, CancellationToken cancellationToken)
    {
        switch (packet)
        {
            case PublishPacket publish: return DeliverAsync(publish, cancellationToken);
            case FilterAnswerPacket answer: Answered(answer); break;
            case DisconnectPacket disconnect: throw ConnectAdvice.ForDisconnect(disconnect, options);
            case ConnackPacket: throw MqttException.ProtocolError("a second CONNACK"); // [MQTT5-3.2.0-2]
        }
        return ValueTask.CompletedTask;
    }

    void Answered(FilterAnswerPacket answer)
    {
        lock (session.Gate)
        {
            session.Answer(answer);
            SendWaiting();
        }
    }

    // The acknowledgement goes out when the message has its place here, and also when nobody listens [MQTT-4.5.0-2].
    async ValueTask DeliverAsync(PublishPacket publish, CancellationToken cancellationToken)
    {
        var message = _incomingAliases.Resolve(publish);
        if (message.QualityOfService == MqttQualityOfService.AtMostOnce)
        {
            await dispatcher.AddAsync(message, cancellationToken);
            return;
        }
        session.RequireRoom(publish.Identifier, message.QualityOfService, _receiveMaximum);
        var isOnce = message.QualityOfService == MqttQualityOfService.ExactlyOnce;
        if (!isOnce || session.IsNew(publish.Identifier)) await dispatcher.AddAsync(message, cancellationToken);
        if (isOnce) session.Keep(publish.Identifier);
        connection.Reply(new Acknowledgement(isOnce ? PacketType.Pubrec : PacketType.Puback, publish.Identifier));
    }

    void SendWaiting()
    {
        while (!_isClosed && !connection.CloseRequested && session.TryNext(out var publish)) Send(publish);
    }

    // Re-sends go out with their topic in full: an alias is forgotten with its connection [MQTT5-3.3.2-7].
    void Send(OutgoingPublish publish)
    {
        try
        {
            var qualityOfService = limits.QualityOfService(publish.Message);
            var sent = TryAppend(publish.Message, publish.Identifier, qualityOfService, publish.IsAgain);
            if (sent && qualityOfService != MqttQualityOfService.AtMostOnce) return;
            session.Remove(publish);
            publish.Complete(sent ? MqttPublishResult.Success : limits.TooLarge());
        }
        catch (MqttException)
        {
            // The connection is about to end, which decides what becomes of all messages under way.
        }
        catch (ArgumentException exception)
        {
            session.Remove(publish);
            publish.Fail(exception);
        }
    }

    bool TryAppend(MqttMessage message, ushort identifier, MqttQualityOfService qualityOfService, bool isAgain = false)
    {
        var header = new PublishHeader(identifier, qualityOfService, limits.Retain(message), isAgain && qualityOfService > 0);
        if (limits.Aliases == 0 || isAgain) return connection.Output.TryAppend(message, header);
        var alias = _outgoingAliases.For(message.Topic, out var isKnown);
        if (!connection.Output.TryAppend(message, header with { Alias = alias, OmitTopic = isKnown })) return false;
        if (alias != 0 && !isKnown) _outgoingAliases.Sent(message.Topic, alias);
        return true;
    }

    void RequireOpen()
    {
        if (_isClosed || connection.CloseRequested) throw MqttException.NotConnected();
    }
}
