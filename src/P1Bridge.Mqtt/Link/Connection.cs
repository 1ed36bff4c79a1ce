using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>One connection, from open to closed: a read loop, a write loop and the keep alive; the first that ends, ends all.</summary>
sealed class Connection : IAsyncDisposable
{
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BusyCheck = TimeSpan.FromSeconds(1);
    readonly Transport _transport;
    readonly Codec _codec;
    readonly MqttClientOptions _options;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<ConnackPacket> _connack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Func<Connection, ConnackPacket, Exchange?> _accept;
    readonly Action<string>? _trace;
    readonly Task _reading;
    readonly Task _writing;
    KeepAliveClock? _keepAlive;
    Exchange? _exchange;
    volatile bool _closeRequested;
    volatile bool _handling;

    /// <param name="transport">The open byte stream; it is closed with the connection.</param>
    /// <param name="codec">The version to speak.</param>
    /// <param name="connect">The first packet, sent at once.</param>
    /// <param name="time">Clock for keep alive and time-outs.</param>
    /// <param name="accept">
    /// Called for CONNACK before anything that follows it is read; returns what takes it, or null when the broker refused.
    /// </param>
    /// <param name="trace">Told of each packet; null: nobody wants to know.</param>
    public Connection(
        Transport transport, Codec codec, ConnectPacket connect, TimeProvider time, Func<Connection, ConnackPacket, Exchange?> accept, Action<string>? trace = null)
    {
        _trace = trace;
        (_transport, _codec, _options, _time, _accept) = (transport, codec, connect.Options, time, accept);
        Output = new PacketOutput(transport.Stream, codec, _options, time, trace);
        Output.TryAppend(connect);
        _reading = Task.Run(ReadAsync);
        _writing = Task.Run(() => Output.RunAsync(_stopping.Token));
        Completion = RunAsync();
    }

    /// <summary>Completes, never faults, when the connection is closed and all its loops have ended.</summary>
    public Task<MqttClosed> Completion { get; }

    /// <summary>Completes with the broker's answer; not at all when the connection ends before.</summary>
    public Task<ConnackPacket> Connack => _connack.Task;

    public PacketOutput Output { get; }

    public bool IsV5 => _codec.Version == MqttProtocolVersion.V5;

    /// <summary>True once the caller has ended the connection.</summary>
    public bool CloseRequested => _closeRequested;

    /// <summary>Starts the keep alive and heeds the limits; called when the broker has accepted.</summary>
    public void Establish(ServerLimits limits)
    {
        Output.MaximumPacketSize = limits.MaximumPacketSize;
        _keepAlive = new KeepAliveClock(limits.KeepAlive, _time);
    }

    /// <summary>See <see cref="Transport.TryAcknowledgeAtOnce"/>.</summary>
    public bool TryAcknowledgeAtOnce() => _transport.TryAcknowledgeAtOnce();

    /// <summary>Answers a packet; after DISCONNECT nothing is sent any more [MQTT-3.14.4-2], but what still comes in is read.</summary>
    public void Reply(in Acknowledgement acknowledgement)
    {
        if (!CloseRequested) Output.Append(acknowledgement);
    }

    /// <summary>DISCONNECT, then a moment for the broker to close: closing with unread bytes would reset the link under it.</summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _closeRequested = true;
        try
        {
            var goodbye = new DisconnectPacket { SessionExpiry = _options.DisconnectSessionExpiry, UserProperties = _options.DisconnectUserProperties };
            if (!Output.TryAppend(goodbye, last: true)) Output.TryAppend(goodbye with { UserProperties = [] }, last: true);
            await Output.Written().WaitAsync(GoodbyeTime, _time, cancellationToken);
            await _transport.EndSendingAsync().WaitAsync(GoodbyeTime, _time, cancellationToken);
            await Completion.WaitAsync(GoodbyeTime, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is MqttException or TimeoutException or OperationCanceledException)
        {
            // A broker that does not take a goodbye does not get one; the link is closed all the same.
        }
        await DisposeAsync();
    }

    /// <summary>Ends the connection for a reason of ours.</summary>
    public void Abort(MqttException reason) => _aborted.TrySetException(reason);

    /// <summary>Closes at once and without a word; the broker then publishes the will.</summary>
    public async ValueTask DisposeAsync()
    {
        _closeRequested = true;
        await _stopping.CancelAsync(); // Never disposed of: it has no timer, and may be cancelled again.
        await Completion;
    }

    async Task<MqttClosed> RunAsync()
    {
        var pinging = Task.Run(KeepAliveAsync);
        var ended = await Task.WhenAny(_reading, _writing, pinging, _aborted.Task);
        var closed = await ReasonOf(ended);
        if (ended == _reading && closed.Failure == MqttFailure.Protocol && IsV5 && !CloseRequested) await SayWhyAsync(closed);
        await _stopping.CancelAsync();
        Output.Fail(MqttException.Closed(closed));
        await _transport.DisposeAsync();
        await Task.WhenAll(_reading, _writing, pinging).ContinueWith(_ => { }, TaskScheduler.Default);
        _ = _aborted.Task.Exception;
        Output.Dispose();
        return closed;
    }

    static async Task<MqttClosed> ReasonOf(Task ended)
    {
        try
        {
            await ended;
            return new MqttClosed(MqttFailure.Network, "the broker closed it.");
        }
        catch (MqttException exception)
        {
            return new MqttClosed(exception.Failure, exception.Message, exception.ReasonCode) { ServerReference = exception.ServerReference };
        }
        catch (OperationCanceledException)
        {
            return new MqttClosed(MqttFailure.Requested, "disconnected on request.");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            return new MqttClosed(MqttFailure.Network, $"it broke ({exception.Message}).");
        }
#pragma warning disable CA1031 // Whatever a packet or a stream brings about ends this connection and nothing else; the text names it.
        catch (Exception exception)
        {
            return new MqttClosed(MqttFailure.Protocol, $"it ended unexpectedly ({exception.GetType().Name}: {exception.Message}).");
        }
#pragma warning restore CA1031
    }

    // 5.0: DISCONNECT with the reason, then close [MQTT5-4.13.1-1]. Unread bytes would make the closing a reset that takes the
    // reason with it, so they are read away for a moment.
    async Task SayWhyAsync(MqttClosed closed)
    {
        using var deadline = new CancellationTokenSource(GoodbyeTime, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            Output.TryAppend(new DisconnectPacket(closed.ReasonCode ?? MqttReasonCode.ProtocolError), last: true);
            await Output.Written().WaitAsync(both.Token);
            await _transport.EndSendingAsync().WaitAsync(both.Token);
            var scrap = new byte[4096];
            while (await _transport.Stream.ReadAsync(scrap, both.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is MqttException or IOException or OperationCanceledException or System.Net.WebSockets.WebSocketException)
        {
            // The broker has gone first, or takes its time: it does not get to hear the reason.
        }
    }

    async Task ReadAsync()
    {
        var buffer = new PacketBuffer(_options.MaximumPacketSize);
        while (true)
        {
            var count = await _transport.Stream.ReadAsync(buffer.Free(), _stopping.Token);
            if (count == 0) return;
            buffer.Advance(count);
            _keepAlive?.Received();
            while (buffer.TryTake(out var header, out var body))
            {
                if (_exchange is { } exchange && _codec.TryReadAcknowledgement(header, body, out var acknowledgement))
                {
                    _trace?.Invoke(PacketText.Received(acknowledgement));
                    exchange.Acknowledged(acknowledgement);
                    continue;
                }
                var packet = _codec.Read(header, body);
                _exchange?.Refill(); // Taking the packet may have to wait for the application.
                _trace?.Invoke(PacketText.Received(packet));
                _handling = true;
                await HandleAsync(packet);
                _handling = false;
            }
            _exchange?.Refill();
            // Whoever asks without end and takes no answer shall not fill the memory; the write's deadline ends it.
            if (Output.IsFlooded) await Output.Written();
        }
    }

    ValueTask HandleAsync(Packet packet)
    {
        if (_exchange is { } exchange)
        {
            if (packet is PingrespPacket) _keepAlive?.PingAnswered();
            return exchange.ReceivedAsync(packet, _stopping.Token);
        }
        // [MQTT-3.2.0-1]; after a refusal nothing may follow either.
        if (packet is not ConnackPacket connack || Connack.IsCompleted) throw MqttException.ProtocolError("the first packet is not CONNACK");
        _exchange = _accept(this, connack);
        _connack.TrySetResult(connack);
        return ValueTask.CompletedTask;
    }

    async Task KeepAliveAsync()
    {
        await Connack.WaitAsync(_stopping.Token);
        if (_keepAlive is not { IsOff: false } clock)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _stopping.Token);
            return;
        }
        while (true)
        {
            switch (clock.Next(Output.LastWritten, out var wait))
            {
                case KeepAliveStep.Ping:
                    clock.PingSent();
                    Output.TryAppend(new PingreqPacket());
                    break;
                // While we are the ones who do not read, a missing answer says nothing about the broker.
                case KeepAliveStep.Close when _handling:
                    await Task.Delay(BusyCheck, _time, _stopping.Token);
                    break;
                case KeepAliveStep.Close:
                    throw new MqttException(
                        MqttFailure.Timeout, $"The broker did not answer a ping for {clock.AnswerTime.TotalSeconds} s; the link is dead.");
                default:
                    await Task.Delay(wait, _time, _stopping.Token);
                    break;
            }
        }
    }
}
