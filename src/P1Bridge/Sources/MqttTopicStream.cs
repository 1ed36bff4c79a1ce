using System.Threading.Channels;
using P1Bridge.Outputs;

namespace P1Bridge.Sources;

/// <summary>The messages of one topic as a stream of bytes, until the connection is lost. Owns the connection.</summary>
sealed class MqttTopicStream(MqttConnection connection, string topic) : IncomingStream
{
    /// <summary>No telegram is longer; what is, is something else and would only cost memory.</summary>
    const int LongestMessage = 64 * 1024;

    /// <summary>A telegram published line by line has some 60.</summary>
    const int MostWaiting = 1024;

    readonly Channel<ReadOnlyMemory<byte>> _messages = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    readonly TaskCompletionSource _online = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TelegramMessages _form = new();
    ReadOnlyMemory<byte> _rest;

    /// <summary>Connects and subscribes. Throws <see cref="IOException"/> when that does not work within <paramref name="patience"/>.</summary>
    public async Task ConnectAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        connection.Online += () => _online.TrySetResult();
        connection.Offline += Lose;
        await connection.StartAsync();
        await connection.SubscribeAsync(topic, Take);
        try
        {
            await _online.Task.WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException exception)
        {
            throw new IOException($"The broker at {connection.Endpoint} did not answer within {patience.TotalSeconds:0} s. Check its address, and that it runs.", exception);
        }
        RequirePermission();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_rest.IsEmpty)
        {
            RequirePermission();
            try
            {
                var message = await _messages.Reader.ReadAsync(cancellationToken);
                _rest = _form.Take(message.Span);
            }
            catch (ChannelClosedException closed) when (closed.InnerException is IOException lost)
            {
                throw new IOException(lost.Message, lost);
            }
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    void Take(MqttArrival arrival)
    {
        // What was there before we came may be from last week.
        if (arrival.IsRetained || arrival.Payload.Length > LongestMessage) return;
        _messages.Writer.TryWrite(arrival.Payload);
    }

    void Lose()
    {
        var reason = new IOException($"The broker at {connection.Endpoint} cannot be used: {connection.Fault}");
        _online.TrySetException(reason);
        _messages.Writer.TryComplete(reason);
    }

    /// <summary>A broker that refuses a topic says so once and is silent from then on.</summary>
    void RequirePermission()
    {
        if (connection.RefusedSubscriptions.Count > 0)
            throw new IOException($"The broker at {connection.Endpoint} does not let this user read {topic}. Check the access rules of its user.");
    }
}
