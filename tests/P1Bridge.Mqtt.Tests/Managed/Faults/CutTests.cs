using System.Globalization;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed.Faults;

/// <summary>The connection cut after every byte of a run of twenty messages, in both directions.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class CutTests : IAsyncLifetime
#pragma warning restore CA1001
{
    const int Messages = 20;
    Mosquitto _broker = null!;

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync("max_connections -1");

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public Task A_cut_after_any_byte_from_the_client_loses_nothing_and_keeps_the_order(MqttProtocolVersion version) =>
        EveryCutAsync(version, proxy => proxy.FromClient, at => new Proxy(_broker.Port) { CutAfterFromClient = at });

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public Task A_cut_after_any_byte_from_the_broker_loses_nothing_and_keeps_the_order(MqttProtocolVersion version) =>
        EveryCutAsync(version, proxy => proxy.FromBroker, at => new Proxy(_broker.Port) { CutAfterFromBroker = at });

    async Task EveryCutAsync(MqttProtocolVersion version, Func<Proxy, long> count, Func<int, Proxy> cutAt)
    {
        await using var uncut = new Proxy(_broker.Port);
        await RunAsync(version, uncut.Port, 0);
        var bytes = (int)count(uncut);
        Assert.InRange(bytes, Messages * 4, 1000);
        var seen = await _broker.ObserveAsync("+");
        await Parallel.ForEachAsync(Enumerable.Range(1, bytes), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (at, _) =>
        {
            await using var proxy = cutAt(at);
            await RunAsync(version, proxy.Port, at);
        });
        await _broker.PublishAsync("end", "0", "-q", "1");
        await Eventually.True(() => seen.Any(line => line.Contains(" end ", StringComparison.Ordinal)));
        var arrived = seen.Select(line => line.Split(' ')).ToLookup(parts => parts[2], parts => int.Parse(parts[3], CultureInfo.InvariantCulture));
        for (var at = 1; at <= bytes; at++)
        {
            var numbers = arrived[$"{at:0000}"].ToList();
            Assert.True(numbers.Distinct().SequenceEqual(Enumerable.Range(0, Messages)), $"Cut after {at}: {string.Join(' ', numbers)}");
        }
    }

    // All twenty are acknowledged to the client; whether they came in order is looked at afterwards.
    static async Task RunAsync(MqttProtocolVersion version, int port, int at)
    {
        await using var client = new ManagedMqttClient(random: new Random(at));
        await client.StartAsync(new ManagedMqttClientOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(5),
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = $"{at:0000}", ProtocolVersion = version },
        });
        var results = Enumerable.Range(0, Messages)
            .Select(number => MqttMessage.Text($"{at:0000}", $"{number:00}", MqttQualityOfService.AtLeastOnce))
            .Select(message => client.EnqueueAsync(message, MqttDelivery.History)).ToArray();
        foreach (var result in await Task.WhenAll(results).WaitAsync(TimeSpan.FromSeconds(30))) Assert.Equal(MqttOutcome.Delivered, result.Outcome);
        await client.StopAsync(TimeSpan.FromSeconds(1));
    }
}
