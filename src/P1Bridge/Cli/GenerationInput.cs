using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Generation;
using P1Bridge.Outputs;

namespace P1Bridge.Cli;

/// <summary>Where commands that generate files learn what the meters send.</summary>
static class GenerationInput
{
    static readonly TimeSpan BrokerLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Empty = TimeSpan.FromSeconds(3);

    /// <summary>From telegrams: of the configured meters all at once, or of a file; null when one said nothing.</summary>
    public static async Task<IReadOnlyList<ModelMeter>?> FromTelegramsAsync(BridgeOptions options, Catalogue catalogue, CancellationToken cancellation)
        => await ListenAsync(options, catalogue, new ListenerAdvice(CanAskBroker: true), cancellation) is not { } heard ? null
            : [.. heard.Select(found => new ModelMeter(OutputTable.DiscoveryMeterOf(found.Meter, catalogue), found.Snapshot.Devices))];

    /// <summary>A telegram of each configured meter; null, after a line for each that said nothing, when one is missing.</summary>
    public static async Task<IReadOnlyList<(MeterOptions Meter, MeterSnapshot Snapshot)>?> ListenAsync(
        BridgeOptions options, Catalogue catalogue, ListenerAdvice advice, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var snapshots = await Task.WhenAll(options.Meters.Select(ListenAsync));
        if (cancellation.IsCancellationRequested) return null;
        var silent = options.Meters.Where((_, index) => snapshots[index] is null).ToList();
        foreach (var meter in silent)
            Console.Error.WriteLine(MeterListener.Silence(meter));
        return silent.Count > 0 ? null : [.. options.Meters.Select((meter, index) => (meter, snapshots[index]!))];

        async Task<MeterSnapshot?> ListenAsync(MeterOptions meter)
        {
            try
            {
                return await MeterListener.ListenAsync(meter, options, catalogue, advice, end.Token);
            }
            catch (IOException)
            {
                // Without this one there is no result: nobody need wait for the others.
                await end.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Settings that make do without a meter: who asks the broker needs none, and what is configured of one still tells its tariff names.</summary>
    public static readonly IReadOnlyList<string> WithoutMeter = ["meters.0.source=simulator"];

    /// <summary>From the retained topics of a running bridge; null when there is none.</summary>
    public static async Task<IReadOnlyList<ModelMeter>?> FromBrokerAsync(BridgeOptions options, Catalogue catalogue, CancellationToken cancellation)
    {
        var broker = options.BrokerNamed(options.Outputs.MqttValues.Broker);
        var topics = new Topics(broker.BaseTopic);
        var retained = new RetainedModel(catalogue, topics);
        using var logs = Logs.Create(LogThreshold.Error);
        await using var mqtt = new MqttConnection(broker, topics, TimeProvider.System, logs.CreateLogger("mqtt"), isObserver: true, observerName: "generate");
        Console.Error.WriteLine($"Reading what is retained below {topics.Base} at {mqtt.Endpoint} ...");
        var isOnline = await ReadAsync(mqtt, topics, retained, cancellation);
        if (cancellation.IsCancellationRequested) return null;
        var meters = retained.Meters.Select(name => new ModelMeter(DiscoveryMeterOf(options, catalogue, name), retained.DevicesOf(name))).ToList();
        if (meters.Count > 0) return meters;
        Console.Error.WriteLine(!isOnline
            ? $"p1bridge: no connection to the broker {mqtt.Endpoint}: {mqtt.Fault ?? "It does not answer."} 'p1bridge doctor' says what is wrong."
            : $"p1bridge: the broker {mqtt.Endpoint} has no values below '{topics.Base}'. Start the bridge (p1bridge run), or use --from FILE.");
        return null;
    }

    static HomeAssistant.DiscoveryMeter DiscoveryMeterOf(BridgeOptions options, Catalogue catalogue, string name)
        => OutputTable.DiscoveryMeterOf(options.Meters.FirstOrDefault(meter => meter.Name == name) ?? new MeterOptions { Name = name, Source = new SimulatorSourceOptions() }, catalogue);

    /// <summary>Retained messages come right behind the subscription; nothing says which one is the last.</summary>
    /// <returns>Whether there was a connection.</returns>
    static async Task<bool> ReadAsync(MqttConnection mqtt, Topics topics, RetainedModel retained, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(BrokerLimit);
        var last = TimeProvider.System.GetTimestamp();
        var gate = new Lock();
        try
        {
            await mqtt.StartAsync();
            await mqtt.SubscribeAsync($"{topics.Base}/#", Take);
            // A first attempt that fails is said at once: nobody wants to wait for a broker that is not there.
            while (mqtt.Fault is null && !IsComplete())
                await Task.Delay(100, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Time is up; what came is what there is.
        }
        var isOnline = mqtt.IsOnline;
        await mqtt.StopAsync(CancellationToken.None);
        return isOnline;

        void Take(MqttArrival arrival)
        {
            lock (gate)
            {
                if (arrival.IsRetained) retained.Take(arrival.Topic, arrival.Text);
                if (arrival.IsRetained) last = TimeProvider.System.GetTimestamp();
            }
        }

        bool IsComplete()
        {
            lock (gate)
            {
                if (!mqtt.IsOnline) last = TimeProvider.System.GetTimestamp();
                return TimeProvider.System.GetElapsedTime(last) >= (retained.HasBridge ? Quiet : Empty);
            }
        }
    }
}
