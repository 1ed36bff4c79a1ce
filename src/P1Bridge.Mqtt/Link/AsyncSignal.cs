using System.Threading.Channels;

namespace P1Bridge.Mqtt.Link;

/// <summary>Wakes one waiting loop; signals that come while it is busy melt into one.</summary>
sealed class AsyncSignal
{
    readonly Channel<bool> _pending = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    int _isSet;

    /// <summary>Costs next to nothing when it is set already, as for all but the first of the messages of a telegram.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0) _pending.Writer.TryWrite(true);
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _pending.Reader.ReadAsync(cancellationToken);
        // Before anything is looked at that a signal stands for: what comes from now on is a signal of its own.
        Interlocked.Exchange(ref _isSet, 0);
    }
}
