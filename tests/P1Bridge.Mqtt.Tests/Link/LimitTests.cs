using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>The limits of MQTT 5.0 that broker and client announce to each other.</summary>
public class LimitTests
{
    const int Puback = 4, Pubrec = 5, Pubrel = 6, Pubcomp = 7;
    static readonly byte[] ReceiveMaximum2 = [0x21, 0, 2];

    [Fact(DisplayName = "[MQTT5-3.3.4-7] No more messages with QoS 1 and 2 are under way than the broker's Receive Maximum")]
    public async Task Receive_maximum()
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: ReceiveMaximum2);
        Assert.Equal(2, linked.Result.ReceiveMaximum);
        for (var i = 1; i <= 4; i++) _ = linked.Publish($"t{i}", 1 + (i % 2));
        await linked.ReadPublishAsync("t1");
        await linked.ReadPublishAsync("t2");
        var next = linked.Peer.ReadAsync();
        await linked.AcknowledgeAsync(Puback, 2);
        Assert.Equal("t3", (await next).Text(0));
        await linked.AcknowledgeAsync(Pubrec, 1);
        await linked.ReadAsync(Pubrel, 1); // Not free before PUBCOMP.
        await linked.AcknowledgeAsync(Pubcomp, 1);
        await linked.ReadPublishAsync("t4");
    }

    [Fact(DisplayName = "[MQTT5-3.3.4-8] When the quota is used up, only messages with QoS 1 and 2 wait")]
    public async Task Nothing_else_waits()
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: ReceiveMaximum2);
        for (var i = 0; i < 3; i++) _ = linked.Publish("a", 1);
        await linked.ReadPublishAsync("a");
        await linked.ReadPublishAsync("a");
        _ = linked.Publish("zero", 0);
        await linked.ReadPublishAsync("zero");
        _ = linked.Client.SubscribeAsync([new MqttSubscription("s")]);
        Assert.Equal(8, (await linked.Peer.ReadAsync()).Type);
        await linked.Client.DisconnectAsync().Soon();
        Assert.Equal(14, (await linked.Peer.ReadAsync()).Type);
    }

    [Fact(DisplayName = "[MQTT5-4.9.0-1] The quota begins anew with each connection, and messages that go out again count")]
    public async Task Quota_of_a_new_connection()
    {
        await using var linked = await Linked.ConnectKeepingAsync(V5);
        for (var i = 1; i <= 3; i++) _ = linked.Publish($"t{i}", 1);
        for (var i = 1; i <= 3; i++) await linked.ReadPublishAsync($"t{i}");
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true, ReceiveMaximum2);
        _ = linked.Publish("zero", 0);
        await linked.ReadPublishAsync("t1");
        await linked.ReadPublishAsync("t2");
        await linked.ReadPublishAsync("zero");
        await linked.AcknowledgeAsync(Puback, 1);
        Assert.Equal((0b1010, 3), ((await linked.ReadPublishAsync("t3")) is { } packet ? (packet.Flags, packet.PublishIdentifier) : default));
    }

    [Fact(DisplayName = "[MQTT5-4.9.0-2] At quota 0 no message with QoS 1 or 2 is sent until an acknowledgement comes, whichever it is")]
    public async Task Quota_0()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { MaximumInFlight = 1 });
        for (var i = 1; i <= 3; i++) _ = linked.Publish($"t{i}", 2);
        await linked.ReadPublishAsync("t1");
        await linked.AcknowledgeAsync(Pubrec, 1, 0x97);
        await linked.ReadPublishAsync("t2");
        await linked.AcknowledgeAsync(Puback, 2);
        await linked.ReadPublishAsync("t3");
    }

    [Fact(DisplayName = "[MQTT5-4.9.0-3] At quota 0 what comes is still read and answered")]
    public async Task Answers_at_quota_0()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { MaximumInFlight = 1 });
        _ = linked.Publish("a", 1);
        _ = linked.Publish("a", 1);
        await linked.ReadPublishAsync("a");
        await linked.Peer.WriteAsync(Publish(V5, "in", "x", 1, 77));
        await linked.ReadAsync(Puback, 77);
    }

    [Fact(DisplayName = "[MQTT5-3.3.4-9] A broker that exceeds our Receive Maximum is closed with 0x93")]
    public async Task Our_receive_maximum()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { ReceiveMaximum = 2 });
        Assert.Equal([3, 0x21, 0, 2], linked.Peer.Connect.Body[10..14]);
        await linked.Peer.WriteAsync([.. Publish(V5, "a", "x", 2, 1), .. Publish(V5, "a", "x", 2, 2), .. Publish(V5, "a", "x", 2, 2)]);
        for (var i = 0; i < 3; i++) Assert.Equal(Pubrec, (await linked.Peer.ReadAsync()).Type);
        await linked.Peer.WriteAsync([.. Acknowledgement(Pubrel, 1), .. Publish(V5, "a", "x", 1, 3)]);
        await linked.ReadAsync(Pubcomp, 1);
        await linked.ReadAsync(Puback, 3);
        await linked.Peer.WriteAsync([.. Publish(V5, "a", "x", 2, 4), .. Publish(V5, "a", "x", 2, 5)]);
        await linked.ReadAsync(Pubrec, 4);
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ReceiveMaximumExceeded);
    }

    [Fact(DisplayName = "[MQTT5-3.1.2-24] A packet above our Maximum Packet Size is refused by its header, with 0x95")]
    public async Task Our_maximum_packet_size()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { MaximumPacketSize = 64 });
        Assert.Equal([5, 0x27, 0, 0, 0, 64], linked.Peer.Connect.Body[10..16]);
        await linked.Peer.WriteAsync(0x30, 0xFF, 0xFF, 0xFF, 0x7F);
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.PacketTooLarge);
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-15] A message above the broker's Maximum Packet Size fails alone, in whatever way it is sent")]
    public async Task The_brokers_maximum_packet_size()
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: [0x27, 0, 0, 0, 20, .. ReceiveMaximum2]);
        foreach (var qualityOfService in new[] { 0, 1, 2 })
        {
            var result = await linked.Publish("a", qualityOfService, new string('x', 20)).Soon();
            Assert.Equal((MqttReasonCode.PacketTooLarge, false), (result.ReasonCode, result.Succeeded));
            Assert.Contains("20 bytes", result.Text, StringComparison.Ordinal);
        }
        Assert.False(linked.Client.TryPublish(new MqttMessage("a", new byte[20])));
        Assert.Equal(MqttReasonCode.PacketTooLarge, Assert.Single(await linked.Client.SubscribeAsync([new MqttSubscription(new string('x', 20))])).ReasonCode);
        _ = linked.Publish("fits", 1, new string('x', 9)); // 20 bytes in all; no identifier and no quota was lost.
        var packet = await linked.ReadPublishAsync("fits");
        Assert.Equal(18, packet.Body.Length);
    }

    [Fact(DisplayName = "[MQTT5-3.4.2-2] [MQTT5-3.5.2-2] [MQTT5-3.6.2-2] [MQTT5-3.7.2-2] An acknowledgement has no reason string, so it never grows above a limit")]
    public async Task No_reason_string() => await SmallestLimitAsync(Publish(V5, "a", "x", 1, 1), Publish(V5, "a", "x", 2, 2), Acknowledgement(Pubrel, 2));

    [Fact(DisplayName = "[MQTT5-3.4.2-3] [MQTT5-3.5.2-3] [MQTT5-3.6.2-3] [MQTT5-3.7.2-3] An acknowledgement has no user property, also for one that has")]
    public async Task No_user_property() => await SmallestLimitAsync(
        Publish(V5, "a", "x", 1, 1, properties: [0x26, 0, 1, 97, 0, 1, 98]), Acknowledgement(Pubrec, 9, 0, 7, 0x26, 0, 1, 97, 0, 1, 98),
        Acknowledgement(Pubrel, 9, 0, 7, 0x26, 0, 1, 97, 0, 1, 98));

    static async Task SmallestLimitAsync(params byte[][] packets)
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: [0x27, 0, 0, 0, 5]);
        foreach (var packet in packets)
        {
            await linked.Peer.WriteAsync(packet);
            Assert.InRange((await linked.Peer.ReadAsync()).Body.Length, 2, 3);
        }
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-11] A message goes out with the highest QoS that the broker takes, or is refused here, and it is said once")]
    public async Task Maximum_QoS()
    {
        await using var one = await Linked.ConnectAsync(V5, properties: [0x24, 1]);
        Assert.Equal(MqttQualityOfService.AtLeastOnce, one.Result.MaximumQualityOfService);
        Assert.Contains("at most QoS 1", Assert.Single(one.Result.Notices), StringComparison.Ordinal);
        var publishing = one.Publish("a", 2);
        Assert.Equal(0b0010, (await one.ReadPublishAsync("a")).Flags);
        await one.AcknowledgeAsync(Puback, 1);
        Assert.True((await publishing.Soon()).Succeeded);

        await using var zero = await Linked.ConnectAsync(V5, properties: [0x24, 0]);
        Assert.True((await zero.Publish("a", 1).Soon()).Succeeded);
        Assert.Equal(0, (await zero.ReadPublishAsync("a")).Flags);

        await using var strict = await Linked.ConnectAsync(V5, options => options with { RefuseHigherQualityOfService = true }, false, 0x24, 1);
        Assert.Equal(MqttReasonCode.QualityOfServiceNotSupported, (await strict.Publish("a", 2).Soon()).ReasonCode);
        _ = strict.Publish("b", 1);
        Assert.Equal(1, (await strict.ReadPublishAsync("b")).PublishIdentifier);
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-14] Without retained messages at the broker none is sent as one, and it is said")]
    public async Task Retain_not_available()
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: [0x25, 0]);
        Assert.False(linked.Result.RetainAvailable);
        Assert.Contains("no retained messages", Assert.Single(linked.Result.Notices), StringComparison.Ordinal);
        await linked.Publish("a", 0, retain: true);
        Assert.Equal(0, (await linked.ReadPublishAsync("a")).Flags);
    }

    [Theory(DisplayName = "[MQTT5-3.2.2-18] No alias is sent to a broker that announces none, or 0")]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x22, 0, 0 })]
    public async Task No_aliases(byte[] properties)
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: properties);
        for (var i = 0; i < 4; i++)
        {
            await linked.Publish("a/long/topic", 0);
            Assert.Empty((await linked.ReadPublishAsync("a/long/topic")).PublishProperties);
        }
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-17] No alias is above the broker's maximum; it is made at the second message and saves the topic from the third on")]
    public async Task Aliases_up_to_the_maximum()
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: [0x22, 0, 1]);
        foreach (var topic in new[] { "first/topic", "second/topic" })
        {
            for (var i = 0; i < 4; i++) await linked.Publish(topic, 0);
        }
        Assert.Empty((await linked.ReadPublishAsync("first/topic")).PublishProperties);
        Assert.Equal([0x23, 0, 1], (await linked.ReadPublishAsync("first/topic")).PublishProperties);
        Assert.Equal([0x23, 0, 1], (await linked.ReadPublishAsync("")).PublishProperties);
        Assert.Equal([0x23, 0, 1], (await linked.ReadPublishAsync("")).PublishProperties);
        for (var i = 0; i < 4; i++) Assert.Empty((await linked.ReadPublishAsync("second/topic")).PublishProperties);
    }

    [Fact(DisplayName = "[MQTT5-3.3.2-8] An alias of 0 is never sent, and closes with 0x94 when it comes")]
    public async Task Alias_0()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { TopicAliasMaximum = 5 }, false, 0x22, 0, 9);
        for (var i = 0; i < 20; i++) await linked.Publish($"topic/{i % 10}", 0);
        for (var i = 0; i < 20; i++)
        {
            var properties = (await linked.Peer.ReadAsync()).PublishProperties;
            if (properties.Length > 0) Assert.InRange(properties[2], 1, 9);
        }
        await linked.Peer.WriteAsync(Publish(V5, "a", "x", properties: [0x23, 0, 0]));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.TopicAliasInvalid);
    }

    [Theory(DisplayName = "[MQTT5-3.3.2-9] An alias above the announced maximum, or before its topic, closes with 0x94")]
    [InlineData("a", 6)]
    [InlineData("", 5)]
    [InlineData("", 6)]
    public async Task Alias_above_the_maximum(string topic, byte alias)
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { TopicAliasMaximum = 5 });
        await linked.Peer.WriteAsync(Publish(V5, topic, "x", properties: [0x23, 0, alias]));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.TopicAliasInvalid);
    }

    [Fact(DisplayName = "[MQTT5-3.3.2-10] Aliases up to the announced maximum are understood, and may change their topic")]
    public async Task Aliases_are_understood()
    {
        await using var linked = await Linked.ConnectAsync(V5, options => options with { TopicAliasMaximum = 5 });
        Assert.Equal([3, 0x22, 0, 5], linked.Peer.Connect.Body[10..14]);
        foreach (var (topic, alias) in new (string, byte)[] { ("a", 1), ("b", 5), ("", 1), ("", 5), ("c", 1), ("", 1) })
            await linked.Peer.WriteAsync(Publish(V5, topic, "x", properties: [0x23, 0, alias]));
        await Eventually.True(() => linked.Received.Count == 6);
        Assert.Equal(["a", "b", "a", "b", "c", "c"], linked.Received.Select(message => message.Topic));
    }

    [Fact(DisplayName = "[MQTT5-3.3.2-7] A new connection knows no alias, neither way; what goes out again has its topic in full")]
    public async Task Aliases_end_with_the_connection()
    {
        byte[] maximum = [0x22, 0, 9];
        await using var linked = await Linked.ConnectAsync(V5, options => Linked.Keeping(options) with { TopicAliasMaximum = 5 }, false, maximum);
        for (var i = 0; i < 3; i++) _ = linked.Publish("topic", 1);
        await linked.ReadPublishAsync("topic");
        await linked.ReadPublishAsync("topic");
        await linked.ReadPublishAsync("");
        await linked.Peer.WriteAsync(Publish(V5, "a", "x", properties: [0x23, 0, 1]));
        await Eventually.True(() => !linked.Received.IsEmpty);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true, maximum);
        for (var i = 0; i < 3; i++) Assert.Empty((await linked.ReadPublishAsync("topic")).PublishProperties);
        _ = linked.Publish("topic", 1);
        await linked.ReadPublishAsync("topic");
        await linked.Peer.WriteAsync(Publish(V5, "", "x", properties: [0x23, 0, 1]));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.TopicAliasInvalid);
    }

    [Fact]
    public async Task A_message_without_topic_and_alias_is_a_protocol_error()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(Publish(V5, "", "x"));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
    }

    [Fact(DisplayName = "[MQTT5-3.3.2-14] A response topic has no wildcards: not sent, and a protocol error when it comes")]
    public async Task Response_topic()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await Assert.ThrowsAsync<ArgumentException>(async () => await linked.Client.PublishAsync(new MqttMessage("a", default) { ResponseTopic = "a/#" }));
        await linked.Peer.WriteAsync(Publish(V5, "a", "x", properties: [0x08, 0, 1, (byte)'+']));
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
    }

    [Theory]
    [InlineData(0x28, "a/#", MqttReasonCode.WildcardSubscriptionsNotSupported)]
    [InlineData(0x2A, "$share/g/a", MqttReasonCode.SharedSubscriptionsNotSupported)]
    [InlineData(0x29, "a", MqttReasonCode.SubscriptionIdentifiersNotSupported)]
    public async Task What_the_broker_has_said_not_to_have_is_not_asked_for(byte property, string filter, MqttReasonCode expected)
    {
        await using var linked = await Linked.ConnectAsync(V5, properties: [property, 0]);
        int? identifier = property == 0x29 ? 7 : null;
        var results = await linked.Client.SubscribeAsync([new MqttSubscription(filter) { Identifier = identifier }]).Soon();
        Assert.Equal(new MqttFilterResult(filter, expected), Assert.Single(results));
        var subscribing = linked.Client.SubscribeAsync([new MqttSubscription("plain"), new MqttSubscription(property == 0x29 ? "other" : filter), new MqttSubscription("last")]);
        var packet = await linked.Peer.ReadAsync();
        Assert.Equal((8, 1), (packet.Type, packet.Identifier()));
        await linked.Peer.WriteAsync(property == 0x29 ? Suback(V5, 1, 0, 1, 2) : Suback(V5, 1, 0, 2));
        var codes = (await subscribing.Soon()).Select(result => result.ReasonCode);
        Assert.Equal([MqttReasonCode.Success, property == 0x29 ? MqttReasonCode.GrantedQualityOfService1 : expected, MqttReasonCode.GrantedQualityOfService2], codes);
    }
}
