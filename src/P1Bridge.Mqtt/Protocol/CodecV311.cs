namespace P1Bridge.Mqtt.Protocol;

/// <summary>MQTT 3.1.1: no properties, few reason codes.</summary>
sealed class CodecV311 : Codec
{
    const byte ProtocolLevel = 4;

    CodecV311()
    {
    }

    public static CodecV311 Instance { get; } = new();

    public override MqttProtocolVersion Version => MqttProtocolVersion.V311;

    protected override void WriteConnect(PacketWriter writer, ConnectPacket packet)
    {
        var options = packet.Options;
        writer.WriteString("MQTT");
        writer.WriteByte(ProtocolLevel);
        writer.WriteByte(ConnectFlags(packet));
        writer.WriteUInt16((int)options.KeepAlive.TotalSeconds);
        writer.WriteString(packet.ClientId);
        if (options.Will is { } will)
        {
            writer.WriteString(will.Topic);
            writer.WriteBinary(will.Payload.Span);
        }
        if (options.UserName is { } user) writer.WriteString(user);
        if (options.Password is { } password) writer.WriteString(password);
        writer.End(PacketType.Connect, 0);
    }

    protected override void WritePublishProperties(PacketWriter writer, MqttMessage message, in PublishHeader header)
    {
    }

    protected override void WriteReasonCode(PacketWriter writer, MqttReasonCode code)
    {
    }

    protected override void WriteSubscribeProperties(PacketWriter writer, SubscribePacket? packet)
    {
    }

    protected override int OptionsOf(MqttSubscription subscription) => (int)subscription.QualityOfService;

    protected override Acknowledgement ReadAcknowledgement(PacketType type, ref PacketReader reader) => new(type, reader.ReadIdentifier());

    protected override ConnackPacket ReadConnack(ref PacketReader reader)
    {
        var flags = reader.ReadByte();
        var code = reader.ReadByte();
        if ((flags & 0xFE) != 0) throw MqttException.Malformed("reserved flags in CONNACK");
        if (flags != 0 && code != 0) throw MqttException.Malformed("a refusal that speaks of a session"); // [MQTT-3.2.2-4]
        return new ConnackPacket(flags != 0, ReasonCodeOf(code));
    }

    public static MqttReasonCode ReasonCodeOf(byte connectReturnCode) => connectReturnCode switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };

    protected override PublishPacket ReadPublishBody(ref PacketReader reader, MqttMessage message, ushort identifier) =>
        new(message with { Payload = reader.ReadRest().ToArray() }, identifier);

    protected override FilterAnswerPacket ReadFilterAnswer(PacketType type, ref PacketReader reader)
    {
        var identifier = reader.ReadIdentifier();
        if (type == PacketType.Unsuback) return new FilterAnswerPacket(type, identifier, null);
        var codes = ReadCodes(type, ref reader);
        foreach (var code in codes)
        {
            if ((int)code is > 2 and not 0x80) throw MqttException.Malformed($"answer {(int)code} in SUBACK"); // [MQTT-3.9.3-2]
        }
        return new FilterAnswerPacket(type, identifier, codes);
    }

    protected override Packet ReadDisconnect(ref PacketReader reader) => throw NotForAServer(PacketType.Disconnect);
}
