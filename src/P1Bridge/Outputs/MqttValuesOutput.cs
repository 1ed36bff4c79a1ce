using P1Bridge.Core.Publishing;

namespace P1Bridge.Outputs;

/// <summary>One retained topic per value, at the pace of the publish policy, and the availability of meters and sub-meters.</summary>
sealed class MqttValuesOutput(Topics topics, PublishRules rules, bool retain, PublishMessage publish, TimeProvider time) : IOutput
{
    /// <summary>A sub-meter that is missing from the telegrams for so long is called offline; one odd line must not do that.</summary>
    static readonly TimeSpan SubMeterMissing = TimeSpan.FromSeconds(60);

    readonly Dictionary<string, Meter> _meters = [];
    int _repeatRequests;

    public string Name => "mqtt_values";

    /// <summary>Publishes everything again with the next telegram; callable from anywhere.</summary>
    public void RepeatAll() => Interlocked.Increment(ref _repeatRequests);

    public ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _repeatRequests, 0) > 0)
        {
            foreach (var (name, known) in _meters)
                known.Repeat(topicName => topics.DeviceAvailability(name, topicName));
        }
        if (!_meters.TryGetValue(update.Name, out var meter))
            _meters[update.Name] = meter = new Meter(rules);
        if (update is MeterSnapshot snapshot) Write(snapshot, meter);
        else SetAvailability(meter, topics.MeterAvailability(update.Name), isOnline: false);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Says that nothing more comes of any meter, before the bridge ends in order. After another end only the bridge's own state can say so:
    /// a connection has one will.
    /// </summary>
    public void SayGoodbye()
    {
        foreach (var meter in _meters.Values)
        {
            foreach (var topic in meter.Availability.Keys.ToList())
                SetAvailability(meter, topic, isOnline: false);
        }
    }

    void Write(MeterSnapshot snapshot, Meter meter)
    {
        var now = time.GetUtcNow();
        SetAvailability(meter, topics.MeterAvailability(snapshot.Name), isOnline: true);
        foreach (var device in snapshot.Devices)
        {
            if (device.TopicName.Length == 0) continue;
            meter.SeenAt[device.TopicName] = now;
            SetAvailability(meter, topics.DeviceAvailability(snapshot.Name, device.TopicName), isOnline: true);
        }
        foreach (var (topicName, seenAt) in meter.SeenAt)
        {
            if (now - seenAt >= SubMeterMissing) SetAvailability(meter, topics.DeviceAvailability(snapshot.Name, topicName), isOnline: false);
        }
        foreach (var due in meter.Policy.Decide(snapshot, now))
            publish(new MqttPublication(topics.Value(snapshot.Name, due), due.Payload, retain || due.Payload is null, MessageKind.State));
    }

    void SetAvailability(Meter meter, string topic, bool isOnline)
    {
        if (meter.Availability.TryGetValue(topic, out var before) && before == isOnline) return;
        meter.Availability[topic] = isOnline;
        publish(new MqttPublication(topic, isOnline ? Topics.Online : Topics.Offline, retain, MessageKind.Control));
    }

    sealed class Meter(PublishRules rules)
    {
        public PublishPolicy Policy { get; } = new(rules);

        public Dictionary<string, bool> Availability { get; } = [];

        public Dictionary<string, DateTimeOffset> SeenAt { get; } = [];

        /// <summary>A sub-meter that is offline is not spoken of again: it may be gone for good, and its topics have been taken away.</summary>
        public void Repeat(Func<string, string> availabilityOf)
        {
            Policy.Reset();
            foreach (var topicName in SeenAt.Keys.Where(topicName => Availability.TryGetValue(availabilityOf(topicName), out var isOnline) && !isOnline).ToList())
                SeenAt.Remove(topicName);
            Availability.Clear();
        }
    }
}
