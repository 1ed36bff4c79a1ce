using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Protocol;

/// <summary>Packets against bytes worked out by hand from the standard.</summary>
public class CodecV311Tests
{
    static byte[] Written(Packet packet)
    {
        var writer = new PacketWriter();
        CodecV311.Write(writer, packet);
        return writer.Written.ToArray();
    }

    static Packet Read(params byte[] bytes)
    {
        var buffer = new PacketBuffer(1024);
        bytes.CopyTo(buffer.Free());
        buffer.Advance(bytes.Length);
        Assert.True(buffer.TryTake(out var header, out var body));
        return CodecV311.Read(header, body);
    }

    static MqttReasonCode? ErrorOf(params byte[] bytes) =>
        Assert.Throws<MqttException>(() => Read(bytes)).ReasonCode;

    [Fact(DisplayName = "[MQTT-3.1.2-1, 3.1.2-3, 3.1.3-3] A bare CONNECT is the name, level 4, clean session, keep alive and client identifier")]
    public void A_bare_connect() => Assert.Equal(
        [0x10, 14, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0x02, 0, 60, 0, 2, (byte)'i', (byte)'d'],
        Written(new ConnectPacket(new MqttClientOptions { ClientId = "id" })));

    [Fact(DisplayName = "[MQTT-3.1.3-1, 3.1.2-18..21] CONNECT carries will, user and password in order, and the flags that say so")]
    public void A_full_connect() => Assert.Equal(
        [
            0x10, 31, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0b1110_1100, 0, 10,
            0, 2, (byte)'i', (byte)'d', 0, 1, (byte)'w', 0, 3, (byte)'o', (byte)'f', (byte)'f', 0, 1, (byte)'u', 0, 4, 0xC3, 0xA9, (byte)'p', (byte)'w',
        ],
        Written(new ConnectPacket(new MqttClientOptions
        {
            ClientId = "id",
            KeepAlive = TimeSpan.FromSeconds(10),
            CleanSession = false,
            UserName = "u",
            Password = "épw",
            Will = MqttMessage.Text("w", "off", MqttQualityOfService.AtLeastOnce, retain: true),
        })));

    [Fact(DisplayName = "[MQTT-3.3.1-2, 2.3.1-5] PUBLISH with QoS 0 has no identifier and no DUP")]
    public void A_publish_with_qos_0() => Assert.Equal(
        [0x31, 5, 0, 1, (byte)'a', 1, 2],
        Written(new PublishPacket(new MqttMessage("a", new byte[] { 1, 2 }) { Retain = true, Duplicate = true }, 0)));

    [Fact(DisplayName = "[MQTT-3.3.1-1] PUBLISH again has DUP and its identifier")]
    public void A_publish_again() => Assert.Equal(
        [0x3A, 6, 0, 1, (byte)'a', 0x12, 0x34, 9],
        Written(new PublishPacket(new MqttMessage("a", new byte[] { 9 }) { QualityOfService = MqttQualityOfService.AtLeastOnce }, 0x1234, Duplicate: true)));

    [Fact(DisplayName = "[MQTT-3.8.1-1, 3.10.1-1, 3.6.1-1] SUBSCRIBE, UNSUBSCRIBE and PUBREL carry the reserved flags 0010")]
    public void Reserved_flags_are_sent()
    {
        Assert.Equal([0x82, 6, 0, 1, 0, 1, (byte)'#', 1], Written(new SubscribePacket(1, [new MqttSubscription("#")])));
        Assert.Equal([0xA2, 5, 0, 2, 0, 1, (byte)'#'], Written(new UnsubscribePacket(2, ["#"])));
        Assert.Equal([0x62, 2, 0, 3], Written(new AcknowledgementPacket(PacketType.Pubrel, 3)));
        Assert.Equal([0x40, 2, 0, 3], Written(new AcknowledgementPacket(PacketType.Puback, 3)));
    }

    [Fact]
    public void A_ping_and_a_goodbye_are_two_bytes()
    {
        Assert.Equal([0xC0, 0], Written(new PingreqPacket()));
        Assert.Equal([0xE0, 0], Written(new DisconnectPacket()));
    }

    [Fact]
    public void A_packet_that_cannot_be_written_leaves_nothing_behind()
    {
        var writer = new PacketWriter();
        CodecV311.Write(writer, new PingreqPacket());
        Assert.Throws<ArgumentException>(() => CodecV311.Write(writer, new PublishPacket(MqttMessage.Text("half \ud800 pair", ""), 0)));
        Assert.Throws<ArgumentException>(() => CodecV311.Write(writer, new PublishPacket(MqttMessage.Text(new string('x', 65_536), ""), 0)));
        CodecV311.Write(writer, new PingreqPacket());
        Assert.Equal([0xC0, 0, 0xC0, 0], writer.Written.ToArray());
    }

    [Theory]
    [InlineData(0, MqttReasonCode.Success)]
    [InlineData(1, MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData(2, MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(3, MqttReasonCode.ServerUnavailable)]
    [InlineData(4, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(5, MqttReasonCode.NotAuthorized)]
    [InlineData(77, MqttReasonCode.UnspecifiedError)]
    public void Return_codes_of_CONNACK_become_reason_codes(byte code, MqttReasonCode expected) =>
        Assert.Equal(new ConnackPacket(false, expected), Read(0x20, 2, 0, code));

    [Fact]
    public void A_message_is_read_with_all_its_flags()
    {
        var packet = Assert.IsType<PublishPacket>(Read(0x3D, 8, 0, 2, (byte)'a', (byte)'/', 0, 7, (byte)'h', (byte)'i'));
        Assert.Equal(7, packet.Identifier);
        Assert.Equal(("a/", "hi"), (packet.Message.Topic, packet.Message.PayloadText));
        Assert.True(packet.Message is { Retain: true, Duplicate: true, QualityOfService: MqttQualityOfService.ExactlyOnce });
    }

    [Fact(DisplayName = "[MQTT-1.5.3-3] U+FEFF in a topic stays what it is")]
    public void A_byte_order_mark_is_kept()
    {
        var packet = Assert.IsType<PublishPacket>(Read(0x30, 6, 0, 4, 0xEF, 0xBB, 0xBF, (byte)'a'));
        Assert.Equal("\uFEFFa", packet.Message.Topic);
    }

    [Theory(DisplayName = "[MQTT-4.8.0-1] Malformed packets are refused")]
    [InlineData("[MQTT-1.5.3-1] ill-formed UTF-8", new byte[] { 0x30, 4, 0, 2, 0xC3, 0x28 })]
    [InlineData("[MQTT-1.5.3-1] a surrogate in UTF-8", new byte[] { 0x30, 5, 0, 3, 0xED, 0xA0, 0x80 })]
    [InlineData("[MQTT-1.5.3-2] U+0000 in a topic", new byte[] { 0x30, 4, 0, 2, 97, 0 })]
    [InlineData("[MQTT-3.3.1-4] QoS 3", new byte[] { 0x36, 5, 0, 1, 97, 0, 1 })]
    [InlineData("[MQTT-3.3.2-2] a wildcard in a topic", new byte[] { 0x30, 3, 0, 1, (byte)'#' })]
    [InlineData("[MQTT-4.7.3-1] an empty topic", new byte[] { 0x30, 2, 0, 0 })]
    [InlineData("[MQTT-2.3.1-1] identifier 0", new byte[] { 0x32, 5, 0, 1, 97, 0, 0 })]
    [InlineData("[MQTT-2.2.2-2] flags of PUBACK", new byte[] { 0x41, 2, 0, 1 })]
    [InlineData("[MQTT-3.6.1-1] flags of PUBREL", new byte[] { 0x60, 2, 0, 1 })]
    [InlineData("flags of CONNACK", new byte[] { 0x20, 2, 2, 0 })]
    [InlineData("[MQTT-3.2.2-4] a refusal with a session", new byte[] { 0x20, 2, 1, 5 })]
    [InlineData("[MQTT-3.9.3-2] a reserved answer in SUBACK", new byte[] { 0x90, 3, 0, 1, 3 })]
    [InlineData("SUBACK without an answer", new byte[] { 0x90, 2, 0, 1 })]
    [InlineData("a PUBACK that is too long", new byte[] { 0x40, 3, 0, 1, 0 })]
    [InlineData("a PUBACK that is too short", new byte[] { 0x40, 1, 0 })]
    [InlineData("a topic that runs past the packet", new byte[] { 0x30, 3, 0, 9, 97 })]
    public void Malformed_packets_are_refused(string what, byte[] bytes) =>
        Assert.True(ErrorOf(bytes) == MqttReasonCode.MalformedPacket, what);

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x10)]
    [InlineData(0x80)]
    [InlineData(0xA0)]
    [InlineData(0xC0)]
    [InlineData(0xE0)]
    [InlineData(0xF0)]
    public void Packet_types_that_a_server_may_not_send_are_refused(byte header) =>
        Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(header, 0));
}
