using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

public class ThroughputTests
{
    const int Count = 10_000;
    const int Window = 40;
    const string Topic = "p1bridge/meter/json";
    static readonly byte[] Payload = new byte[300];

    [Theory]
    [InlineData(MqttDelivery.Live)]
    [InlineData(MqttDelivery.History)]
    public async Task With_a_window_the_managed_layer_is_of_the_speed_of_the_wire(MqttDelivery delivery)
    {
        await using var broker = await Mosquitto.StartAsync("max_queued_messages 0");
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            MaximumInFlight = Window,
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "fast" },
        });
        await Eventually.True(() => client.Status.State == ManagedMqttState.Online);
        // The best of some, taken in turn: the machine may be busy with other things. One message at a time would reach a tenth.
        double raw = 0, managed = 0;
        for (var i = 0; i < 6; i++)
        {
            raw = Math.Max(raw, RawPublisher.Measure(broker.Port, Count, Window, Topic, Payload));
            managed = Math.Max(managed, await MeasureAsync(client, delivery));
        }
        Assert.True(managed > raw * 0.3, $"{managed:F0}/s of {raw:F0}/s");
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V5)]
    [InlineData(MqttProtocolVersion.V311)]
    public async Task More_values_than_the_broker_allows_under_way_do_not_wait_for_a_timer_of_TCP_between_them(MqttProtocolVersion version)
    {
        await using var broker = await Mosquitto.StartAsync("max_queued_messages 0");
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "values", ProtocolVersion = version },
        });
        await Eventually.True(() => client.Status.State == ManagedMqttState.Online);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 30; i++)
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, 45).Select(value => client.EnqueueAsync(
                new MqttMessage($"p1bridge/meter/value{value}", Payload) { QualityOfService = MqttQualityOfService.AtLeastOnce, Retain = true }, MqttDelivery.State))).Soon();
            if (watch.Elapsed < best) best = watch.Elapsed;
        }
        // An acknowledgement of TCP that waits for something to go along with takes 40 ms. After the last message nothing follows: there it may.
        Assert.True(best < TimeSpan.FromMilliseconds(75), $"{best.TotalMilliseconds:F1} ms");
    }

    static async Task<double> MeasureAsync(ManagedMqttClient client, MqttDelivery delivery)
    {
        var message = new MqttMessage(Topic, Payload) { QualityOfService = MqttQualityOfService.AtLeastOnce };
        var before = client.GetHealth().Outcomes[MqttOutcome.Delivered];
        var watch = Stopwatch.StartNew();
        for (var i = 1; i < Count; i++) Assert.True(client.Enqueue(message, delivery));
        Assert.Equal(MqttOutcome.Delivered, (await client.EnqueueAsync(message, delivery).Soon()).Outcome);
        await Eventually.True(() => client.GetHealth().Outcomes[MqttOutcome.Delivered] == before + Count);
        return Count / watch.Elapsed.TotalSeconds;
    }
}
