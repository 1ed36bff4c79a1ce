using System.Threading.Channels;

namespace P1Bridge.Mqtt.Link;

/// <summary>Hands received messages to the application, one at a time and off the read loop; a bounded number may wait.</summary>
sealed class MessageDispatcher
{
    const int Waiting = 256;
    readonly Channel<MqttMessage> _messages =
        Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    readonly Action<MqttMessage> _deliver;
    readonly Action<Exception> _failed;

    public MessageDispatcher(Action<MqttMessage> deliver, Action<Exception> failed)
    {
        (_deliver, _failed) = (deliver, failed);
        _ = Task.Run(RunAsync);
    }

    /// <summary>Completes when the message has its place; from then on it is ours to keep.</summary>
    public ValueTask AddAsync(MqttMessage message, CancellationToken cancellationToken) =>
        _messages.Writer.WriteAsync(message, cancellationToken);

    public void Complete() => _messages.Writer.TryComplete();

    async Task RunAsync()
    {
        await foreach (var message in _messages.Reader.ReadAllAsync())
        {
            try
            {
                _deliver(message);
            }
#pragma warning disable CA1031 // A fault of the application's handler must not stop the messages that follow; it is reported.
            catch (Exception exception)
            {
                _failed(exception);
            }
#pragma warning restore CA1031
        }
    }
}
