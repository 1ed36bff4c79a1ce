using P1Bridge.Mqtt.Protocol;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Protocol;

/// <summary>The encoding of fields and headers, against bytes worked out by hand from the standards.</summary>
public class EncodingTests
{
    [Theory(DisplayName = "[MQTT-1.5.3-1] [MQTT5-1.5.4-1] Texts that are not well-formed UTF-8 are neither read nor written")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Ill_formed_text(MqttProtocolVersion version)
    {
        foreach (byte[] bad in new byte[][] { [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80] })
            Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, Packet(0x30, [0, (byte)bad.Length, .. bad, .. Properties(version)])));
        Assert.Throws<ArgumentException>(() => Written(version, MqttMessage.Text("half \ud800 pair", ""), default));
        Assert.NotNull(MqttTopic.NameError("a\ud800"));
    }

    [Theory(DisplayName = "[MQTT-1.5.3-2] [MQTT5-1.5.4-2] U+0000 in a text is neither read nor written")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void The_null_character(MqttProtocolVersion version)
    {
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, Packet(0x30, [0, 2, 97, 0, .. Properties(version)])));
        Assert.NotNull(MqttTopic.NameError("a\0"));
        Assert.NotNull(MqttTopic.FilterError("a\0"));
        Assert.Throws<ArgumentException>(new MqttClientOptions { UserName = "a\0" }.Validate);
        if (version == V5) Assert.Throws<ArgumentException>(() => Written(version, new MqttMessage("a", default) { ContentType = "a\0" }, default));
    }

    [Theory(DisplayName = "[MQTT-1.5.3-3] [MQTT5-1.5.4-3] U+FEFF stays what it is, at the start too")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void The_byte_order_mark(MqttProtocolVersion version)
    {
        var bytes = Publish(version, "\uFEFFa", "");
        Assert.Equal("\uFEFFa", ReadOne<PublishPacket>(version, bytes).Message.Topic);
        Assert.Equal(bytes, Written(version, MqttMessage.Text("\uFEFFa", ""), default));
    }

    [Fact(DisplayName = "[MQTT5-1.5.5-1] Lengths take the least number of bytes: written so, and refused otherwise")]
    public void Shortest_lengths()
    {
        foreach (var (value, bytes) in new (int, byte[])[] { (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (16_384, [0x80, 0x80, 1]), (268_435_455, [0xFF, 0xFF, 0xFF, 0x7F]) })
        {
            var target = new byte[4];
            Assert.Equal(bytes, target[..VariableInteger.Write(target, value)]);
        }
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0xD0, 0x80, 0x00));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x30, 6, 0, 1, 97, 0x80, 0x00, 97)); // The length of the properties.
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x30, 0x80, 0x80, 0x80, 0x80, 1));
    }

    [Fact(DisplayName = "[MQTT5-1.5.7-1] Both halves of a user property are UTF-8")]
    public void Text_pairs()
    {
        byte[] good = [0x26, 0, 1, 97, 0, 1, 98];
        Assert.Equal([KeyValuePair.Create("a", "b")], ReadOne<PublishPacket>(V5, Publish(V5, "t", "", properties: good)).Message.UserProperties);
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "", properties: [0x26, 0, 1, 0xC3, 0, 1, 98])));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "", properties: [0x26, 0, 1, 97, 0, 1, 0xC3])));
        Assert.Throws<ArgumentException>(() => Written(V5, new MqttMessage("t", default) { UserProperties = [KeyValuePair.Create("a", "\ud800")] }, default));
    }

    [Theory(DisplayName = "[MQTT-2.2.2-1] Reserved flags are sent as the standard lists them")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Sent_flags(MqttProtocolVersion version)
    {
        Assert.Equal(0x10, Written(version, new ConnectPacket(new MqttClientOptions(), "", true))[0]);
        Assert.Equal([0x40, 0x50, 0x62, 0x70], new[] { PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp }
            .Select(type => (int)Written(version, new Acknowledgement(type, 1))[0]));
        Assert.Equal([0xC0, 0], Written(version, new PingreqPacket()));
        Assert.Equal([0xE0, 0], Written(version, new DisconnectPacket()));
    }

    [Theory(DisplayName = "[MQTT-2.2.2-2] [MQTT5-2.1.3-1] Other reserved flags than the listed ones are malformed")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Received_flags(MqttProtocolVersion version)
    {
        foreach (var (type, right) in new[] { (2, 0), (4, 0), (5, 0), (6, 2), (7, 0), (9, 0), (11, 0), (13, 0) })
        {
            for (var flags = 0; flags < 16; flags++)
            {
                if (flags != right) Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, Packet((type << 4) | flags, 0, 1)));
            }
        }
    }

    [Theory(DisplayName = "[MQTT-3.6.1-1] [MQTT5-3.6.1-1] PUBREL carries 0010, both ways")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Pubrel_flags(MqttProtocolVersion version)
    {
        Assert.Equal([0x62, 2, 0x12, 0x34], Written(version, new Acknowledgement(PacketType.Pubrel, 0x1234)));
        Assert.Equal(new Acknowledgement(PacketType.Pubrel, 1), ReadOne<Acknowledgement>(version, 0x62, 2, 0, 1));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, 0x60, 2, 0, 1));
    }

    [Fact(DisplayName = "[MQTT-3.8.1-1] [MQTT5-3.8.1-1] SUBSCRIBE carries 0010")]
    public void Subscribe_flags()
    {
        Assert.Equal([0x82, 6, 0, 1, 0, 1, (byte)'#', 1], Written(V311, new SubscribePacket(1, [new MqttSubscription("#")])));
        Assert.Equal([0x82, 7, 0, 1, 0, 0, 1, (byte)'#', 1], Written(V5, new SubscribePacket(1, [new MqttSubscription("#")])));
    }

    [Fact(DisplayName = "[MQTT-3.10.1-1] [MQTT5-3.10.1-1] UNSUBSCRIBE carries 0010")]
    public void Unsubscribe_flags()
    {
        Assert.Equal([0xA2, 5, 0, 2, 0, 1, (byte)'#'], Written(V311, new UnsubscribePacket(2, ["#"])));
        Assert.Equal([0xA2, 6, 0, 2, 0, 0, 1, (byte)'#'], Written(V5, new UnsubscribePacket(2, ["#"])));
    }

    [Fact(DisplayName = "[MQTT5-3.15.1-1] AUTH with flags is malformed, without it is a protocol error here")]
    public void Auth_flags()
    {
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0xF1, 0));
        Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(V5, 0xF0, 0));
    }

    [Fact(DisplayName = "[MQTT5-3.14.1-1] DISCONNECT with flags is malformed")]
    public void Disconnect_flags()
    {
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0xE1, 0));
        Assert.Equal(new DisconnectPacket(), ReadOne<DisconnectPacket>(V5, 0xE0, 0));
    }

    [Fact(DisplayName = "[MQTT5-3.2.2-1] Reserved bits of CONNACK's flags are malformed")]
    public void Connack_flags()
    {
        for (var bit = 1; bit < 8; bit++) Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x20, 3, (byte)(1 << bit), 0, 0));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V311, 0x20, 2, 2, 0));
    }

    [Fact(DisplayName = "[MQTT5-2.2.2-1] Without properties their length is there and zero, and missing it is malformed")]
    public void The_length_of_no_properties()
    {
        Assert.Equal([0x30, 5, 0, 1, 97, 0, 9], Written(V5, new MqttMessage("a", new byte[] { 9 }), default));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x30, 3, 0, 1, 97));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x20, 2, 0, 0));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x90, 2, 0, 1));
        // Acknowledgements and DISCONNECT may end before it.
        Assert.Equal(MqttReasonCode.NotAuthorized, ReadOne<Acknowledgement>(V5, 0x40, 3, 0, 1, 0x87).ReasonCode);
        Assert.Equal(MqttReasonCode.ServerShuttingDown, ReadOne<DisconnectPacket>(V5, 0xE0, 1, 0x8B).ReasonCode);
    }

    [Theory(DisplayName = "[MQTT-4.8.0-1] [MQTT5-4.12.0-6] A packet type that a server may not send is a protocol error; AUTH is one without a method")]
    [InlineData(V311)]
    [InlineData(V5)]
    public void Packet_types_of_clients(MqttProtocolVersion version)
    {
        foreach (var header in new[] { 0x00, 0x10, 0x82, 0xA2, 0xC0, 0xF0 })
        {
            if (header is 0x82 or 0xA2) Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, (byte)header, 0)); // By its flags.
            Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(version, (byte)(header & 0xF0), 0));
        }
        if (version == V311) Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(version, 0xE0, 0));
    }

    [Theory(DisplayName = "[MQTT-3.3.1-4] [MQTT5-3.3.1-4] QoS 3 is neither read nor sent")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task QoS_3(MqttProtocolVersion version)
    {
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(version, Publish(version, "a", "", 3, 1)));
        await using var client = new MqttClient();
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.PublishAsync(new MqttMessage("a", default) { QualityOfService = (MqttQualityOfService)3 }));
    }

    [Theory]
    [InlineData("a PUBACK that is too short", new byte[] { 0x40, 1, 0 })]
    [InlineData("a topic that runs past the packet", new byte[] { 0x30, 3, 0, 9, 97 })]
    [InlineData("SUBACK without an answer", new byte[] { 0x90, 2, 0, 1 })]
    [InlineData("identifier 0", new byte[] { 0x40, 2, 0, 0 })]
    [InlineData("PINGRESP with a body", new byte[] { 0xD0, 1, 0 })]
    public void Malformed_in_both_versions(string what, byte[] bytes)
    {
        Assert.True(ErrorOf(V311, bytes) == MqttReasonCode.MalformedPacket, what);
        Assert.True(ErrorOf(V5, bytes) == MqttReasonCode.MalformedPacket, what);
    }

    [Theory]
    [InlineData("a refusal with a session", new byte[] { 0x20, 2, 1, 5 })]
    [InlineData("a reserved answer in SUBACK", new byte[] { 0x90, 3, 0, 1, 3 })]
    [InlineData("a PUBACK that is too long", new byte[] { 0x40, 3, 0, 1, 0 })]
    [InlineData("an empty topic", new byte[] { 0x30, 2, 0, 0 })]
    public void Malformed_in_3_1_1(string what, byte[] bytes) => Assert.True(ErrorOf(V311, bytes) == MqttReasonCode.MalformedPacket, what);

    [Theory]
    [InlineData(0, MqttReasonCode.Success)]
    [InlineData(1, MqttReasonCode.UnsupportedProtocolVersion)]
    [InlineData(2, MqttReasonCode.ClientIdentifierNotValid)]
    [InlineData(3, MqttReasonCode.ServerUnavailable)]
    [InlineData(4, MqttReasonCode.BadUserNameOrPassword)]
    [InlineData(5, MqttReasonCode.NotAuthorized)]
    [InlineData(77, MqttReasonCode.UnspecifiedError)]
    public void Return_codes_of_3_1_1_become_reason_codes(byte code, MqttReasonCode expected) =>
        Assert.Equal(expected, ReadOne<ConnackPacket>(V311, 0x20, 2, 0, code).ReasonCode);

    [Fact]
    public void A_3_1_1_broker_refusing_5_0_in_its_own_words_is_understood() =>
        Assert.Equal(MqttReasonCode.UnsupportedProtocolVersion, ReadOne<ConnackPacket>(V5, 0x20, 2, 0, 1).ReasonCode);

    [Fact]
    public void A_packet_that_cannot_be_written_leaves_nothing_behind()
    {
        var writer = new PacketWriter();
        Codec.For(V311).Write(writer, new PingreqPacket());
        Assert.Throws<ArgumentException>(() => Codec.For(V311).WritePublish(writer, MqttMessage.Text("half \ud800 pair", ""), default));
        Assert.Throws<ArgumentException>(() => Codec.For(V5).WritePublish(writer, MqttMessage.Text(new string('x', 65_536), ""), default));
        Codec.For(V5).Write(writer, new PingreqPacket());
        Assert.Equal([0xC0, 0, 0xC0, 0], writer.Written.ToArray());
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public void A_message_is_read_with_all_its_flags(MqttProtocolVersion version)
    {
        var packet = ReadOne<PublishPacket>(version, Publish(version, "a/", "hi", 2, 7, flags: 0x09));
        Assert.Equal((7, "a/", "hi"), (packet.Identifier, packet.Message.Topic, packet.Message.PayloadText));
        Assert.True(packet.Message is { Retain: true, Duplicate: true, QualityOfService: MqttQualityOfService.ExactlyOnce });
    }
}
