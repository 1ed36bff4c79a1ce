using P1Bridge.Mqtt;

namespace P1Bridge.Cli.Messaging;

/// <summary>Publishes messages in order, many under way at a time, and sends again what a lost connection took with it.</summary>
sealed class Publisher(CommandLink link)
{
    /// <summary>As many as mosquitto_pub has under way would be 20; more only helps.</summary>
    const int Window = 100;

    readonly Queue<(MqttMessage Message, Task<MqttPublishResult> Sending)> _underWay = [];
    bool _isComplete = true;

    /// <summary>True when the broker has taken all; false when it refused one, or the connection is lost and stays so.</summary>
    public async Task<bool> PublishAsync(IAsyncEnumerable<MqttMessage> messages, CancellationToken cancellation)
    {
        await foreach (var message in messages.WithCancellation(cancellation))
        {
            _underWay.Enqueue((message, link.Client.PublishAsync(message, CancellationToken.None)));
            // Those that are done make room at once, so that what is refused is told while it goes on.
            while (_underWay.Count > 0 && (_underWay.Count >= Window || _underWay.Peek().Sending.IsCompleted))
            {
                if (!await FinishFirstAsync(cancellation)) return false;
            }
        }
        while (_underWay.Count > 0)
        {
            if (!await FinishFirstAsync(cancellation)) return false;
        }
        return _isComplete;
    }

    async Task<bool> FinishFirstAsync(CancellationToken cancellation)
    {
        var (message, sending) = _underWay.Peek();
        // A kept session sends again by itself; its calls simply go on waiting, and only for them the connection has to come back.
        while (!sending.IsCompleted && await Task.WhenAny(sending, link.Closed).WaitAsync(cancellation) != sending && !sending.IsCompleted && link.Client.ResendsUnacknowledged)
        {
            if (!await link.ReconnectAsync(cancellation)) return false;
        }
        try
        {
            Judge(message, await sending.WaitAsync(cancellation));
            _underWay.Dequeue();
            return true;
        }
        catch (MqttException)
        {
            // The closed connection has the reason, which the reconnect tells.
            if (!await link.ReconnectAsync(cancellation)) return false;
            SendAgain();
            return true;
        }
    }

    void SendAgain()
    {
        var failed = _underWay.ToList();
        _underWay.Clear();
        foreach (var (message, sending) in failed)
            _underWay.Enqueue((message, sending.IsCompletedSuccessfully ? sending : link.Client.PublishAsync(message, CancellationToken.None)));
    }

    void Judge(MqttMessage message, MqttPublishResult result)
    {
        if (result.Succeeded) return;
        _isComplete = false;
        CommandLink.Say($"The broker does not take the message on '{message.Topic}': {result.Text ?? result.ReasonCode.ToString()}.");
    }
}
