using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;
using P1Bridge.Sources;

namespace P1Bridge.Outputs;

/// <summary>
/// Drives one output by a task of its own: a slow or failing one holds up no other. Keeps only the latest update of each meter while the
/// output is busy; every snapshot holds all values, so nothing is lost by that.
/// </summary>
sealed class OutputRunner(IOutput output, TimeProvider time, ILogger log)
{
    readonly ConcurrentDictionary<string, MeterUpdate> _latest = new();
    readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    readonly Lock _posting = new();
    string? _fault;

    /// <summary>The output's name.</summary>
    public string Name => output.Name;

    /// <summary>Why it fails; null while it works.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Updates that were overtaken by a newer one.</summary>
    public long Overtaken { get; private set; }

    /// <summary>Hands over an update; never waits.</summary>
    public void Post(MeterUpdate update)
    {
        lock (_posting)
        {
            if (!_latest.TryAdd(update.Name, update))
            {
                _latest[update.Name] = update;
                Overtaken++;
            }
            _signal.Writer.TryWrite(true);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.Reader.ReadAsync(cancellation);
            foreach (var meter in _latest.Keys)
            {
                if (_latest.TryRemove(meter, out var update)) await WriteAsync(update, cancellation);
            }
        }
    }

    async Task WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await output.WriteAsync(update, cancellation);
                Up();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever an output throws, the others and the reading go on.
                Down(exception.Message);
            }
            await Task.Delay(_backoff.Next(), time, cancellation);
            // Meanwhile a newer one may have come; the old one is then of no interest.
            if (_latest.TryRemove(update.Name, out var newer)) update = newer;
        }
    }

    void Up()
    {
        _backoff.Reset();
        if (_fault is not null) log.LogInformation("Output {Output} works again", output.Name);
        Volatile.Write(ref _fault, null);
    }

    void Down(string reason)
    {
        if (_fault is null) log.LogError("Output {Output} fails and will be tried again: {Reason}", output.Name, reason);
        Volatile.Write(ref _fault, reason);
    }
}
