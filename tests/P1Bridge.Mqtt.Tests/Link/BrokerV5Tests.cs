using System.Collections.Concurrent;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>MQTT 5.0 against a real mosquitto.</summary>
#pragma warning disable CA1001 // The test runner disposes through IAsyncLifetime.
public sealed class BrokerV5Tests : IAsyncLifetime
#pragma warning restore CA1001
{
    Mosquitto _broker = null!;
    readonly List<MqttClient> _clients = [];

    public async Task InitializeAsync() => _broker = await Mosquitto.StartAsync("max_topic_alias 10");

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    MqttClientOptions Options(string id) => new() { Host = "127.0.0.1", Port = _broker.Port, ClientId = id, ProtocolVersion = MqttProtocolVersion.V5 };

    async Task<(MqttClient Client, ConcurrentQueue<MqttMessage> Received, MqttConnectResult Result)> ConnectAsync(MqttClientOptions options)
    {
        var client = new MqttClient();
        _clients.Add(client);
        var received = new ConcurrentQueue<MqttMessage>();
        client.MessageReceived += (_, message) => received.Enqueue(message);
        var result = await client.ConnectAsync(options).Soon();
        Assert.True(result.Succeeded, result.Text);
        return (client, received, result);
    }

    [Fact]
    public async Task Automatic_speaks_5_0_and_knows_the_brokers_limits()
    {
        var (client, _, result) = await ConnectAsync(Options("") with { ProtocolVersion = MqttProtocolVersion.Automatic });
        Assert.Equal(MqttProtocolVersion.V5, result.ProtocolVersion);
        Assert.StartsWith("auto-", result.ClientId, StringComparison.Ordinal);
        Assert.Equal(20, result.ReceiveMaximum); // mosquitto's max_inflight_messages.
        Assert.Empty(result.Notices);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 200).Select(i => client.PublishAsync(MqttMessage.Text($"t/{i}", "x", (MqttQualityOfService)(i % 3))))).Soon(),
            publish => Assert.True(publish.Succeeded));
    }

    [Fact]
    public async Task All_properties_of_a_message_arrive()
    {
        var (client, received, _) = await ConnectAsync(Options("one"));
        await client.SubscribeAsync([new MqttSubscription("p/#") { Identifier = 300 }]).Soon();
        var sent = MqttMessage.Text("p/x", "payload", MqttQualityOfService.AtLeastOnce) with
        {
            PayloadIsText = true,
            ContentType = "text/plain",
            ResponseTopic = "answer/é",
            CorrelationData = new byte[] { 0, 1, 255 },
            Expiry = TimeSpan.FromSeconds(600),
            UserProperties = [KeyValuePair.Create("a", "1"), KeyValuePair.Create("a", "2"), KeyValuePair.Create("é", "")],
        };
        Assert.True((await client.PublishAsync(sent).Soon()).Succeeded);
        await Eventually.True(() => !received.IsEmpty);
        var message = received.First();
        Assert.Equal((true, "text/plain", "answer/é"), (message.PayloadIsText, message.ContentType, message.ResponseTopic));
        Assert.Equal([0, 1, 255], message.CorrelationData!.Value.ToArray());
        Assert.InRange(message.Expiry!.Value.TotalSeconds, 590, 600);
        Assert.Equal(sent.UserProperties, message.UserProperties);
        Assert.Equal([300], message.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task A_publish_that_nobody_wants_says_so()
    {
        var (client, _, _) = await ConnectAsync(Options("one"));
        var result = await client.PublishAsync(MqttMessage.Text("nobody", "x", MqttQualityOfService.AtLeastOnce)).Soon();
        Assert.Equal((MqttReasonCode.NoMatchingSubscribers, true), (result.ReasonCode, result.Succeeded));
    }

    [Fact]
    public async Task A_shared_subscription_deals_the_messages_out()
    {
        var (one, first, _) = await ConnectAsync(Options("one"));
        var (two, second, _) = await ConnectAsync(Options("two") with { ProtocolVersion = MqttProtocolVersion.V311 });
        foreach (var client in new[] { one, two })
            Assert.True(Assert.Single(await client.SubscribeAsync([new MqttSubscription("$share/g/s/#")]).Soon()).Succeeded);
        var (sender, _, _) = await ConnectAsync(Options("sender"));
        for (var i = 0; i < 6; i++) await sender.PublishAsync(MqttMessage.Text("s/x", $"{i}", MqttQualityOfService.AtLeastOnce)).Soon();
        await Eventually.True(() => first.Count + second.Count == 6);
        Assert.Equal((3, 3), (first.Count, second.Count));
    }

    [Fact]
    public async Task Aliases_reach_the_real_broker_and_come_back_as_topics()
    {
        var (client, _, _) = await ConnectAsync(Options("one"));
        var seen = await _broker.ObserveAsync("alias/#");
        string[] topics = [.. Enumerable.Range(0, 60).Select(i => $"alias/topic/{i % 15}")];
        foreach (var topic in topics) await client.PublishAsync(MqttMessage.Text(topic, "x", MqttQualityOfService.AtLeastOnce)).Soon();
        await Eventually.True(() => seen.Count == topics.Length);
        Assert.Equal(topics, seen.Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public async Task The_brokers_aliases_are_understood()
    {
        var (client, received, _) = await ConnectAsync(Options("one") with { TopicAliasMaximum = 3 });
        await client.SubscribeAsync([new MqttSubscription("in/#")]).Soon();
        for (var i = 0; i < 12; i++) await _broker.PublishAsync($"in/{i % 4}", $"{i}");
        await Eventually.True(() => received.Count == 12);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"in/{i % 4}={i}"), received.Select(message => $"{message.Topic}={message.PayloadText}"));
    }

    [Fact]
    public async Task A_kept_session_gathers_messages_for_a_client_that_is_away_and_for_a_new_process()
    {
        var options = Options("kept") with { CleanSession = false, SessionExpiry = TimeSpan.FromMinutes(5) };
        var (client, _, first) = await ConnectAsync(options);
        Assert.True(first is { SessionPresent: false, KeepsSession: true });
        await client.SubscribeAsync([new MqttSubscription("k")]).Soon();
        await client.DisconnectAsync().Soon();
        await _broker.PublishAsync("k", "while away", "-q", "1");
        await client.DisposeAsync();
        var (_, received, second) = await ConnectAsync(options with { SessionKnown = true });
        Assert.True(second.SessionPresent);
        await Eventually.True(() => !received.IsEmpty);
        Assert.Equal("while away", received.First().PayloadText);
    }

    [Fact]
    public async Task A_delayed_will_comes_after_its_delay()
    {
        var seen = await _broker.ObserveAsync("will");
        var (client, _, _) = await ConnectAsync(Options("mortal") with
        {
            Will = MqttMessage.Text("will", "gone", MqttQualityOfService.AtLeastOnce) with { ContentType = "text/plain" },
            WillDelay = TimeSpan.FromSeconds(1),
            SessionExpiry = TimeSpan.FromMinutes(1),
        });
        await client.DisposeAsync();
        await Eventually.True(() => !seen.IsEmpty);
        Assert.Equal(["0 1 will gone"], seen);
    }
}
