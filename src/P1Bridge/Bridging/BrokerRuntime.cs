using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Bridging;

/// <summary>One broker: the connection, the topics there, and what the bridge says about itself there.</summary>
sealed class BrokerRuntime : IAsyncDisposable
{
    const string JournalFolder = "history";

    readonly ILogger _log;
    readonly OtherBridge _others;
    readonly SimulatedLeftovers _leftovers;
    readonly Action<BrokerRuntime> _greet;
    readonly Action<BrokerRuntime> _publishInfo;

    /// <param name="options">The configuration.</param>
    /// <param name="broker">This broker's part of it.</param>
    /// <param name="others">Tells our own messages from those of another bridge.</param>
    /// <param name="greet">Called at each connect.</param>
    /// <param name="publishInfo">Called when another bridge should hear of us.</param>
    /// <param name="time">For waits.</param>
    /// <param name="logs">For what there is to say.</param>
    public BrokerRuntime(
        BridgeOptions options, MqttOptions broker, OtherBridge others, Action<BrokerRuntime> greet, Action<BrokerRuntime> publishInfo, TimeProvider time, ILoggerFactory logs)
    {
        (Options, _others, _greet, _publishInfo, _log) = (broker, others, greet, publishInfo, logs.CreateLogger("bridge"));
        Topics = new Topics(broker.BaseTopic);
        _leftovers = new SimulatedLeftovers(options, Topics);
        var hasHistory = options.Outputs.MqttJson is { Enabled: true, History: true } json && options.BrokerNamed(json.Broker).Name == broker.Name;
        var journal = hasHistory ? Path.Combine(options.StateDirectory, JournalFolder, broker.Name) : null;
        Mqtt = new MqttConnection(broker, Topics, time, logs.CreateLogger("mqtt"), journalDirectory: journal);
    }

    /// <summary>What is configured for it.</summary>
    public MqttOptions Options { get; }

    /// <summary>The topics below its base.</summary>
    public Topics Topics { get; }

    /// <summary>The connection.</summary>
    public MqttConnection Mqtt { get; }

    /// <summary>What goes to it, as it goes.</summary>
    public event Action<MqttPublication>? Published;

    /// <summary>Starts connecting, and listens to what the bridge and <paramref name="discoveries"/> must know.</summary>
    public async Task StartAsync(IReadOnlyList<HomeAssistantDiscoveryOutput> discoveries)
    {
        Mqtt.Online += () => _greet(this);
        foreach (var discovery in discoveries)
        {
            Mqtt.Online += discovery.OnConnected;
            Mqtt.Offline += discovery.OnDisconnected;
            discovery.TopicWanted += topic => _ = Mqtt.SubscribeAsync(topic, arrival => discovery.OnWantedMessage(arrival.Topic, arrival.Text, arrival.IsRetained));
        }
        await Mqtt.StartAsync();
        await Mqtt.SubscribeAsync(Topics.BridgeInfo, Meet);
        foreach (var discovery in discoveries)
        {
            await Mqtt.SubscribeAsync(discovery.StatusTopic, arrival => discovery.OnStatusMessage(arrival.Text));
            await Mqtt.SubscribeAsync(discovery.CommandTopic, arrival => discovery.OnCommand(arrival.Text, arrival.IsRetained));
            await Mqtt.SubscribeAsync(discovery.OwnTopicFilter, arrival => discovery.OnOwnTopicMessage(arrival.Topic, arrival.Text, arrival.IsRetained));
        }
    }

    /// <summary>Queues a message; never waits.</summary>
    public void Publish(MqttPublication publication)
    {
        Mqtt.Publish(publication);
        _leftovers.Note(publication);
        Published?.Invoke(publication);
    }

    /// <summary>Forgets simulated meters, sends what waits, says offline and goes; bounded.</summary>
    public Task StopAsync()
    {
        foreach (var topic in _leftovers.Topics)
            Publish(new MqttPublication(topic, null, Retain: true, MessageKind.State));
        return Mqtt.StopAsync(CancellationToken.None, leavesState: !_leftovers.IsAll);
    }

    public ValueTask DisposeAsync() => Mqtt.DisposeAsync();

    void Meet(MqttArrival arrival)
    {
        if (!_others.IsNews(arrival.Text, arrival.IsRetained)) return;
        _log.LogWarning(
            "Another bridge publishes below '{Base}' on this broker too: values and devices of both get mixed up. Stop one of them or give it another mqtt.base_topic", Topics.Base);
        // So that the other one hears of us as well.
        _publishInfo(this);
    }
}
