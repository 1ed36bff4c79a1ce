using System.Diagnostics;
using System.Globalization;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

public class OutageTests
{
    const int Telegrams = 3600;

    static MqttMessage Telegram(string topic, int number, bool retain = false) => MqttMessage.Text(
        topic, $"{{\"time\":{number},\"power\":{number % 4000},\"text\":\"{new string('x', 500)}\"}}", MqttQualityOfService.AtLeastOnce, retain);

    static int Number(string line)
    {
        var from = line.IndexOf("\"time\":", StringComparison.Ordinal) + 7;
        return int.Parse(line.AsSpan(from, line.IndexOf(',', from) - from), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task After_an_hour_without_broker_the_state_is_fresh_at_once_and_the_whole_hour_follows_in_order()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await Mosquitto.StartAsync("max_queued_messages 0");
        await using var proxy = new Proxy(broker.Port);
        await using var client = new ManagedMqttClient();
        await broker.KillAsync();
        await client.StartAsync(Child.Options(folder.Path, proxy.Port) with { HistoryDrainRate = 1000 });
        for (var i = 0; i < Telegrams; i++)
        {
            client.Enqueue(Telegram("p/state", i, retain: true), MqttDelivery.State);
            client.Enqueue(Telegram("p/live", i), MqttDelivery.Live);
            Assert.True(client.Enqueue(Telegram("p/history", i), MqttDelivery.History));
        }
        var waiting = client.GetHealth();
        Assert.Equal((Telegrams + 1, Telegrams, 0), (waiting.Queued, waiting.QueuedHistory, waiting.InFlight));

        proxy.Stall(); // The broker is back for the observer first.
        await broker.RunAsync();
        var seen = await broker.ObserveAsync("p/#");
        var watch = Stopwatch.StartNew();
        proxy.Flow();
        await Eventually.True(() => seen.Any(line => line.Contains("p/state", StringComparison.Ordinal)));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
        while (client.GetHealth() is not { Queued: 0, InFlight: 0 } && watch.Elapsed < TimeSpan.FromSeconds(60)) await Task.Delay(20);
        Assert.InRange(watch.Elapsed.TotalSeconds, (Telegrams - 1000) / 1000.0, 60); // At the limited rate.

        var health = client.GetHealth();
        Assert.Equal(Telegrams + 1, health.Outcomes[MqttOutcome.Delivered]);
        Assert.Equal(Telegrams - 1, health.Outcomes[MqttOutcome.Superseded]);
        Assert.Equal(Telegrams, health.Outcomes[MqttOutcome.DroppedOffline]);
        Assert.Equal(3 * Telegrams, health.Outcomes.Values.Sum());
        await Eventually.True(() => client.GetHealth().Journal.Bytes <= 64 * 1024);
        await Eventually.True(() => seen.Count == Telegrams + 1);
        var states = seen.Where(line => line.Contains("p/state", StringComparison.Ordinal)).Select(Number);
        var history = seen.Where(line => line.Contains("p/history", StringComparison.Ordinal)).Select(Number);
        Assert.Equal([Telegrams - 1], states);
        Assert.Equal(Enumerable.Range(0, Telegrams), history);
    }
}
