using P1Bridge.Mqtt.Link;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>A link that speaks MQTT 3.1.1 over TCP or TLS. Safe to use from several threads.</summary>
/// <param name="time">Clock for time-outs and keep alive. Default: the system's.</param>
public sealed class MqttClient(TimeProvider? time = null) : IMqttLink
{
    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly SemaphoreSlim _lifecycle = new(1, 1);
    readonly Lock _sendGate = new();
    MessageDispatcher? _dispatcher;
    Session _session = new();
    Connection? _connection;
    Task _watching = Task.CompletedTask;
    TaskCompletionSource<ConnackPacket>? _connack;
    bool _disposed;

    /// <inheritdoc/>
    public event EventHandler<MqttMessage>? MessageReceived;

    /// <inheritdoc/>
    public event EventHandler<MqttClosed>? Closed;

    /// <summary>A handler of <see cref="MessageReceived"/> threw; the messages after it still come.</summary>
    public event EventHandler<Exception>? HandlerFailed;

    /// <inheritdoc/>
    public bool ResendsUnacknowledged { get; private set; }

    /// <inheritdoc/>
    public async Task<MqttConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is not null) throw new InvalidOperationException("The link is connected already; disconnect first.");
            return await ConnectInTimeAsync(options, cancellationToken);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    async Task<MqttConnectResult> ConnectInTimeAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await HandshakeAsync(options, await Transport.OpenAsync(options, both.Token), both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MqttException(
                MqttFailure.Timeout,
                $"No connection to {options.Host}:{options.Port} within {options.ConnectTimeout.TotalSeconds} s. "
                + "Is the broker reachable, and is this its port?");
        }
    }

    async Task<MqttConnectResult> HandshakeAsync(MqttClientOptions options, Transport transport, CancellationToken cancellationToken)
    {
        _dispatcher ??= new MessageDispatcher(
            message => MessageReceived?.Invoke(this, message), exception => HandlerFailed?.Invoke(this, exception));
        if (options.CleanSession || !ResendsUnacknowledged) StartSession(); // [MQTT-3.1.2-6]
        ResendsUnacknowledged = !options.CleanSession;
        _connack = new TaskCompletionSource<ConnackPacket>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = new Connection(transport, options, _time, ReceiveAsync);
        try
        {
            _ = connection.Send(new ConnectPacket(options));
            var connack = await ConnackAsync(options, connection, cancellationToken);
            if (connack.ReasonCode == MqttReasonCode.Success) Resume(options, connack, connection);
            else await connection.DisposeAsync();
            return new MqttConnectResult(connack.ReasonCode, connack.SessionPresent, ConnectAdvice.For(connack.ReasonCode, options));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    void StartSession()
    {
        var forgotten = MqttException.Closed(new MqttClosed(MqttFailure.Requested, "a clean session was started."));
        _session.ConnectionLost(forgotten, keepMessages: false);
        _session = new Session();
    }

    async Task<ConnackPacket> ConnackAsync(MqttClientOptions options, Connection connection, CancellationToken cancellationToken)
    {
        var connack = _connack!.Task;
        await Task.WhenAny(connack, connection.Completion).WaitAsync(cancellationToken);
        if (connack.IsCompleted) return await connack;
        var closed = await connection.Completion;
        throw new MqttException(closed.Failure, ConnectAdvice.ForSilentClose(closed, options)) { ReasonCode = closed.ReasonCode };
    }

    void Resume(MqttClientOptions options, ConnackPacket connack, Connection connection)
    {
        if (options.CleanSession && connack.SessionPresent)
            throw MqttException.ProtocolError("a session is present although a clean one was asked for"); // [MQTT-3.2.2-1]
        lock (_sendGate)
        {
            foreach (var packet in _session.Unacknowledged()) _ = connection.Send(packet);
            _connection = connection;
        }
        _watching = WatchAsync(connection, _session, keepMessages: !options.CleanSession);
    }

    async Task WatchAsync(Connection connection, Session session, bool keepMessages)
    {
        var closed = await connection.Completion;
        if (connection.CloseRequested) closed = new MqttClosed(MqttFailure.Requested, "disconnected on request.");
        lock (_sendGate) _connection = null;
        session.ConnectionLost(MqttException.Closed(closed), keepMessages);
        try
        {
            Closed?.Invoke(this, closed);
        }
#pragma warning disable CA1031 // A fault of the application's handler must not end up in whoever disconnects; it is reported.
        catch (Exception exception)
        {
            HandlerFailed?.Invoke(this, exception);
        }
#pragma warning restore CA1031
    }

    ValueTask ReceiveAsync(Connection connection, Packet packet, CancellationToken cancellationToken)
    {
        if (packet is ConnackPacket connack)
        {
            if (!_connack!.TrySetResult(connack)) throw MqttException.ProtocolError("a second CONNACK"); // [MQTT-3.2.0-2 of 5.0]
            return ValueTask.CompletedTask;
        }
        if (!_connack!.Task.IsCompleted) throw MqttException.ProtocolError("the first packet is not CONNACK"); // [MQTT-3.2.0-1]
        switch (packet)
        {
            case PublishPacket publish: return DeliverAsync(connection, publish, cancellationToken);
            case AcknowledgementPacket acknowledgement when _session.Acknowledge(acknowledgement) is { } answer:
                connection.Reply(answer);
                break;
            case FilterAnswerPacket answer: _session.Answer(answer); break;
        }
        return ValueTask.CompletedTask;
    }

    // The acknowledgement goes out when the message has its place here, and also when nobody listens [MQTT-4.5.0-2].
    async ValueTask DeliverAsync(Connection connection, PublishPacket publish, CancellationToken cancellationToken)
    {
        var qualityOfService = publish.Message.QualityOfService;
        var isNew = qualityOfService != MqttQualityOfService.ExactlyOnce || _session.IsNew(publish);
        if (isNew) await _dispatcher!.AddAsync(publish.Message, cancellationToken);
        if (qualityOfService == MqttQualityOfService.AtMostOnce) return;
        var answer = qualityOfService == MqttQualityOfService.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        connection.Reply(new AcknowledgementPacket(answer, publish.Identifier));
    }

    /// <inheritdoc/>
    public async Task<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        RequireSendable(message);
        if (message.QualityOfService == MqttQualityOfService.AtMostOnce)
        {
            await Send(new PublishPacket(message, 0)).WaitAsync(cancellationToken);
            return new MqttPublishResult(MqttReasonCode.Success);
        }
        var publish = await WithIdentifierAsync(() => TrySend(message), cancellationToken);
        return await publish.Done.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MqttFilterResult>> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        string[] filters = [.. subscriptions.Select(subscription => subscription.Filter)];
        RequireFilters(filters);
        return await RequestAsync(PacketType.Suback, filters, id => new SubscribePacket(id, subscriptions), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MqttFilterResult>> UnsubscribeAsync(
        IReadOnlyList<string> filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        RequireFilters(filters);
        return await RequestAsync(PacketType.Unsuback, filters, id => new UnsubscribePacket(id, filters), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (_connection is { } connection) await connection.DisconnectAsync(cancellationToken);
            await _watching;
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Closes without DISCONNECT, so that the broker publishes the will, and ends every call that still waits.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifecycle.WaitAsync();
        try
        {
            if (_disposed) return;
            _disposed = true;
            if (_connection is { } connection) await connection.DisposeAsync();
            await _watching;
            var disposed = MqttException.Closed(new MqttClosed(MqttFailure.Requested, "the link was disposed of."));
            _session.ConnectionLost(disposed, keepMessages: false);
            _dispatcher?.Complete();
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    // One lock around identifier and buffer, so that the order of re-sending is the order on the wire. Memory only.
    OutgoingPublish? TrySend(MqttMessage message)
    {
        lock (_sendGate)
        {
            if (_connection is null) throw MqttException.NotConnected();
            if (_session.TryAdd(message) is not { } publish) return null;
            try
            {
                _ = _connection.Send(new PublishPacket(message, publish.Identifier));
                return publish;
            }
            catch
            {
                _session.Remove(publish);
                throw;
            }
        }
    }

    Task Send(Packet packet)
    {
        lock (_sendGate)
        {
            return (_connection ?? throw MqttException.NotConnected()).Send(packet);
        }
    }

    async Task<IReadOnlyList<MqttFilterResult>> RequestAsync(
        PacketType answer, IReadOnlyList<string> filters, Func<ushort, Packet> packet, CancellationToken cancellationToken)
    {
        var request = await WithIdentifierAsync(() => _session.TryAdd(answer, filters.Count), cancellationToken);
        try
        {
            _ = Send(packet(request.Identifier));
            var codes = await request.Done.Task.WaitAsync(cancellationToken);
            return [.. filters.Zip(codes, (filter, code) => new MqttFilterResult(filter, code))];
        }
        catch (Exception exception) when (exception is MqttException or ArgumentException)
        {
            _session.Remove(request);
            throw;
        }
    }

    async Task<T> WithIdentifierAsync<T>(Func<T?> tryTake, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var freed = _session.IdentifierFreed();
            if (tryTake() is { } taken) return taken;
            await freed.WaitAsync(cancellationToken);
        }
    }

    static void RequireSendable(MqttMessage message)
    {
        MqttTopic.RequireName(message.Topic);
        if (Enum.IsDefined(message.QualityOfService)) return;
        throw new ArgumentException("The QoS must be 0, 1 or 2.", nameof(message)); // [MQTT-3.3.1-4]
    }

    static void RequireFilters(IReadOnlyList<string> filters)
    {
        // [MQTT-3.8.3-3, 3.10.3-2]
        if (filters.Count == 0) throw new ArgumentException("At least one topic filter is needed.", nameof(filters));
        foreach (var filter in filters) MqttTopic.RequireFilter(filter);
    }
}
