using System.Collections.Immutable;
using System.Text.Json;
using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Telegrams;
using P1Bridge.Outputs;

namespace P1Bridge.Cli.Demo;

/// <summary>Watches the bridge: the latest snapshots, what went out, what was announced. Called from several tasks.</summary>
sealed class DemoRecorder(TimeProvider time) : IOutput
{
    const int KeptPublications = 50;

    readonly Lock _gate = new();
    readonly long _startedAt = time.GetTimestamp();
    readonly Dictionary<string, MeterSnapshot> _meters = [];
    readonly Queue<(string Topic, string? Payload, long At)> _publications = [];
    readonly Dictionary<string, Announced> _devices = [];
    readonly HashSet<string> _topics = [];
    long _published;

    public string Name => "demo";

    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (update is MeterSnapshot snapshot) _meters[snapshot.Name] = snapshot;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes note of a message on its way to the broker.</summary>
    public void Note(MqttPublication publication)
    {
        lock (_gate)
        {
            _published++;
            _topics.Add(publication.Topic);
            if (publication.Topic.EndsWith("/config", StringComparison.Ordinal) && publication.Payload is { } payload) _devices[publication.Topic] = Announced.Read(payload);
            _publications.Enqueue((publication.Topic, publication.Payload, time.GetTimestamp()));
            if (_publications.Count > KeptPublications) _publications.Dequeue();
        }
    }

    /// <summary>The state topics of all announced entities; empty until the sub-meters were announced too.</summary>
    public ImmutableHashSet<string> AnnouncedTopics()
    {
        lock (_gate) return [.. _devices.Values.SelectMany(static device => device.StateTopics)];
    }

    /// <summary>Announced devices and entities.</summary>
    public (int Devices, int Entities) AnnouncedCounts()
    {
        lock (_gate) return (_devices.Count, _devices.Values.Sum(static device => device.Entities));
    }

    /// <summary>Whether each meter of the last telegram is announced and each announced entity has been published.</summary>
    public bool IsComplete()
    {
        lock (_gate)
        {
            var meters = _meters.Values.Sum(static meter => meter.Devices.Length);
            // The bridge itself is a device too.
            return meters > 0 && _devices.Count == meters + 1 && _devices.Values.All(device => device.StateTopics.All(_topics.Contains));
        }
    }

    /// <summary>Everything at this moment, for the view.</summary>
    public DemoState State(Bridge bridge, string host, int port)
    {
        lock (_gate)
        {
            return new DemoState
            {
                Meters = [.. _meters.Values],
                Broker = bridge.Mqtt is { IsOnline: true } ? DemoBrokerState.Connected : bridge.Mqtt?.Fault is null ? DemoBrokerState.Connecting : DemoBrokerState.Away,
                BrokerFault = bridge.Mqtt is { IsOnline: true } ? null : bridge.Mqtt?.Fault,
                BrokerHost = host,
                BrokerPort = port,
                BaseTopic = bridge.Topics.Base,
                Publications = [.. _publications.Reverse().Select(sent => new DemoPublication(sent.Topic, sent.Payload, time.GetElapsedTime(sent.At)))],
                Devices = [.. _devices.Values.Select(static device => new DemoDevice(device.Name, device.Entities))],
                Telegrams = bridge.Meters.Sum(static meter => meter.Reader.Counters.Accepted),
                ChecksumErrors = bridge.Meters.Sum(static meter => meter.Reader.Counters.Refused(RejectReason.CrcMismatch)),
                Published = _published,
                Running = time.GetElapsedTime(_startedAt),
            };
        }
    }

    sealed record Announced(string Name, int Entities, ImmutableArray<string> StateTopics)
    {
        public static Announced Read(string payload)
        {
            using var document = JsonDocument.Parse(payload);
            var components = document.RootElement.GetProperty("components").EnumerateObject().Select(static component => component.Value).ToList();
            return new Announced(
                document.RootElement.GetProperty("device").GetProperty("name").GetString() ?? "",
                components.Count,
                [.. components.Where(static entity => entity.TryGetProperty("state_topic", out _)).Select(static entity => entity.GetProperty("state_topic").GetString()!)]);
        }
    }
}
