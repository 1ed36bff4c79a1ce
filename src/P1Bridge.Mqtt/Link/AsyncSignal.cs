using System.Threading.Channels;

namespace P1Bridge.Mqtt.Link;

/// <summary>Wakes one waiting loop; signals that come while it is busy melt into one.</summary>
sealed class AsyncSignal
{
    readonly Channel<bool> _pending = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Set() => _pending.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _pending.Reader.ReadAsync(cancellationToken);
}
