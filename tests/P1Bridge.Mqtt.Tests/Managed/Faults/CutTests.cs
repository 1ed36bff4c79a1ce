using System.Globalization;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>The connection cut after every byte of a run of twenty messages, in both directions.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class CutTests : IAsyncLifetime
#pragma warning restore CA1001
{
    const int Messages = 20;
    // CONNECT 18 bytes, PUBLISH 12 each; CONNACK and PUBACK 4 each. A few bytes further than the whole: the cut that never comes.
    const int FromClient = 18 + Messages * 12 + 3;
    const int FromBroker = 4 + Messages * 4 + 3;
    Mosquitto _broker = null!;

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync("max_connections -1");

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public Task A_cut_after_any_byte_from_the_client_loses_nothing_and_keeps_the_order() =>
        EveryCutAsync(FromClient, at => new Proxy(_broker.Port) { CutAfterFromClient = at });

    [Fact]
    public Task A_cut_after_any_byte_from_the_broker_loses_nothing_and_keeps_the_order() =>
        EveryCutAsync(FromBroker, at => new Proxy(_broker.Port) { CutAfterFromBroker = at });

    async Task EveryCutAsync(int bytes, Func<int, Proxy> cutAt)
    {
        var seen = await _broker.ObserveAsync("+");
        await Parallel.ForEachAsync(Enumerable.Range(1, bytes), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (at, _) =>
        {
            await using var proxy = cutAt(at);
            await RunAsync(proxy.Port, at);
        });
        var arrived = seen.Select(line => line.Split(' ')).ToLookup(parts => parts[2], parts => int.Parse(parts[3], CultureInfo.InvariantCulture));
        for (var at = 1; at <= bytes; at++)
            Assert.True(arrived[$"{at:0000}"].Distinct().SequenceEqual(Enumerable.Range(0, Messages)), $"Cut after {at}: {string.Join(' ', arrived[$"{at:0000}"])}");
    }

    // All twenty are acknowledged to the client; whether they came in order is looked at afterwards.
    static async Task RunAsync(int port, int at)
    {
        await using var client = new ManagedMqttClient(random: new Random(at));
        await client.StartAsync(new ManagedMqttClientOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(5),
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = $"{at:0000}", WriteLinger = TimeSpan.Zero },
        });
        var results = Enumerable.Range(0, Messages)
            .Select(number => MqttMessage.Text($"{at:0000}", $"{number:00}", MqttQualityOfService.AtLeastOnce))
            .Select(message => client.EnqueueAsync(message, MqttDelivery.History)).ToArray();
        foreach (var result in await Task.WhenAll(results).WaitAsync(TimeSpan.FromSeconds(30))) Assert.Equal(MqttOutcome.Delivered, result.Outcome);
    }
}
