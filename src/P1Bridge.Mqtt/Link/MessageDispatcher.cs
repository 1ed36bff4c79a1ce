using System.Threading.Channels;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// Hands received messages to the application, one at a time and off the read loop; a bounded number of bounded size may wait.
/// </summary>
#pragma warning disable CA1001 // The semaphore holds nothing to dispose of, as its wait handle is never asked for.
sealed class MessageDispatcher
#pragma warning restore CA1001
{
    const int Waiting = 256;
    const int LargeWaiting = 4;
    const int Large = 64 * 1024;
    readonly Channel<MqttMessage> _messages =
        Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    readonly SemaphoreSlim _large = new(LargeWaiting);
    readonly Action<MqttMessage> _deliver;
    readonly Action<Exception> _failed;

    public MessageDispatcher(Action<MqttMessage> deliver, Action<Exception> failed)
    {
        (_deliver, _failed) = (deliver, failed);
        _ = Task.Run(RunAsync);
    }

    /// <summary>Completes when the message has its place; from then on it is ours to keep.</summary>
    public ValueTask AddAsync(MqttMessage message, CancellationToken cancellationToken) =>
        IsLarge(message) ? AddLargeAsync(message, cancellationToken) : _messages.Writer.WriteAsync(message, cancellationToken);

    public void Complete() => _messages.Writer.TryComplete();

    // A few large ones at a time: else the number of places times the largest packet is what a broker could make us keep.
    async ValueTask AddLargeAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        await _large.WaitAsync(cancellationToken);
        try
        {
            await _messages.Writer.WriteAsync(message, cancellationToken);
        }
        catch
        {
            _large.Release();
            throw;
        }
    }

    static bool IsLarge(MqttMessage message) => message.Payload.Length > Large;

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
            if (IsLarge(message)) _large.Release();
        }
    }
}
