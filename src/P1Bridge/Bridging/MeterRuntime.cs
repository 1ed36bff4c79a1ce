using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Serving;
using P1Bridge.Sources;

namespace P1Bridge.Bridging;

/// <summary>Everything one configured meter needs at run time: its source, reader, pipeline and what it remembers.</summary>
sealed class MeterRuntime
{
    readonly MeterMemory? _memory;
    readonly RawObjects? _raw;
    readonly Action<MeterUpdate> _publish;
    readonly Action<string, MeterSwap> _swapped;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly long _startedAt;
    readonly ClockWatch? _clock;
    readonly string _destination;
    bool _hasGreeted;
    long _latestAt;

    public MeterRuntime(
        MeterOptions options, BridgeOptions bridge, Catalogue catalogue, IByteSource source, Action<MeterUpdate> publish,
        Action<string, MeterSwap> swapped, TimeProvider time, ILogger log)
    {
        (_publish, _swapped, _time, _log, _startedAt) = (publish, swapped, time, log, time.GetTimestamp());
        // A recording's clock is long past, a simulated one runs as it likes.
        _clock = options.Source is SerialSourceOptions or TcpSourceOptions ? new ClockWatch() : null;
        _destination = FirstTelegram.DestinationOf(bridge, options.Name);
        _raw = bridge.Publish.Raw ? new RawObjects(catalogue) : null;
        Name = options.Name;
        Source = source;
        Reader = new TelegramReader(catalogue, options.IgnoreChecksum, options.Decryption);
        Pipeline = new MeterPipeline(catalogue, PipelineOptions(options, bridge.Guard));
        // A made-up meter must not pass for the one that a real one replaced.
        _memory = options.Source is SimulatorSourceOptions ? null : new MeterMemory(bridge.StateDirectory, options.Name, Pipeline, time, log);
        Server = options.Serve is { } serve ? new RawServer(options.Name, serve.ToEndPoint(), time, log) : null;
        Runner = new SourceRunner(
            options.Name, source, Reader, Pipeline, options.SilenceTimeout, Take, time, log, Server is null ? null : Server.Offer);
    }

    public string Name { get; }

    public IByteSource Source { get; }

    public TelegramReader Reader { get; }

    public MeterPipeline Pipeline { get; }

    public SourceRunner Runner { get; }

    /// <summary>Hands the raw bytes on to other programs; null when that is off.</summary>
    public RawServer? Server { get; }

    /// <summary>What is held back, and was since the start.</summary>
    public HoldTracker Holds { get; } = new();

    /// <summary>The snapshot of the last telegram; null before the first.</summary>
    public MeterSnapshot? Latest { get; private set; }

    /// <summary>How long ago the last telegram was complete; null before the first.</summary>
    public TimeSpan? TelegramAge => Interlocked.Read(ref _latestAt) is var at and > 0 ? _time.GetElapsedTime(at) : null;

    /// <summary>How a configured meter's pipeline behaves.</summary>
    public static MeterPipelineOptions PipelineOptions(MeterOptions options, GuardOptions guard) => new()
    {
        Name = options.Name,
        StaleAfter = options.StaleAfter,
        TariffNames = options.TariffNamesByNumber,
        Guard = guard.Enabled,
        AgreeingTelegrams = guard.AgreeingTelegrams,
        CapacityTariff = options.CapacityTariff == CapacityTariff.Auto ? null : options.CapacityTariff == CapacityTariff.On,
        TargetDemand = options.TargetDemand is { } target ? FixedPoint.Parse(target.ToString(CultureInfo.InvariantCulture)) : null,
        ContinuousTotals = options.ContinuousTotals,
    };

    /// <summary>Reads until cancelled or until a file has ended; what must survive is stored at the end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _memory?.Restore();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var serving = Server?.RunAsync(stop.Token) ?? Task.CompletedTask;
        try
        {
            await Runner.RunAsync(cancellation);
        }
        finally
        {
            _memory?.Save();
            await stop.CancelAsync();
            await serving;
        }
    }

    void Take(MeterUpdate update)
    {
        if (update is MeterSnapshot snapshot)
        {
            if (_raw is not null) snapshot = snapshot with { Raw = _raw.Read(Reader.Telegram, Reader.Readings) };
            Latest = snapshot;
            Interlocked.Exchange(ref _latestAt, Math.Max(1, _time.GetTimestamp()));
            update = snapshot;
            Greet(snapshot);
            Tell(snapshot.Swaps);
            if (_clock?.Take(snapshot.Clock, snapshot.ReceivedAt) is var (isWarning, text))
                _log.Log(isWarning ? LogLevel.Warning : LogLevel.Information, "{Meter}: {Text}", Name, text);
            foreach (var line in Holds.Take(snapshot.Held, _time.GetElapsedTime(_startedAt)))
                _log.Log(line.IsGrave ? LogLevel.Warning : LogLevel.Information, "{Meter}: {Text}", Name, line.Text);
        }
        _publish(update);
        _memory?.SaveIfDue();
    }

    void Greet(MeterSnapshot snapshot)
    {
        if (_hasGreeted || snapshot.Devices.IsEmpty) return;
        _hasGreeted = true;
        _log.LogInformation("{Meter}: {Text}", Name, FirstTelegram.Describe(snapshot, _destination));
    }

    /// <summary>Stored at once: after a power cut it would be told again.</summary>
    void Tell(ImmutableArray<MeterSwap> swaps)
    {
        foreach (var swap in swaps)
        {
            _log.LogWarning(
                "{Meter}: the {Place} meter {Old} was replaced by {New}. Its values go on below the same topics; its totals are the new meter's own",
                Name, swap.TopicName.Length == 0 ? "electricity" : swap.TopicName, swap.Old, swap.New);
            _swapped(Name, swap);
        }
        if (!swaps.IsEmpty) _memory?.Save();
    }
}
