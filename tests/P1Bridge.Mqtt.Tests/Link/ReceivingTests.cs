using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>Messages from the broker, and the acknowledgements that they get, in both versions.</summary>
public class ReceivingTests
{
    const int Puback = 4, Pubrec = 5, Pubrel = 6, Pubcomp = 7;

    static async Task PayloadsAsync(Linked linked, params string[] expected)
    {
        await Eventually.True(() => linked.Received.Count >= expected.Length);
        Assert.Equal(expected, linked.Received.Select(message => message.PayloadText));
    }

    [Theory(DisplayName = "[MQTT-2.3.1-6] [MQTT5-2.2.1-5] PUBACK, PUBREC and PUBCOMP echo the identifier, in the shortest form")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Acknowledgements_echo_the_identifier(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync([.. Publish(version, "a", "1", 1, 0xABCD), .. Publish(version, "a", "2", 2, 0x1234), .. Acknowledgement(Pubrel, 0x1234)]);
        foreach (var (type, identifier) in new[] { (Puback, 0xABCD), (Pubrec, 0x1234), (Pubcomp, 0x1234) })
        {
            var packet = await linked.Peer.ReadAsync();
            Assert.Equal((type, identifier, 2), (packet.Type, packet.Identifier(), packet.Body.Length));
        }
    }

    [Theory(DisplayName = "[MQTT-4.5.0-2] [MQTT5-4.5.0-2] Every message is acknowledged, also when nobody listens or the listener throws")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Acknowledged_whoever_listens(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        linked.Client.MessageReceived += (_, _) => throw new InvalidOperationException("handler");
        await linked.Peer.WriteAsync([.. Publish(version, "never/asked/for", "1", 1, 1), .. Publish(version, "a", "2", 2, 2)]);
        await linked.ReadAsync(Puback, 1);
        await linked.ReadAsync(Pubrec, 2);
    }

    [Fact(DisplayName = "[MQTT5-4.3.2-4] PUBACK carries the identifier of the message once it has its place here")]
    public async Task PUBACK_after_taking()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(Publish(V5, "a", "1", 1, 7));
        await linked.ReadAsync(Puback, 7);
        await PayloadsAsync(linked, "1");
    }

    [Theory(DisplayName = "[MQTT-4.3.2-2] [MQTT5-4.3.2-5] After PUBACK the same identifier is a new message, whatever DUP says")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task New_after_PUBACK(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync([.. Publish(version, "a", "1", 1, 7), .. Publish(version, "a", "2", 1, 7, flags: 8)]);
        await linked.ReadAsync(Puback, 7);
        await linked.ReadAsync(Puback, 7);
        await PayloadsAsync(linked, "1", "2");
        Assert.Equal([false, true], linked.Received.Select(message => message.Duplicate));
    }

    [Theory(DisplayName = "[MQTT-4.3.3-2] [MQTT5-4.3.3-8] A QoS 2 message is answered by PUBREC with its identifier")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task PUBREC_for_a_message(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync(Publish(version, "a", "1", 2, 5));
        await linked.ReadAsync(Pubrec, 5);
        await PayloadsAsync(linked, "1");
    }

    [Fact(DisplayName = "[MQTT5-4.3.3-9] PUBREC is never sent with a failure, so no identifier is left half used")]
    public async Task PUBREC_has_no_failure()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(Publish(V5, "a", "1", 2, 5));
        Assert.Equal(2, (await linked.Peer.ReadAsync()).Body.Length);
    }

    [Theory(DisplayName = "[MQTT5-4.3.3-10] Until PUBREL a repetition is answered by PUBREC and not delivered, on the next connection too")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Repetitions(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectKeepingAsync(version);
        await linked.Peer.WriteAsync([.. Publish(version, "a", "1", 2, 5), .. Publish(version, "a", "1", 2, 5, flags: 8)]);
        await linked.ReadAsync(Pubrec, 5);
        await linked.ReadAsync(Pubrec, 5);
        await linked.DropAsync();
        await linked.ConnectAsync(sessionPresent: true);
        await linked.Peer.WriteAsync([.. Publish(version, "a", "1", 2, 5, flags: 8), .. Publish(version, "a", "2", 1, 1)]);
        await linked.ReadAsync(Pubrec, 5);
        await linked.ReadAsync(Puback, 1);
        await PayloadsAsync(linked, "1", "2");
    }

    [Fact(DisplayName = "[MQTT5-4.3.3-11] PUBREL is answered by PUBCOMP with its identifier, and with 0x92 when it is not known")]
    public async Task PUBCOMP_always()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync([.. Publish(V5, "a", "1", 2, 5), .. Acknowledgement(Pubrel, 5), .. Acknowledgement(Pubrel, 5)]);
        await linked.ReadAsync(Pubrec, 5);
        await linked.ReadAsync(Pubcomp, 5);
        var unknown = await linked.Peer.ReadAsync();
        Assert.Equal((Pubcomp, 5, 3, 0x92), (unknown.Type, unknown.Identifier(), unknown.Body.Length, unknown.Body[2]));
    }

    [Theory(DisplayName = "[MQTT5-4.3.3-12] After PUBCOMP the same identifier is a new message")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task New_after_PUBCOMP(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync([.. Publish(version, "a", "1", 2, 5), .. Acknowledgement(Pubrel, 5), .. Publish(version, "a", "2", 2, 5)]);
        await PayloadsAsync(linked, "1", "2");
    }

    [Theory(DisplayName = "[MQTT-4.6.0-2] [MQTT5-4.6.0-2] PUBACK goes out in the order of the messages, for repetitions too")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Order_of_PUBACK(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        int[] identifiers = [3, 1, 3, 200, 2];
        await linked.Peer.WriteAsync([.. identifiers.SelectMany(identifier => Publish(version, "a", "x", 1, identifier))]);
        foreach (var identifier in identifiers) await linked.ReadAsync(Puback, identifier);
    }

    [Theory(DisplayName = "[MQTT-4.6.0-3] [MQTT5-4.6.0-3] PUBREC goes out in the order of the messages")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Order_of_PUBREC(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        int[] identifiers = [3, 1, 200, 2];
        await linked.Peer.WriteAsync([.. identifiers.SelectMany(identifier => Publish(version, "a", "x", 2, identifier))]);
        foreach (var identifier in identifiers) await linked.ReadAsync(Pubrec, identifier);
    }

    [Fact(DisplayName = "[MQTT5-3.4.2-1] PUBACK carries a code of its table: success, left out")]
    public async Task Codes_of_PUBACK() => await CodesAsync(Publish(V5, "a", "x", 1, 1), Puback);

    [Fact(DisplayName = "[MQTT5-3.5.2-1] PUBREC carries a code of its table: success, left out")]
    public async Task Codes_of_PUBREC() => await CodesAsync(Publish(V5, "a", "x", 2, 1), Pubrec);

    [Fact(DisplayName = "[MQTT5-3.6.2-1] PUBREL carries a code of its table: 0x92 for a PUBREC that nothing belongs to")]
    public async Task Codes_of_PUBREL() => await CodesAsync(Acknowledgement(Pubrec, 1), Pubrel, 0x92);

    [Fact(DisplayName = "[MQTT5-3.7.2-1] PUBCOMP carries a code of its table: 0x92 for a PUBREL that nothing belongs to")]
    public async Task Codes_of_PUBCOMP() => await CodesAsync(Acknowledgement(Pubrel, 1), Pubcomp, 0x92);

    static async Task CodesAsync(byte[] sent, int type, params byte[] more)
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(sent);
        var packet = await linked.Peer.ReadAsync();
        Assert.Equal(type, packet.Type);
        Assert.Equal([0, 1, .. more], packet.Body);
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Acknowledgements_that_belong_to_nothing_change_nothing(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Peer.WriteAsync([.. Acknowledgement(Puback, 9), .. Acknowledgement(Pubcomp, 9), .. Suback(version, 9, 0), .. Unsuback(version, 9, 0)]);
        var publishing = linked.Publish("a", 1);
        await linked.AcknowledgeAsync(Puback, (await linked.ReadPublishAsync("a")).PublishIdentifier);
        Assert.True((await publishing.Soon()).Succeeded);
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Packets_may_come_byte_by_byte_or_all_at_once(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var publish = Publish(version, "a", "hi", 1, 7);
        foreach (var part in publish) await linked.Peer.WriteAsync(part);
        await linked.ReadAsync(Puback, 7);
        await linked.Peer.WriteAsync([.. publish, .. publish, .. Publish(version, "b", "!")]);
        await PayloadsAsync(linked, "hi", "hi", "hi", "!");
    }

    [Fact]
    public async Task Large_messages_that_wait_are_few()
    {
        using var release = new ManualResetEventSlim();
        await using var linked = await Linked.ConnectAsync(V5);
        linked.Client.MessageReceived += (_, _) => release.Wait();
        var large = Publish(V5, "a", new string('x', 100_000), 1, 1);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++) await linked.Peer.WriteAsync(large);
        });
        var acknowledged = 0;
        var reading = Task.Run(async () =>
        {
            while (acknowledged < 100)
            {
                await linked.ReadAsync(Puback, 1);
                Interlocked.Increment(ref acknowledged);
            }
        });
        await Eventually.True(() => Volatile.Read(ref acknowledged) >= 4);
        Assert.InRange(Volatile.Read(ref acknowledged), 4, 5);
        release.Set();
        await Task.WhenAll(writing, reading).Soon();
    }
}
