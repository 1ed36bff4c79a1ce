using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Outputs;

/// <summary>
/// Drives outputs by a task of its own: a slow or failing one holds up no other task's. Several outputs are those whose order matters;
/// each update goes to the first, then to the next, and a fault of one does not keep the others from it. Keeps only the latest update of
/// each meter while busy; every snapshot holds all values, so nothing is lost by that. For an output that records, all are kept, up to a bound.
/// </summary>
sealed class OutputRunner(IReadOnlyList<IOutput> outputs, TimeProvider time, ILogger log)
{
    /// <summary>Most updates that wait for an output that records: hours of telegrams, and a few ten MB.</summary>
    internal const int MostWaiting = 10_000;

    readonly ConcurrentDictionary<string, MeterUpdate> _latest = new();
    readonly ConcurrentQueue<MeterUpdate> _all = new();
    readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Handovers _handovers = new();
    readonly Lock _posting = new();

    /// <summary>The outputs, in their order.</summary>
    public ImmutableArray<DrivenOutput> Outputs { get; } = [.. outputs.Select(output => new DrivenOutput(output, time, log))];

    /// <summary>Updates that were overtaken by a newer one.</summary>
    public long Overtaken { get; private set; }

    /// <summary>Updates that an output that records did not get, because too many waited.</summary>
    public long Dropped { get; private set; }

    bool KeepsAll => Outputs is [{ WantsAll: true }];

    /// <summary>Hands over an update; never waits.</summary>
    public void Post(MeterUpdate update)
    {
        lock (_posting)
        {
            if (KeepsAll)
            {
                _all.Enqueue(update);
                if (_all.Count > MostWaiting && _all.TryDequeue(out _)) Dropped++;
            }
            else if (!_latest.TryAdd(update.Name, update))
            {
                _latest[update.Name] = update;
                Overtaken++;
            }
            _signal.Writer.TryWrite(true);
        }
    }

    /// <summary>Says at the end of the program what goes with it: records that still waited for an output that takes no more.</summary>
    public void TellLost()
    {
        if (!_all.IsEmpty) log.LogWarning("{Records} telegram(s) still waited for output {Output}, which had no room, and are not recorded", _all.Count, Outputs[0].Name);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await WaitAsync(cancellation);
            while (Outputs[0].RestsFor is null && _all.TryPeek(out var next) && await Outputs[0].TryWriteAsync(next, cancellation))
                Take(next);
            foreach (var meter in _latest.Keys)
            {
                if (_latest.TryRemove(meter, out var update)) await WriteAsync(update, cancellation);
            }
        }
    }

    /// <summary>Waits for an update, or until an output that owes one has rested.</summary>
    async Task WaitAsync(CancellationToken cancellation)
    {
        if (ShortestRest() is { } rest) await WaitAsync(rest, cancellation);
        else if (_latest.IsEmpty && _all.IsEmpty) await _signal.Reader.ReadAsync(cancellation);
    }

    async Task WaitAsync(TimeSpan rest, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var signal = _signal.Reader.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(signal, Task.Delay(rest, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        _signal.Reader.TryRead(out _);
    }

    TimeSpan? ShortestRest()
    {
        TimeSpan? shortest = null;
        foreach (var output in Outputs)
        {
            if (output.RestsFor is { } rest && !(rest >= shortest)) shortest = rest;
        }
        return shortest;
    }

    /// <summary>Meanwhile it may have made room for others.</summary>
    void Take(MeterUpdate written)
    {
        lock (_posting)
        {
            if (_all.TryPeek(out var first) && ReferenceEquals(first, written)) _all.TryDequeue(out _);
        }
    }

    async Task WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        var isComplete = true;
        foreach (var output in Outputs)
        {
            isComplete &= await output.TryWriteAsync(isComplete ? update : _handovers.WithoutUnknown(update), cancellation);
            if (isComplete && output == Outputs[0]) _handovers.Note(update);
        }
        // Meanwhile a newer one may have come; the old one is then of no interest.
        if (!isComplete) _latest.TryAdd(update.Name, update);
    }
}
