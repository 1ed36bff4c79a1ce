using System.Globalization;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>Connections cut one after the other while more waits than the broker allows under way.</summary>
public class WindowCutTests
{
    const int Cuts = 30;
    const int Rounds = 50;
    const int Values = 45;

    [Theory]
    [InlineData(1, MqttProtocolVersion.V5)]
    [InlineData(2, MqttProtocolVersion.V5)]
    [InlineData(20, MqttProtocolVersion.V5)]
    [InlineData(20, MqttProtocolVersion.V311)]
    [InlineData(65535, MqttProtocolVersion.V5)]
    public async Task Cuts_in_the_middle_of_batches_lose_nothing_and_keep_the_order(int window, MqttProtocolVersion version)
    {
        var random = new Random(window);
        await using var broker = await Mosquitto.StartAsync("max_queued_messages 0", $"max_inflight_messages {window}");
        var seen = await broker.ObserveAsync("#");
        await using var proxy = new Proxy(broker.Port)
        {
            Cuts = number => number > Cuts ? default : (number % 3) switch
            {
                0 => (random.Next(300, 20_000), null),
                1 => (null, random.Next(20, 600)),
                _ => (null, 2), // Within CONNACK: cuts of standing connections that follow each other so soon would look like a rival.
            },
        };
        await using var client = new ManagedMqttClient(random: random);
        await client.StartAsync(new ManagedMqttClientOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(5),
            HistoryDrainRate = 0,
            AcknowledgementTimeout = TimeSpan.FromSeconds(10),
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = proxy.Port, ClientId = "cut", ProtocolVersion = version },
        });
        var records = new List<Task<MqttResult>>();
        var round = 0;
        while (round < Rounds || proxy.Connections <= Cuts)
        {
            for (var value = 0; value < Values; value++)
                client.Enqueue(MqttMessage.Text($"value{value}", $"{round}", MqttQualityOfService.AtLeastOnce) with { Retain = true }, MqttDelivery.State);
            for (var i = 0; i < 10; i++)
                records.Add(client.EnqueueAsync(MqttMessage.Text("record", $"{records.Count}", MqttQualityOfService.AtLeastOnce), MqttDelivery.History));
            round++;
            await Task.Delay(random.Next(30));
        }
        var results = await Task.WhenAll(records).WaitAsync(TimeSpan.FromSeconds(90));
        await Eventually.True(() => client.GetHealth() is { Queued: 0, InFlight: 0 });
        await broker.PublishAsync("end", "0", "-q", "1");
        await Eventually.True(() => seen.Any(line => line.Contains(" end ", StringComparison.Ordinal)));

        Assert.All(results, result => Assert.Equal(MqttOutcome.Delivered, result.Outcome));
        var arrived = seen.Select(line => line.Split(' ')).ToLookup(parts => parts[2], parts => parts[3]);
        Assert.Equal(Enumerable.Range(0, records.Count), arrived["record"].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Distinct());
        for (var value = 0; value < Values; value++)
        {
            var first = arrived[$"value{value}"].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(round - 1, first[^1]);
            Assert.Equal(first.Distinct().Order(), first.Distinct());
        }
    }
}
