using P1Bridge.Mqtt.Link;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Link;

public class SessionTests
{
    readonly Session _session = new();

    static MqttMessage Message(string topic = "t", MqttQualityOfService qualityOfService = MqttQualityOfService.AtLeastOnce) =>
        MqttMessage.Text(topic, "x", qualityOfService);

    AcknowledgementPacket? Acknowledge(PacketType type, int identifier) => _session.Acknowledge(new AcknowledgementPacket(type, (ushort)identifier));

    [Fact(DisplayName = "[MQTT-2.3.1-1, 2.3.1-2] Identifiers run from 1 to 65535, wrap to 1 and skip those in use")]
    public void Identifiers_wrap_and_skip()
    {
        var first = _session.TryAdd(Message())!;
        for (var i = 2; i <= ushort.MaxValue; i++)
        {
            Assert.Equal(i, _session.TryAdd(Message())!.Identifier);
            Acknowledge(PacketType.Puback, i);
        }
        Assert.Equal(1, first.Identifier);
        Assert.Equal(2, _session.TryAdd(Message())!.Identifier);
    }

    [Fact(DisplayName = "[MQTT-2.3.1-3] One identifier space for messages and requests; when all are taken, one waits until one is free")]
    public async Task All_taken()
    {
        for (var i = 1; i < ushort.MaxValue; i++) _session.TryAdd(Message());
        Assert.Equal(ushort.MaxValue, _session.TryAdd(PacketType.Suback, 1)!.Identifier);
        Assert.Null(_session.TryAdd(Message()));
        var freed = _session.IdentifierFreed();
        Assert.False(freed.IsCompleted);
        _session.Answer(new FilterAnswerPacket(PacketType.Suback, ushort.MaxValue, [MqttReasonCode.Success]));
        await freed.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(ushort.MaxValue, _session.TryAdd(Message())!.Identifier);
    }

    [Fact(DisplayName = "[MQTT-4.4.0-1, 4.6.0-1, 3.3.1-1] Unacknowledged messages go out again in order, with DUP and their identifiers")]
    public void Resend_in_order()
    {
        foreach (var topic in new[] { "a", "b", "c", "d" }) _session.TryAdd(Message(topic));
        Acknowledge(PacketType.Puback, 2);
        Assert.Equal(
            [("a", 1, true), ("c", 3, true), ("d", 4, true)],
            _session.Unacknowledged().Cast<PublishPacket>().Select(packet => (packet.Message.Topic, (int)packet.Identifier, packet.Duplicate)));
    }

    [Fact(DisplayName = "[MQTT-4.3.3-1] After PUBREC a QoS 2 message is never published again: PUBREL goes out instead, until PUBCOMP")]
    public async Task Sending_qos_2()
    {
        var publish = _session.TryAdd(Message(qualityOfService: MqttQualityOfService.ExactlyOnce))!;
        Assert.Equal(new AcknowledgementPacket(PacketType.Pubrel, 1), Acknowledge(PacketType.Pubrec, 1));
        Assert.Equal([new AcknowledgementPacket(PacketType.Pubrel, 1)], _session.Unacknowledged());
        Assert.False(publish.Done.Task.IsCompleted);
        Assert.Null(Acknowledge(PacketType.Pubcomp, 1));
        Assert.True((await publish.Done.Task).Succeeded);
        Assert.Empty(_session.Unacknowledged());
    }

    [Fact(DisplayName = "[MQTT-4.3.3-2] A received QoS 2 message counts once until PUBREL; PUBREL is always answered")]
    public void Receiving_qos_2()
    {
        var packet = new PublishPacket(Message(qualityOfService: MqttQualityOfService.ExactlyOnce), 9);
        Assert.True(_session.IsNew(packet));
        Assert.False(_session.IsNew(packet));
        Assert.Equal(new AcknowledgementPacket(PacketType.Pubcomp, 9), Acknowledge(PacketType.Pubrel, 9));
        Assert.True(_session.IsNew(packet));
        Assert.Equal(new AcknowledgementPacket(PacketType.Pubcomp, 77), Acknowledge(PacketType.Pubrel, 77));
    }

    [Fact]
    public void Acknowledgements_that_belong_to_nothing_are_counted()
    {
        Acknowledge(PacketType.Puback, 5);
        Acknowledge(PacketType.Pubcomp, 5);
        _session.Answer(new FilterAnswerPacket(PacketType.Suback, 5, [MqttReasonCode.Success]));
        Assert.Equal(new AcknowledgementPacket(PacketType.Pubrel, 5), Acknowledge(PacketType.Pubrec, 5));
        Assert.Equal(4, _session.UnknownAcknowledgements);
    }

    [Fact(DisplayName = "[MQTT-3.8.4-5] SUBACK must answer every filter")]
    public void Answer_count()
    {
        _session.TryAdd(PacketType.Suback, 2);
        var packet = new FilterAnswerPacket(PacketType.Suback, 1, [MqttReasonCode.Success]);
        Assert.Equal(MqttReasonCode.ProtocolError, Assert.Throws<MqttException>(() => _session.Answer(packet)).ReasonCode);
    }

    [Fact]
    public async Task A_lost_connection_ends_requests_always_and_messages_unless_they_are_kept()
    {
        var lost = new MqttException(MqttFailure.Network, "gone");
        var publish = _session.TryAdd(Message())!;
        var request = _session.TryAdd(PacketType.Suback, 1)!;
        _session.ConnectionLost(lost, keepMessages: true);
        await Assert.ThrowsAsync<MqttException>(() => request.Done.Task);
        Assert.False(publish.Done.Task.IsCompleted);
        _session.ConnectionLost(lost, keepMessages: false);
        await Assert.ThrowsAsync<MqttException>(() => publish.Done.Task);
    }
}
