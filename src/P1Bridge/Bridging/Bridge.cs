using Microsoft.Extensions.Logging;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Sources;
using P1Bridge.Web;

namespace P1Bridge.Bridging;

/// <summary>
/// The bridge: meters, outputs and the broker connection put together. One reading task per meter, one writing task per output or ordered
/// group of them; nothing that fails while it runs ends it, except a file that cannot be read.
/// </summary>
sealed class Bridge : IAsyncDisposable
{
    static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(60);
    static readonly TimeSpan TroubleInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan DeadAfter = TimeSpan.FromMinutes(1);

    readonly BridgeOptions _options;
    readonly Catalogue _catalogue;
    readonly TimeProvider _time;
    readonly ILoggerFactory _logs;
    readonly ILogger _log;
    readonly ILogger _webLog;
    long _tickAt;
    readonly IReadOnlyList<IOutput> _outputs;
    readonly IReadOnlyList<OutputRunner> _runners;
    readonly DateTimeOffset _startedAt;
    readonly long _startedTimestamp;
    readonly OtherBridge _others = new();
    readonly IReadOnlyList<BrokerRuntime> _brokers;

    public Bridge(BridgeOptions options, Catalogue catalogue, TimeProvider time, ILoggerFactory logs, IReadOnlyList<IOutput>? extraOutputs = null)
    {
        (_options, _catalogue, _time, _logs, _log) = (options, catalogue, time, logs, logs.CreateLogger("bridge"));
        (_startedAt, _startedTimestamp) = (time.GetLocalNow(), time.GetTimestamp());
        (_webLog, _tickAt) = (logs.CreateLogger("web"), _startedTimestamp);
        _brokers = [.. OutputTable.Brokers(options).Select(broker => new BrokerRuntime(options, broker, _others, Greet, PublishInfo, time, logs))];
        foreach (var broker in _brokers) broker.Published += message => Published?.Invoke(message);
        Topics = _brokers.Count > 0 ? _brokers[0].Topics : new Topics(options.Mqtt.BaseTopic);
        _outputs = [.. OutputTable.Create(options, ContextOf), .. extraOutputs ?? []];
        _runners = [.. OutputTable.InOrder(_outputs).Select(outputs => new OutputRunner(outputs, time, logs.CreateLogger("outputs")))];
        var meterLog = logs.CreateLogger(LogLines.Meters);
        Meters = [.. options.Meters.Select(meter => new MeterRuntime(
            meter, options, catalogue, SourceTable.Create(meter, catalogue, time, options.StateDirectory, meterLog), Post, Announce, time, meterLog))];
    }

    /// <summary>The configured meters.</summary>
    public IReadOnlyList<MeterRuntime> Meters { get; }

    /// <summary>The topics below the configured base of the first broker in use.</summary>
    public Topics Topics { get; }

    /// <summary>The connection to the first broker in use; null when no output needs one.</summary>
    public MqttConnection? Mqtt => _brokers.Count > 0 ? _brokers[0].Mqtt : null;

    IEnumerable<DrivenOutput> Outputs => _runners.SelectMany(static runner => runner.Outputs);

    /// <summary>What goes to brokers, as it goes.</summary>
    public event Action<MqttPublication>? Published;

    /// <summary>Runs until cancelled; then says goodbye. Throws <see cref="IOException"/> when a file cannot be read.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var tasks = _runners.Select(runner => runner.RunAsync(stop.Token)).ToList();
        try
        {
            foreach (var broker in _brokers) await StartAsync(broker);
            tasks.AddRange(Meters.Select(meter => meter.RunAsync(stop.Token)));
            if (_brokers.Count > 0) tasks.Add(ReportHealthAsync(stop.Token));
            if (_options.Web.Listen is { } address)
                tasks.Add(new WebListener(address.ToEndPoint(), [.. _options.Web.Allow.Select(System.Net.IPAddress.Parse)], Answer, _time, _webLog).RunAsync(stop.Token));
            await UntilCancelledOrFaultedAsync([.. tasks], stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (var runner in _runners) runner.TellLost();
            foreach (var values in _outputs.OfType<MqttValuesOutput>())
                values.SayGoodbye();
            // What is taken back now was not deleted by the user.
            foreach (var discovery in _outputs.OfType<HomeAssistantDiscoveryOutput>())
                discovery.Dispose();
            // After the goodbyes, which for a simulated meter are to be forgotten too. Together: each has its own patience.
            await Task.WhenAll(_brokers.Select(static broker => broker.StopAsync()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var output in _outputs.OfType<IDisposable>())
            output.Dispose();
        foreach (var broker in _brokers) await broker.DisposeAsync();
    }

    /// <summary>A task that ends without fault (a file at its end) ends nothing else: what it published stays true.</summary>
    static async Task UntilCancelledOrFaultedAsync(List<Task> tasks, CancellationToken cancellation)
    {
        tasks.Add(Task.Delay(Timeout.Infinite, cancellation));
        while (true)
        {
            var ended = await Task.WhenAny(tasks);
            if (ended.IsFaulted) await ended;
            if (cancellation.IsCancellationRequested) return;
            tasks.Remove(ended);
        }
    }

    OutputContext ContextOf(string brokerName)
    {
        var name = _options.BrokerNamed(brokerName).Name;
        // An output without broker gets the first one's topics and publishes nothing.
        var broker = _brokers.FirstOrDefault(broker => broker.Options.Name == name);
        return new OutputContext(
            _options, _catalogue, broker?.Options ?? _options.Mqtt, broker?.Topics ?? Topics, broker is null ? static _ => { } : broker.Publish, _time, _logs, BridgeReports.Version)
        {
            Record = broker is null ? null : broker.RecordAsync,
        };
    }

    async Task StartAsync(BrokerRuntime broker)
    {
        var isAnnounced = _options.BrokerNamed(_options.HomeAssistant.Broker).Name == broker.Options.Name;
        List<HomeAssistantDiscoveryOutput> discoveries = isAnnounced ? [.. _outputs.OfType<HomeAssistantDiscoveryOutput>()] : [];
        foreach (var discovery in discoveries)
        {
            discovery.StatesWanted += RepeatStates;
            discovery.UnretainedWanted += () => PublishHealth(broker);
        }
        await broker.StartAsync(discoveries);
    }

    void Greet(BrokerRuntime broker)
    {
        broker.Publish(new MqttPublication(broker.Topics.BridgeState, Topics.Online, Retain: true, MessageKind.Control));
        PublishInfo(broker);
        PublishHealth(broker);
    }

    void PublishInfo(BrokerRuntime broker)
    {
        var info = BridgeReports.Info(Meters, _startedAt, _outputs.Select(static output => output.Name), _others.Own);
        broker.Publish(new MqttPublication(broker.Topics.BridgeInfo, info, Retain: true, MessageKind.Control));
    }

    /// <summary>Home Assistant lost all states that are not retained, and its own broker may have lost the others.</summary>
    void RepeatStates()
    {
        foreach (var broker in _brokers)
            Greet(broker);
        foreach (var values in _outputs.OfType<MqttValuesOutput>())
            values.RepeatAll();
    }

    /// <summary>Each minute, and soon after trouble began, grew or ended: nobody should have to wait to see why values are missing.</summary>
    async Task ReportHealthAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TroubleInterval, _time);
        var faults = new UnexpectedFaults("bridge/health", _log);
        var troubles = "";
        var publishedAt = _time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            Interlocked.Exchange(ref _tickAt, _time.GetTimestamp());
            faults.Guard(PublishIfDue);
        }

        void PublishIfDue()
        {
            var before = troubles;
            troubles = BridgeReports.Troubles(Meters, Outputs);
            if (troubles == before && _time.GetElapsedTime(publishedAt) < HealthInterval) return;
            publishedAt = _time.GetTimestamp();
            foreach (var broker in _brokers) PublishHealth(broker);
        }
    }

    /// <summary>Where values are, which need not be the first broker.</summary>
    Topics ValueTopics => new(_options.BrokerNamed(_options.Outputs.MqttValues.Broker).BaseTopic);

    WebAnswer? Answer(string path) => path switch
    {
        "/" => new WebAnswer("text/html; charset=utf-8", StatusPage.Render(Meters, Outputs, _brokers, _options.HomeAssistant.Language, ValueTopics)),
        "/healthz" => IsAlive ? new WebAnswer("text/plain; charset=utf-8", "ok\n") : new WebAnswer("text/plain; charset=utf-8", "the health report hangs\n", 503),
        _ => null,
    };

    /// <summary>Whether the program works: not whether a meter or a broker is there, or it would be started anew for ever while one is not.</summary>
    bool IsAlive => _brokers.Count == 0 || _time.GetElapsedTime(Interlocked.Read(ref _tickAt)) < DeadAfter;

    void PublishHealth(BrokerRuntime broker)
    {
        var health = BridgeReports.Health(
            Meters, Outputs, _runners.Sum(static runner => runner.Overtaken), _runners.Sum(static runner => runner.Dropped), _brokers, _time.GetElapsedTime(_startedTimestamp));
        broker.Publish(new MqttPublication(broker.Topics.BridgeHealth, health, Retain: false, MessageKind.Live));
    }

    /// <summary>As a state, so that it waits for a broker that is not there yet: meters are swapped while the power is off.</summary>
    void Announce(string meter, MeterSwap swap)
    {
        foreach (var broker in _brokers)
            broker.Publish(new MqttPublication(broker.Topics.BridgeEvent, BridgeReports.Event(meter, swap), Retain: false, MessageKind.State));
    }

    void Post(MeterUpdate update)
    {
        foreach (var runner in _runners)
            runner.Post(update);
    }
}
