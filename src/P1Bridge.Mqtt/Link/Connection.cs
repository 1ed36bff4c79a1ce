using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>One connection, from open to closed: a read loop, a write loop and the keep alive; the first that ends, ends all.</summary>
sealed class Connection : IAsyncDisposable
{
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BusyCheck = TimeSpan.FromSeconds(1);
    readonly Transport _transport;
    readonly MqttClientOptions _options;
    readonly TimeProvider _time;
    readonly PacketOutput _output;
    readonly KeepAliveClock _keepAlive;
    readonly CancellationTokenSource _stopping = new();
    readonly Func<Connection, Packet, CancellationToken, ValueTask> _received;
    readonly Task _reading;
    readonly Task _writing;
    volatile bool _closeRequested;
    volatile bool _handling;

    public Connection(
        Transport transport, MqttClientOptions options, TimeProvider time, Func<Connection, Packet, CancellationToken, ValueTask> received)
    {
        (_transport, _options, _time, _received) = (transport, options, time, received);
        _output = new PacketOutput(transport.Stream, options, time);
        _keepAlive = new KeepAliveClock(options.KeepAlive, time);
        _reading = Task.Run(ReadAsync);
        _writing = Task.Run(() => _output.RunAsync(_stopping.Token));
        Completion = RunAsync();
    }

    /// <summary>Completes, never faults, when the connection is closed and all its loops have ended.</summary>
    public Task<MqttClosed> Completion { get; }

    /// <summary>True once the caller has ended the connection.</summary>
    public bool CloseRequested => _closeRequested;

    public Task Send(Packet packet, bool last = false) => _output.Append(packet, last);

    /// <summary>Answers a packet; after DISCONNECT nothing is sent any more [MQTT-3.14.4-2], but what still comes in is read.</summary>
    public void Reply(Packet packet)
    {
        if (!CloseRequested) _ = _output.Append(packet);
    }

    /// <summary>DISCONNECT, then a moment for the broker to close: closing with unread bytes would reset the link under it.</summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _closeRequested = true;
        try
        {
            await _output.Append(new DisconnectPacket(), last: true).WaitAsync(GoodbyeTime, _time, cancellationToken);
            await _transport.EndSendingAsync();
            await Completion.WaitAsync(GoodbyeTime, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is MqttException or TimeoutException or OperationCanceledException)
        {
            // A broker that does not take a goodbye does not get one; the link is closed all the same.
        }
        await DisposeAsync();
    }

    /// <summary>Closes at once and without a word; the broker then publishes the will.</summary>
    public async ValueTask DisposeAsync()
    {
        _closeRequested = true;
        await _stopping.CancelAsync(); // Never disposed of: it has no timer, and may be cancelled again.
        await Completion;
    }

    async Task<MqttClosed> RunAsync()
    {
        var pinging = KeepAliveAsync();
        var closed = await ReasonOf(await Task.WhenAny(_reading, _writing, pinging));
        await _stopping.CancelAsync();
        _output.Fail(MqttException.Closed(closed));
        await _transport.DisposeAsync();
        await Task.WhenAll(_reading, _writing, pinging).ContinueWith(_ => { }, TaskScheduler.Default);
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
            return new MqttClosed(exception.Failure, exception.Message, exception.ReasonCode);
        }
        catch (OperationCanceledException)
        {
            return new MqttClosed(MqttFailure.Requested, "disconnected on request.");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return new MqttClosed(MqttFailure.Network, $"it broke ({exception.Message}).");
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
            _keepAlive.Received();
            while (TryRead(buffer, out var packet)) await HandleAsync(packet);
        }
    }

    static bool TryRead(PacketBuffer buffer, out Packet packet)
    {
        var found = buffer.TryTake(out var header, out var body);
        packet = found ? CodecV311.Read(header, body) : null!;
        return found;
    }

    async ValueTask HandleAsync(Packet packet)
    {
        if (packet is PingrespPacket) _keepAlive.PingAnswered();
        _handling = true;
        await _received(this, packet, _stopping.Token);
        _handling = false;
    }

    async Task KeepAliveAsync()
    {
        if (_keepAlive.IsOff) await Task.Delay(Timeout.InfiniteTimeSpan, _stopping.Token);
        while (true)
        {
            switch (_keepAlive.Next(_output.LastWritten, out var wait))
            {
                case KeepAliveStep.Ping:
                    _keepAlive.PingSent();
                    _ = _output.Append(new PingreqPacket());
                    break;
                // While we are the ones who do not read, a missing answer says nothing about the broker.
                case KeepAliveStep.Close when _handling:
                    await Task.Delay(BusyCheck, _time, _stopping.Token);
                    break;
                case KeepAliveStep.Close:
                    throw new MqttException(
                        MqttFailure.Timeout,
                        $"The broker did not answer a ping for {_keepAlive.AnswerTime.TotalSeconds} s; the link is dead.");
                default:
                    await Task.Delay(wait, _time, _stopping.Token);
                    break;
            }
        }
    }
}
