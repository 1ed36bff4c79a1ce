using System.Threading.Channels;

namespace P1Bridge.Mqtt.Managed;

/// <summary>Raises events one after the other, off the loops that cause them, so that a slow handler holds up nothing but other events.</summary>
sealed class EventQueue
{
    readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    readonly Action<Exception> _failed;

    public EventQueue(Action<Exception> failed)
    {
        _failed = failed;
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Completes when all events are raised after <see cref="Complete"/>.</summary>
    public Task Completion { get; }

    public void Post(Action raise) => _events.Writer.TryWrite(raise);

    public void Complete() => _events.Writer.TryComplete();

    async Task RunAsync()
    {
        await foreach (var raise in _events.Reader.ReadAllAsync()) Raise(raise);
    }

    /// <summary>Runs a handler here and now; a fault is reported, not thrown.</summary>
    public void Raise(Action raise)
    {
        try
        {
            raise();
        }
#pragma warning disable CA1031 // A fault of the application's handler must not stop the events that follow; it is reported.
        catch (Exception exception)
        {
            _failed(exception);
        }
#pragma warning restore CA1031
    }
}
