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
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly ILogger _webLog;
    long _tickAt;
    readonly IReadOnlyList<IOutput> _outputs;
    readonly IReadOnlyList<OutputRunner> _runners;
    readonly DateTimeOffset _startedAt;
    readonly long _startedTimestamp;
    readonly OtherBridge _others = new();
    readonly SimulatedLeftovers _leftovers;

    public Bridge(BridgeOptions options, Catalogue catalogue, TimeProvider time, ILoggerFactory logs, IReadOnlyList<IOutput>? extraOutputs = null)
    {
        (_options, _time, _log) = (options, time, logs.CreateLogger("bridge"));
        (_startedAt, _startedTimestamp) = (time.GetLocalNow(), time.GetTimestamp());
        (_webLog, _tickAt) = (logs.CreateLogger("web"), _startedTimestamp);
        Topics = new Topics(options.Mqtt.BaseTopic);
        _leftovers = new SimulatedLeftovers(options, Topics);
        Mqtt = OutputTable.NeedsBroker(options) ? new MqttConnection(options.Mqtt, Topics, time, logs.CreateLogger("mqtt")) : null;
        _outputs = [.. OutputTable.Create(new OutputContext(options, catalogue, Topics, Publish, time, logs, BridgeReports.Version)), .. extraOutputs ?? []];
        _runners = [.. OutputTable.InOrder(_outputs).Select(outputs => new OutputRunner(outputs, time, logs.CreateLogger("outputs")))];
        var meterLog = logs.CreateLogger(LogLines.Meters);
        Meters = [.. options.Meters.Select(meter => new MeterRuntime(
            meter, options, catalogue, SourceTable.Create(meter, catalogue, time, options.StateDirectory, meterLog), Post, Announce, time, meterLog))];
    }

    /// <summary>The configured meters.</summary>
    public IReadOnlyList<MeterRuntime> Meters { get; }

    /// <summary>The topics below the configured base.</summary>
    public Topics Topics { get; }

    /// <summary>The broker connection; null when no output needs one.</summary>
    public MqttConnection? Mqtt { get; }

    IEnumerable<DrivenOutput> Outputs => _runners.SelectMany(static runner => runner.Outputs);

    /// <summary>What goes to the broker, as it goes.</summary>
    public event Action<MqttPublication>? Published;

    /// <summary>Runs until cancelled; then says goodbye. Throws <see cref="IOException"/> when a file cannot be read.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var tasks = _runners.Select(runner => runner.RunAsync(stop.Token)).ToList();
        try
        {
            if (Mqtt is not null) await StartMqttAsync(Mqtt);
            tasks.AddRange(Meters.Select(meter => meter.RunAsync(stop.Token)));
            if (Mqtt is not null) tasks.Add(ReportHealthAsync(stop.Token));
            if (_options.Web.Listen is { } address)
                tasks.Add(new WebListener(address.ToEndPoint(), [.. _options.Web.Allow.Select(System.Net.IPAddress.Parse)], Answer, _time, _webLog).RunAsync(stop.Token));
            await UntilCancelledOrFaultedAsync([.. tasks], stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (var values in _outputs.OfType<MqttValuesOutput>())
                values.SayGoodbye();
            // What is taken back now was not deleted by the user.
            foreach (var discovery in _outputs.OfType<HomeAssistantDiscoveryOutput>())
                discovery.Dispose();
            // After the goodbyes, which for a simulated meter are to be forgotten too.
            foreach (var topic in _leftovers.Topics)
                Publish(new MqttPublication(topic, null, Retain: true, MessageKind.State));
            if (Mqtt is not null) await Mqtt.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var output in _outputs.OfType<IDisposable>())
            output.Dispose();
        if (Mqtt is not null) await Mqtt.DisposeAsync();
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

    async Task StartMqttAsync(MqttConnection mqtt)
    {
        mqtt.Online += Greet;
        var discoveries = _outputs.OfType<HomeAssistantDiscoveryOutput>().ToList();
        foreach (var discovery in discoveries)
        {
            mqtt.Online += discovery.OnConnected;
            mqtt.Offline += discovery.OnDisconnected;
            discovery.StatesWanted += RepeatStates;
            discovery.TopicWanted += topic => _ = mqtt.SubscribeAsync(topic, arrival => discovery.OnWantedMessage(arrival.Topic, arrival.Text, arrival.IsRetained));
        }
        await mqtt.StartAsync();
        await mqtt.SubscribeAsync(Topics.BridgeInfo, Meet);
        foreach (var discovery in discoveries)
        {
            await mqtt.SubscribeAsync(discovery.StatusTopic, arrival => discovery.OnStatusMessage(arrival.Text));
            await mqtt.SubscribeAsync(discovery.CommandTopic, arrival => discovery.OnCommand(arrival.Text, arrival.IsRetained));
            await mqtt.SubscribeAsync(discovery.OwnTopicFilter, arrival => discovery.OnOwnTopicMessage(arrival.Topic, arrival.Text, arrival.IsRetained));
        }
    }

    void Greet()
    {
        Publish(new MqttPublication(Topics.BridgeState, Topics.Online, Retain: true, MessageKind.Control));
        PublishInfo();
        PublishHealth();
    }

    void PublishInfo()
    {
        var info = BridgeReports.Info(Meters, _startedAt, _outputs.Select(static output => output.Name), _others.Own);
        Publish(new MqttPublication(Topics.BridgeInfo, info, Retain: true, MessageKind.Control));
    }

    void Meet(MqttArrival arrival)
    {
        if (!_others.IsNews(arrival.Text, arrival.IsRetained)) return;
        _log.LogWarning(
            "Another bridge publishes below '{Base}' on this broker too: values and devices of both get mixed up. Stop one of them or give it another mqtt.base_topic", Topics.Base);
        // So that the other one hears of us as well.
        PublishInfo();
    }

    /// <summary>Home Assistant lost all states that are not retained, and its own broker may have lost the others.</summary>
    void RepeatStates()
    {
        Greet();
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
            PublishHealth();
        }
    }

    WebAnswer? Answer(string path) => path switch
    {
        "/" => new WebAnswer("text/html; charset=utf-8", StatusPage.Render(Meters, Outputs, Mqtt, _options.HomeAssistant.Language, Topics)),
        "/healthz" => IsAlive ? new WebAnswer("text/plain; charset=utf-8", "ok\n") : new WebAnswer("text/plain; charset=utf-8", "the health report hangs\n", 503),
        _ => null,
    };

    /// <summary>Whether the program works: not whether a meter or a broker is there, or it would be started anew for ever while one is not.</summary>
    bool IsAlive => Mqtt is null || _time.GetElapsedTime(Interlocked.Read(ref _tickAt)) < DeadAfter;

    void PublishHealth()
    {
        var health = BridgeReports.Health(Meters, Outputs, _runners.Sum(static runner => runner.Overtaken), Mqtt, _time.GetElapsedTime(_startedTimestamp));
        Publish(new MqttPublication(Topics.BridgeHealth, health, Retain: false, MessageKind.Live));
    }

    /// <summary>As a state, so that it waits for a broker that is not there yet: meters are swapped while the power is off.</summary>
    void Announce(string meter, MeterSwap swap)
    {
        if (Mqtt is not null) Publish(new MqttPublication(Topics.BridgeEvent, BridgeReports.Event(meter, swap), Retain: false, MessageKind.State));
    }

    void Publish(MqttPublication publication)
    {
        Mqtt!.Publish(publication);
        _leftovers.Note(publication);
        Published?.Invoke(publication);
    }

    void Post(MeterUpdate update)
    {
        foreach (var runner in _runners)
            runner.Post(update);
    }
}
