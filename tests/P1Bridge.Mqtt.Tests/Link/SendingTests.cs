using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>Messages to the broker: identifiers, acknowledgements, repetition and order, in both versions.</summary>
public class SendingTests
{
    const int Puback = 4, Pubrec = 5, Pubrel = 6, Pubcomp = 7;
    const int Dup = 8;

    [Theory(DisplayName = "[MQTT-2.3.1-1] A message with QoS 1 or 2, SUBSCRIBE and UNSUBSCRIBE carry an identifier that is not 0; they begin at 1")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Identifiers_begin_at_1(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        _ = linked.Publish("a", 1);
        _ = linked.Publish("a", 2);
        _ = linked.Client.SubscribeAsync([new MqttSubscription("a")]);
        _ = linked.Client.UnsubscribeAsync(["a"]);
        Assert.Equal(1, (await linked.ReadPublishAsync("a")).PublishIdentifier);
        Assert.Equal(2, (await linked.ReadPublishAsync("a")).PublishIdentifier);
        await linked.ReadAsync(8, 3);
        await linked.ReadAsync(10, 4);
    }

    [Theory(DisplayName = "[MQTT-2.3.1-5] [MQTT5-2.2.1-2] QoS 0 has no identifier")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task No_identifier_at_QoS_0(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Publish("a", 0, "payload");
        var packet = await linked.ReadPublishAsync("a");
        Assert.Equal(("payload", 3 + (version == V5 ? 1 : 0) + 7), (packet.Payload, packet.Body.Length));
    }

    [Theory(DisplayName = "[MQTT-3.3.1-2] [MQTT5-3.3.1-2] DUP is 0 at QoS 0")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task No_DUP_at_QoS_0(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Client.PublishAsync(MqttMessage.Text("a", "x", retain: true) with { Duplicate = true });
        Assert.Equal(0b0001, (await linked.ReadPublishAsync("a")).Flags);
    }

    [Theory(DisplayName = "[MQTT-4.3.1-1] [MQTT5-4.3.1-1] A QoS 0 message is sent once, with DUP 0, and never again")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task QoS_0_is_sent_once(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        Assert.True((await linked.Publish("a", 0)).Succeeded);
        Assert.Equal(0, (await linked.ReadPublishAsync("a")).Flags);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        await linked.Publish("b", 0);
        await linked.ReadPublishAsync("b");
    }

    [Theory(DisplayName = "[MQTT-3.3.1-3] [MQTT5-3.3.1-3] [MQTT5-4.3.2-2] The first time DUP is 0, whatever the message was received with")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task DUP_is_not_copied(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync(Publish(version, "in", "x", 1, 9, flags: Dup));
        await linked.ReadAsync(Puback, 9);
        await Eventually.True(() => !linked.Received.IsEmpty);
        _ = linked.Client.PublishAsync(linked.Received.First());
        Assert.Equal(0b0010, (await linked.ReadPublishAsync("in")).Flags);
    }

    [Theory(DisplayName = "[MQTT-3.3.1-1] [MQTT5-3.3.1-1] DUP is 1 when a message goes out again")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task DUP_is_for_repetitions(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        _ = linked.Publish("a", 1, retain: true);
        Assert.Equal(0b0011, (await linked.ReadPublishAsync("a")).Flags);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        Assert.Equal(0b1011, (await linked.ReadPublishAsync("a")).Flags);
    }

    [Theory(DisplayName = "[MQTT-4.3.2-1] [MQTT5-4.3.2-3] A QoS 1 message is under way until PUBACK")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Until_PUBACK(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var publishing = linked.Publish("a", 1);
        var identifier = (await linked.ReadPublishAsync("a")).PublishIdentifier;
        await linked.AcknowledgeAsync(Puback, identifier + 1); // Another one's.
        await linked.Peer.WriteAsync(Publish(version, "sync", "x", 1, 1));
        await linked.ReadAsync(Puback, 1);
        Assert.False(publishing.IsCompleted);
        await linked.AcknowledgeAsync(Puback, identifier);
        Assert.True((await publishing.Soon()).Succeeded);
    }

    [Theory(DisplayName = "[MQTT-4.3.3-1] [MQTT5-4.3.3-4] A QoS 2 message is published, released after PUBREC, and done after PUBCOMP")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task QoS_2(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var publishing = linked.Publish("a", 2);
        var packet = await linked.ReadPublishAsync("a");
        Assert.Equal(0b0100, packet.Flags);
        await linked.AcknowledgeAsync(Pubrec, packet.PublishIdentifier);
        var release = await linked.Peer.ReadAsync();
        Assert.Equal((Pubrel, 2, packet.PublishIdentifier, 2), (release.Type, release.Flags, release.Identifier(), release.Body.Length));
        Assert.False(publishing.IsCompleted);
        await linked.AcknowledgeAsync(Pubcomp, packet.PublishIdentifier);
        Assert.True((await publishing.Soon()).Succeeded);
    }

    [Fact(DisplayName = "[MQTT5-4.3.3-5] PUBREL is under way until PUBCOMP: it goes out again on the next connection")]
    public async Task PUBREL_until_PUBCOMP()
    {
        await using var linked = await Linked.ConnectKeepingAsync(V5);
        var publishing = linked.Publish("a", 2);
        var identifier = (await linked.ReadPublishAsync("a")).PublishIdentifier;
        await linked.AcknowledgeAsync(Pubrec, identifier);
        await linked.ReadAsync(Pubrel, identifier);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        await linked.ReadAsync(Pubrel, identifier);
        await linked.AcknowledgeAsync(Pubcomp, identifier, 0x92);
        Assert.True((await publishing.Soon()).Succeeded);
    }

    [Fact(DisplayName = "[MQTT5-4.3.3-6] After PUBREL the message itself is not sent again, not even for another PUBREC")]
    public async Task No_PUBLISH_after_PUBREL()
    {
        await using var linked = await Linked.ConnectKeepingAsync(V5);
        _ = linked.Publish("a", 2);
        var identifier = (await linked.ReadPublishAsync("a")).PublishIdentifier;
        await linked.AcknowledgeAsync(Pubrec, identifier);
        await linked.ReadAsync(Pubrel, identifier);
        await linked.AcknowledgeAsync(Pubrec, identifier);
        await linked.ReadAsync(Pubrel, identifier);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        await linked.ReadAsync(Pubrel, identifier);
        await linked.Publish("new", 0);
        await linked.ReadPublishAsync("new");
    }

    [Theory]
    [InlineData(Puback, 1)]
    [InlineData(Pubrec, 2)]
    public async Task A_refused_message_has_the_code_and_the_words_of_the_broker(int type, int qualityOfService)
    {
        await using var linked = await Linked.ConnectAsync(V5);
        var publishing = linked.Publish("a", qualityOfService);
        var identifier = (await linked.ReadPublishAsync("a")).PublishIdentifier;
        await linked.AcknowledgeAsync(type, identifier, 0x87, 6, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y');
        Assert.Equal(new MqttPublishResult(MqttReasonCode.NotAuthorized, "why"), await publishing.Soon());
    }

    [Fact(DisplayName = "[MQTT5-4.4.0-2] A message refused with 0x80 or more is acknowledged: it is not sent again, and its identifier is free")]
    public async Task Refused_is_acknowledged()
    {
        await using var linked = await Linked.ConnectKeepingAsync(V5);
        foreach (var (type, qualityOfService) in new[] { (Puback, 1), (Pubrec, 2) })
        {
            var publishing = linked.Publish("a", qualityOfService);
            await linked.AcknowledgeAsync(type, (await linked.ReadPublishAsync("a")).PublishIdentifier, 0x97);
            Assert.Equal(MqttReasonCode.QuotaExceeded, (await publishing.Soon()).ReasonCode);
        }
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        await linked.Publish("new", 0);
        await linked.ReadPublishAsync("new");
    }

    [Theory(DisplayName = "[MQTT-4.4.0-1] [MQTT5-4.4.0-1] What was not acknowledged goes out again with its identifier when the session is resumed, and at no other time")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Again_on_reconnect_only(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        var first = linked.Publish("a", 1);
        var second = linked.Publish("b", 2);
        var identifiers = ((await linked.ReadPublishAsync("a")).PublishIdentifier, (await linked.ReadPublishAsync("b")).PublishIdentifier);
        var next = linked.Peer.ReadAsync();
        await Task.Delay(300); // Time in which a retry by timer would show.
        Assert.False(next.IsCompleted);
        await linked.DropAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => next);
        await linked.ConnectAsync(sessionPresent: true);
        Assert.Equal(identifiers, ((await linked.ReadPublishAsync("a")).PublishIdentifier, (await linked.ReadPublishAsync("b")).PublishIdentifier));
        await linked.AcknowledgeAsync(Puback, identifiers.Item1);
        await linked.AcknowledgeAsync(Puback, identifiers.Item2); // Some brokers end QoS 2 so.
        Assert.True((await first.Soon()).Succeeded && (await second.Soon()).Succeeded);
    }

    [Theory(DisplayName = "[MQTT-4.6.0-1] [MQTT5-4.6.0-1] They go out again in their original order, before anything new")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Again_in_order(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        var topics = new[] { "a", "b", "c", "d", "e" };
        foreach (var topic in topics) _ = linked.Publish(topic, 1);
        var identifiers = new List<int>();
        foreach (var topic in topics) identifiers.Add((await linked.ReadPublishAsync(topic)).PublishIdentifier);
        await linked.AcknowledgeAsync(Puback, identifiers[1]);
        _ = linked.Publish("f", 1);
        await linked.ReadPublishAsync("f");
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        _ = linked.Publish("new", 1);
        foreach (var topic in new[] { "a", "c", "d", "e", "f", "new" }) await linked.ReadPublishAsync(topic);
    }

    [Theory(DisplayName = "[MQTT-4.6.0-4] [MQTT5-4.6.0-4] PUBREL goes out in the order of the PUBRECs")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Order_of_PUBREL(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        for (var i = 0; i < 3; i++) _ = linked.Publish("a", 2);
        for (var i = 0; i < 3; i++) await linked.ReadPublishAsync("a");
        await linked.Peer.WriteAsync([.. Acknowledgement(Pubrec, 2), .. Acknowledgement(Pubrec, 3), .. Acknowledgement(Pubrec, 1)]);
        foreach (var expected in new[] { 2, 3, 1 }) await linked.ReadAsync(Pubrel, expected);
    }

    [Theory(DisplayName = "[MQTT-3.1.2-4] [MQTT5-3.1.2-23] A session that is kept keeps what is not acknowledged beyond the connection")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task A_kept_session(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        Assert.True(linked.Client.ResendsUnacknowledged);
        var publishing = linked.Publish("a", 1);
        var identifier = (await linked.ReadPublishAsync("a")).PublishIdentifier;
        await linked.DropAsync();
        Assert.False(publishing.IsCompleted);
        await linked.ConnectAsync(sessionPresent: true);
        Assert.Equal(0, linked.Peer.Connect.Body[7] & 0x02);
        await linked.ReadPublishAsync("a");
        await linked.AcknowledgeAsync(Puback, identifier);
        Assert.True((await publishing.Soon()).Succeeded);
    }

    [Theory(DisplayName = "[MQTT-4.1.0-1] [MQTT5-4.1.0-1] While the connection stands, nothing of the session is dropped")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task State_while_connected(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var waiting = Enumerable.Range(0, 300).Select(_ => linked.Publish("a", 1)).ToArray();
        for (var i = 0; i < 300; i++) Assert.Equal(i + 1, (await linked.ReadPublishAsync("a")).PublishIdentifier);
        await linked.Peer.WriteAsync([.. Enumerable.Range(1, 300).Reverse().SelectMany(i => Acknowledgement(Puback, i))]);
        Assert.All(await Task.WhenAll(waiting).Soon(), result => Assert.True(result.Succeeded));
    }

    [Theory(DisplayName = "[MQTT-3.1.2-6] A clean session forgets: what was not acknowledged fails and is not sent again by itself")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task A_clean_session_forgets(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var waiting = linked.Publish("a", 1);
        await linked.ReadPublishAsync("a");
        await linked.DropAsync();
        await Assert.ThrowsAsync<MqttException>(() => waiting.Soon());
        await linked.ConnectAsync();
        _ = linked.Publish("new", 1);
        Assert.Equal(1, (await linked.ReadPublishAsync("new")).PublishIdentifier);
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-5] When the broker has lost the session, what was not acknowledged goes out as new: new identifier, DUP 0")]
    public async Task A_lost_session()
    {
        await using var linked = await Linked.ConnectKeepingAsync(V5);
        var first = linked.Publish("a", 1);
        var second = linked.Publish("b", 2);
        await linked.ReadPublishAsync("a");
        await linked.ReadPublishAsync("b");
        await linked.AcknowledgeAsync(Pubrec, 2);
        await linked.ReadAsync(Pubrel, 2);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: false);
        foreach (var (topic, flags, identifier) in new[] { ("a", 0b0010, 3), ("b", 0b0100, 4) })
        {
            var packet = await linked.ReadPublishAsync(topic);
            Assert.Equal((flags, identifier), (packet.Flags, packet.PublishIdentifier));
        }
        await linked.AcknowledgeAsync(Puback, 3);
        await linked.AcknowledgeAsync(Pubrec, 4);
        await linked.AcknowledgeAsync(Pubcomp, 4);
        Assert.True((await first.Soon()).Succeeded && (await second.Soon()).Succeeded);
    }

    [Theory(DisplayName = "[MQTT-3.3.1-10] [MQTT5-3.3.1-6] A retained value is erased by an empty retained message")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Erase(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        _ = linked.Client.PublishAsync(MqttMessage.Erase("a"));
        var packet = await linked.ReadPublishAsync("a");
        Assert.Equal((0b0011, ""), (packet.Flags, packet.Payload));
    }

    [Fact(DisplayName = "[MQTT5-3.3.4-6] A subscription identifier is never sent in a message, also when it was received with one")]
    public async Task No_subscription_identifier()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Publish("a", 0);
        Assert.Empty((await linked.ReadPublishAsync("a")).PublishProperties);
        await linked.Client.PublishAsync(MqttMessage.Text("a", "x") with { SubscriptionIdentifiers = [7] });
        Assert.Empty((await linked.ReadPublishAsync("a")).PublishProperties);
    }

    [Fact]
    public async Task Properties_of_a_message_are_sent_as_set()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Client.PublishAsync(MqttMessage.Text("a", "x") with
        {
            PayloadIsText = true,
            Expiry = TimeSpan.FromSeconds(256),
            ContentType = "c",
            ResponseTopic = "r",
            CorrelationData = new byte[] { 1, 2 },
            UserProperties = [KeyValuePair.Create("a", "b")],
        });
        Assert.Equal(
            [1, 1, 2, 0, 0, 1, 0, 3, 0, 1, (byte)'c', 8, 0, 1, (byte)'r', 9, 0, 2, 1, 2, 0x26, 0, 1, (byte)'a', 0, 1, (byte)'b'],
            (await linked.ReadPublishAsync("a")).PublishProperties);
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Messages_without_waiting_leave_in_order_with_the_others(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        Assert.True(linked.Client.TryPublish(MqttMessage.Text("a", "1")));
        _ = linked.Publish("b", 1);
        Assert.True(linked.Client.TryPublish(MqttMessage.Text("c", "2", retain: true)));
        await linked.Client.FlushAsync().Soon();
        foreach (var (topic, flags) in new[] { ("a", 0), ("b", 2), ("c", 1) }) Assert.Equal(flags, (await linked.ReadPublishAsync(topic)).Flags);
        Assert.Throws<ArgumentException>(() => linked.Client.TryPublish(MqttMessage.Text("a", "1", MqttQualityOfService.AtLeastOnce)));
        Assert.Throws<ArgumentException>(() => linked.Client.TryPublish(MqttMessage.Text("a/#", "1")));
        await linked.DropAsync();
        Assert.False(linked.Client.TryPublish(MqttMessage.Text("a", "1")));
        await Assert.ThrowsAsync<MqttException>(() => linked.Client.FlushAsync());
    }

    [Fact]
    public async Task A_full_buffer_is_said_instead_of_growing()
    {
        await using var linked = await Linked.ConnectAsync(V311);
        var message = new MqttMessage("a", new byte[1000]);
        var sent = 0;
        while (linked.Client.TryPublish(message)) Assert.InRange(++sent, 0, 100_000); // Nobody reads at the other end.
        Assert.InRange(sent, 100, 100_000);
    }
}
