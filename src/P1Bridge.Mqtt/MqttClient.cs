using P1Bridge.Mqtt.Link;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>A link that speaks MQTT 5.0 and 3.1.1 over TCP, TLS or WebSocket. Safe to use from several threads.</summary>
/// <param name="time">Clock for time-outs and keep alive. Default: the system's.</param>
public sealed class MqttClient(TimeProvider? time = null) : IMqttLink
{
    readonly TimeProvider _time = time ?? TimeProvider.System;
    readonly SemaphoreSlim _lifecycle = new(1, 1);
    readonly ProtocolChoice _choice = new();
    MessageDispatcher? _dispatcher;
    Session _session = new();
    Identity? _owner;
    Identity? _assigned;
    Connection? _connection;
    volatile Exchange? _exchange;
    Task _watching = Task.CompletedTask;
    bool _disposed;

    /// <summary>Whose session it is.</summary>
    sealed record Identity(string Endpoint, string ClientId);

    /// <summary>One try to connect: what was decided for it, and what came out.</summary>
    sealed record Attempt(MqttClientOptions Options, Codec Codec, Identity Identity, bool CleanStart, bool HoldsState)
    {
        public ServerLimits? Limits { get; set; }

        public uint SessionExpiry { get; set; }
    }

    /// <inheritdoc/>
    public event EventHandler<MqttMessage>? MessageReceived;

    /// <inheritdoc/>
    public event EventHandler<MqttClosed>? Closed;

    /// <summary>A handler of <see cref="MessageReceived"/> threw; the messages after it still come.</summary>
    public event EventHandler<Exception>? HandlerFailed;

    /// <summary>
    /// A packet was handed to the connection or came from it: one line of text without payload and without secrets, for finding faults.
    /// Raised on the network loops, which wait for it. What is set up before <see cref="ConnectAsync"/> sees everything.
    /// </summary>
    public event EventHandler<string>? PacketSeen;

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
            return await ConnectInSomeVersionAsync(options, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MqttException(
                MqttFailure.Timeout,
                $"{options.Host}:{options.Port} did not take the connection within {options.ConnectTimeout.TotalSeconds} s. "
                + "Is the broker reachable, and is this its port?");
        }
    }

    async Task<MqttConnectResult> ConnectInSomeVersionAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var version = _choice.First(options);
        if (!ProtocolChoice.MayFallBack(options, version)) return await ConnectInAsync(version, options, cancellationToken);
        try
        {
            var result = await ConnectInAsync(version, options, cancellationToken);
            if (result.ReasonCode != MqttReasonCode.UnsupportedProtocolVersion) return result;
        }
        catch (MqttException exception) when ((exception.IsSilentClose || exception.IsAnswerInOtherWords) && _choice.MayNotKnow(options))
        {
            // Some brokers meet 5.0 without a word, others with an answer of 3.1.1; what 3.1.1 brings counts.
        }
        return await ConnectInAsync(MqttProtocolVersion.V311, options, cancellationToken);
    }

    async Task<MqttConnectResult> ConnectInAsync(MqttProtocolVersion version, MqttClientOptions options, CancellationToken cancellationToken)
    {
        var transport = await Transport.OpenAsync(options, cancellationToken);
        _dispatcher ??= new MessageDispatcher(
            message => MessageReceived?.Invoke(this, message), exception => HandlerFailed?.Invoke(this, exception));
        var attempt = Decide(version, options);
        if (!attempt.HoldsState || attempt.CleanStart) StartSession(attempt.Identity); // [MQTT-3.1.2-6]
        var connect = new ConnectPacket(options, attempt.Identity.ClientId, attempt.CleanStart);
        var connection = new Connection(transport, attempt.Codec, connect, _time, (connection, connack) => Accept(attempt, connection, connack), Trace());
        try
        {
            return await AnswerAsync(attempt, connection, cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            _exchange?.Close(MqttException.NotConnected(), keepMessages: ResendsUnacknowledged);
            _exchange = null;
            throw;
        }
    }

    Action<string>? Trace() => PacketSeen is null ? null : text => PacketSeen?.Invoke(this, text);

    // 5.0: a session that nobody here knows of must not be resumed, so the first connection starts clean [MQTT5-3.2.2-4].
    Attempt Decide(MqttProtocolVersion version, MqttClientOptions options)
    {
        var identity = new Identity(options.Endpoint, options.ClientId);
        if (options.ClientId.Length == 0 && _assigned?.Endpoint == options.Endpoint && version == MqttProtocolVersion.V5) identity = _assigned;
        var holdsState = !options.CleanSession && ResendsUnacknowledged && identity == _owner;
        var cleanStart = options.CleanSession || (version == MqttProtocolVersion.V5 && !holdsState && !options.SessionKnown);
        return new Attempt(options, Codec.For(version), identity, cleanStart, holdsState);
    }

    void StartSession(Identity owner)
    {
        var forgotten = MqttException.Closed(new MqttClosed(MqttFailure.Requested, "a clean session was started."));
        _session.ConnectionLost(forgotten, keepMessages: false);
        (_session, _owner, ResendsUnacknowledged) = (new Session(), owner, false);
    }

    // Runs on the read loop, before anything that follows CONNACK is looked at.
    Exchange? Accept(Attempt attempt, Connection connection, ConnackPacket connack)
    {
        if (connack.ReasonCode != MqttReasonCode.Success) return null;
        var isV311 = !connection.IsV5;
        if (connack.SessionPresent && (attempt.CleanStart || !(attempt.HoldsState || attempt.Options.SessionKnown || isV311)))
            throw MqttException.ProtocolError("a session is present although a clean one was asked for"); // [MQTT5-3.2.2-4]
        attempt.Limits = new ServerLimits(attempt.Options, connack);
        attempt.SessionExpiry = isV311
            ? attempt.Options.CleanSession ? 0 : uint.MaxValue
            : connack.SessionExpiry ?? Seconds(attempt.Options.SessionExpiry);
        if (connack.AssignedClientId is { } assigned) _owner = _assigned = new Identity(attempt.Options.Endpoint, assigned);
        ResendsUnacknowledged = attempt.SessionExpiry > 0;
        connection.Establish(attempt.Limits);
        var exchange = new Exchange(connection, _session, attempt.Limits, attempt.Options, _dispatcher!);
        exchange.Begin(connack.SessionPresent);
        return _exchange = exchange;
    }

    static uint Seconds(TimeSpan? expiry) => expiry switch
    {
        null => 0,
        { } time when time == TimeSpan.MaxValue => uint.MaxValue,
        { } time => (uint)time.TotalSeconds,
    };

    async Task<MqttConnectResult> AnswerAsync(Attempt attempt, Connection connection, CancellationToken cancellationToken)
    {
        await Task.WhenAny(connection.Connack, connection.Completion).WaitAsync(cancellationToken);
        if (!connection.Connack.IsCompleted) throw NoAnswer(await connection.Completion, attempt.Options);
        var connack = await connection.Connack;
        _choice.Answered(attempt.Options, attempt.Codec.Version, connack.ReasonCode);
        if (attempt.Limits is null)
        {
            await connection.DisposeAsync();
        }
        else
        {
            _connection = connection;
            _watching = WatchAsync(connection, _exchange!);
        }
        return ResultOf(attempt, connack);
    }

    static MqttException NoAnswer(MqttClosed closed, MqttClientOptions options) =>
        closed.Failure is MqttFailure.Protocol or MqttFailure.Refused
            ? new MqttException(closed.Failure, ConnectAdvice.ForStrangeAnswer(closed, options))
            {
                ReasonCode = closed.ReasonCode,
                IsAnswerInOtherWords = closed.ReasonCode == MqttReasonCode.MalformedPacket,
            }
            : new MqttException(closed.Failure, ConnectAdvice.ForSilentClose(closed, options))
            {
                ReasonCode = closed.ReasonCode,
                IsSilentClose = closed.Failure == MqttFailure.Network,
            };

    MqttConnectResult ResultOf(Attempt attempt, ConnackPacket connack) =>
        new(connack.ReasonCode, connack.SessionPresent, ConnectAdvice.For(connack, attempt.Options))
        {
            IsConfigurationProblem = ConnectAdvice.IsConfigurationProblem(connack.ReasonCode),
            ProtocolVersion = attempt.Codec.Version,
            ClientId = _owner?.ClientId ?? "",
            KeepsSession = attempt.SessionExpiry > 0,
            SessionExpiry = attempt.SessionExpiry == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(attempt.SessionExpiry),
            KeepAlive = attempt.Limits?.KeepAlive ?? attempt.Options.KeepAlive,
            MaximumQualityOfService = connack.MaximumQualityOfService,
            RetainAvailable = connack.RetainAvailable,
            ReceiveMaximum = connack.ReceiveMaximum,
            MaximumPacketSize = connack.MaximumPacketSize,
            ServerReference = connack.ServerReference,
            Notices = [.. attempt.Limits?.Notices() ?? []],
        };

    async Task WatchAsync(Connection connection, Exchange exchange)
    {
        var closed = await connection.Completion;
        if (connection.CloseRequested) closed = new MqttClosed(MqttFailure.Requested, "disconnected on request.");
        exchange.Close(MqttException.Closed(closed), keepMessages: ResendsUnacknowledged);
        (_exchange, _connection) = (null, null);
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

    Exchange Connected => _exchange ?? throw MqttException.NotConnected();

    /// <inheritdoc/>
    public bool TryPublish(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        message.RequireSendable();
        if (message.QualityOfService != MqttQualityOfService.AtMostOnce)
            throw new ArgumentException("Only QoS 0 can be sent without waiting for an answer.", nameof(message));
        return _exchange?.TryPublish(message) ?? false;
    }

    /// <inheritdoc/>
    public Task<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        message.RequireSendable();
        try
        {
            var sending = Connected.PublishAsync(message);
            return cancellationToken.CanBeCanceled ? sending.WaitAsync(cancellationToken) : sending;
        }
        catch (Exception exception) when (exception is MqttException or ArgumentException)
        {
            return Task.FromException<MqttPublishResult>(exception);
        }
    }

    /// <summary>
    /// The way of the managed layer: spares a task and a change of thread for each message. See <see cref="Exchange.Publish"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Topic, QoS or a property is not valid.</exception>
    /// <exception cref="MqttException">There is no connection.</exception>
    internal Task<MqttPublishResult>? Publish(OutgoingPublish publish)
    {
        publish.Message.RequireSendable();
        return Connected.Publish(publish);
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellationToken = default) => await Connected.FlushAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MqttFilterResult>> SubscribeAsync(
        IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        MqttTopic.RequireSubscriptions(subscriptions);
        return await Connected.SubscribeAsync(subscriptions, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MqttFilterResult>> UnsubscribeAsync(
        IReadOnlyList<string> filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        MqttTopic.RequireFilters(filters);
        return await Connected.UnsubscribeAsync(filters, cancellationToken);
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
}
