using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Sources;

namespace P1Bridge.Bridging;

/// <summary>Everything one configured meter needs at run time: its source, reader, pipeline and what it remembers.</summary>
sealed class MeterRuntime
{
    readonly MeterMemory _memory;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly long _startedAt;

    public MeterRuntime(
        MeterOptions options, GuardOptions guard, string stateDirectory, Catalogue catalogue, IByteSource source,
        Action<MeterUpdate> publish, TimeProvider time, ILogger log)
    {
        (_time, _log, _startedAt) = (time, log, time.GetTimestamp());
        Name = options.Name;
        Source = source;
        Reader = new TelegramReader(catalogue, options.IgnoreChecksum);
        Pipeline = new MeterPipeline(catalogue, PipelineOptions(options, guard));
        _memory = new MeterMemory(stateDirectory, options.Name, Pipeline, time, log);
        Runner = new SourceRunner(options.Name, source, Reader, Pipeline, options.SilenceTimeout, update => Take(update, publish), time, log);
    }

    public string Name { get; }

    public IByteSource Source { get; }

    public TelegramReader Reader { get; }

    public MeterPipeline Pipeline { get; }

    public SourceRunner Runner { get; }

    /// <summary>What is held back, and was since the start.</summary>
    public HoldTracker Holds { get; } = new();

    /// <summary>The snapshot of the last telegram; null before the first.</summary>
    public MeterSnapshot? Latest { get; private set; }

    /// <summary>How a configured meter's pipeline behaves.</summary>
    public static MeterPipelineOptions PipelineOptions(MeterOptions options, GuardOptions guard) => new()
    {
        Name = options.Name,
        StaleAfter = options.StaleAfter,
        TariffNames = options.TariffNamesByNumber,
        Guard = guard.Enabled,
        AgreeingTelegrams = guard.AgreeingTelegrams,
    };

    /// <summary>Reads until cancelled or until a file has ended; what must survive is stored at the end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _memory.Restore();
        try
        {
            await Runner.RunAsync(cancellation);
        }
        finally
        {
            _memory.Save();
        }
    }

    void Take(MeterUpdate update, Action<MeterUpdate> publish)
    {
        if (update is MeterSnapshot snapshot)
        {
            Latest = snapshot;
            foreach (var line in Holds.Take(snapshot.Held, _time.GetElapsedTime(_startedAt)))
                _log.Log(line.IsGrave ? LogLevel.Warning : LogLevel.Information, "{Meter}: {Text}", Name, line.Text);
        }
        publish(update);
        _memory.SaveIfDue();
    }
}
