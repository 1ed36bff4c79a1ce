namespace P1Bridge.Mqtt.Protocol;

/// <summary>MQTT 3.1.1 on the wire: writes what a client sends, reads what a server sends.</summary>
static class CodecV311
{
    const byte ProtocolLevel = 4;
    const byte ReservedFlags = 0b0010;

    /// <summary>Appends <paramref name="packet"/>; a packet that cannot be written leaves nothing behind.</summary>
    /// <exception cref="ArgumentException">A field is too long or not UTF-8.</exception>
    public static void Write(PacketWriter writer, Packet packet)
    {
        writer.Begin();
        try
        {
            WriteBody(writer, packet);
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    static void WriteBody(PacketWriter writer, Packet packet)
    {
        switch (packet)
        {
            case PublishPacket publish: WritePublish(writer, publish); break;
            case AcknowledgementPacket acknowledgement: WriteAcknowledgement(writer, acknowledgement); break;
            case SubscribePacket subscribe: WriteSubscribe(writer, subscribe); break;
            case UnsubscribePacket unsubscribe: WriteUnsubscribe(writer, unsubscribe); break;
            case PingreqPacket: writer.End(PacketType.Pingreq, 0); break;
            case ConnectPacket connect: WriteConnect(writer, connect.Options); break;
            case DisconnectPacket: writer.End(PacketType.Disconnect, 0); break;
            default: throw new ArgumentException($"{packet.GetType().Name} is not for a client to send.", nameof(packet));
        }
    }

    static void WriteConnect(PacketWriter writer, MqttClientOptions options)
    {
        writer.WriteString("MQTT");
        writer.WriteByte(ProtocolLevel);
        writer.WriteByte(ConnectFlags(options));
        writer.WriteUInt16((int)options.KeepAlive.TotalSeconds);
        writer.WriteString(options.ClientId);
        if (options.Will is { } will)
        {
            writer.WriteString(will.Topic);
            writer.WriteBinary(will.Payload.Span);
        }
        if (options.UserName is { } user) writer.WriteString(user);
        if (options.Password is { } password) writer.WriteString(password);
        writer.End(PacketType.Connect, 0);
    }

    // Bits of section 3.1.2.3, from 7: user name, password, will retain, will QoS (two), will, clean session, reserved.
    static int ConnectFlags(MqttClientOptions options)
    {
        var flags = options.CleanSession ? 0x02 : 0;
        if (options.Will is { } will) flags |= 0x04 | ((int)will.QualityOfService << 3) | (will.Retain ? 0x20 : 0);
        if (options.Password is not null) flags |= 0x40;
        if (options.UserName is not null) flags |= 0x80;
        return flags;
    }

    static void WritePublish(PacketWriter writer, PublishPacket publish)
    {
        var message = publish.Message;
        writer.WriteString(message.Topic);
        if (message.QualityOfService != MqttQualityOfService.AtMostOnce) writer.WriteUInt16(publish.Identifier);
        writer.WriteBytes(message.Payload.Span);
        var flags = (publish.Duplicate ? 0x08 : 0) | ((int)message.QualityOfService << 1) | (message.Retain ? 0x01 : 0);
        writer.End(PacketType.Publish, flags);
    }

    static void WriteAcknowledgement(PacketWriter writer, AcknowledgementPacket acknowledgement)
    {
        writer.WriteUInt16(acknowledgement.Identifier);
        writer.End(acknowledgement.Type, acknowledgement.Type == PacketType.Pubrel ? ReservedFlags : 0);
    }

    static void WriteSubscribe(PacketWriter writer, SubscribePacket subscribe)
    {
        writer.WriteUInt16(subscribe.Identifier);
        foreach (var subscription in subscribe.Subscriptions)
        {
            writer.WriteString(subscription.Filter);
            writer.WriteByte((int)subscription.QualityOfService);
        }
        writer.End(PacketType.Subscribe, ReservedFlags);
    }

    static void WriteUnsubscribe(PacketWriter writer, UnsubscribePacket unsubscribe)
    {
        writer.WriteUInt16(unsubscribe.Identifier);
        foreach (var filter in unsubscribe.Filters) writer.WriteString(filter);
        writer.End(PacketType.Unsubscribe, ReservedFlags);
    }

    /// <summary>Reads one packet from a server.</summary>
    /// <exception cref="MqttException">The packet is malformed, or not one that a server may send.</exception>
    public static Packet Read(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        var flags = header & 0x0F;
        if (type == PacketType.Publish) return ReadPublish(flags, body);
        if (flags != (type == PacketType.Pubrel ? ReservedFlags : 0)) throw MqttException.Malformed($"reserved flags {flags} in {type}");
        var reader = new PacketReader(body);
        Packet packet = type switch
        {
            PacketType.Connack => ReadConnack(ref reader),
            PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp =>
                new AcknowledgementPacket(type, reader.ReadIdentifier()),
            PacketType.Suback => ReadSuback(ref reader),
            PacketType.Unsuback => new FilterAnswerPacket(type, reader.ReadIdentifier(), null),
            PacketType.Pingresp => new PingrespPacket(),
            _ => throw MqttException.ProtocolError($"packet type {(int)type} is not for a server to send"),
        };
        reader.RequireEnd();
        return packet;
    }

    static ConnackPacket ReadConnack(ref PacketReader reader)
    {
        var flags = reader.ReadByte();
        var code = reader.ReadByte();
        if ((flags & 0xFE) != 0) throw MqttException.Malformed("reserved flags in CONNACK");
        if (flags != 0 && code != 0) throw MqttException.Malformed("a refusal that speaks of a session"); // [MQTT-3.2.2-4]
        return new ConnackPacket(flags != 0, ReasonCodeOf(code));
    }

    static MqttReasonCode ReasonCodeOf(byte connectReturnCode) => connectReturnCode switch
    {
        0 => MqttReasonCode.Success,
        1 => MqttReasonCode.UnsupportedProtocolVersion,
        2 => MqttReasonCode.ClientIdentifierNotValid,
        3 => MqttReasonCode.ServerUnavailable,
        4 => MqttReasonCode.BadUserNameOrPassword,
        5 => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };

    static PublishPacket ReadPublish(int flags, ReadOnlySpan<byte> body)
    {
        var qualityOfService = (MqttQualityOfService)((flags >> 1) & 0x03);
        var duplicate = (flags & 0x08) != 0;
        if ((int)qualityOfService == 3) throw MqttException.Malformed("QoS 3"); // [MQTT-3.3.1-4]
        var reader = new PacketReader(body);
        var topic = reader.ReadString();
        if (MqttTopic.NameError(topic) is { } error) throw MqttException.Malformed($"a message whose topic is not valid, {error}");
        var identifier = qualityOfService == MqttQualityOfService.AtMostOnce ? (ushort)0 : reader.ReadIdentifier();
        var message = new MqttMessage(topic, reader.ReadRest().ToArray())
        {
            QualityOfService = qualityOfService,
            Retain = (flags & 0x01) != 0,
            Duplicate = duplicate,
        };
        return new PublishPacket(message, identifier, duplicate);
    }

    static FilterAnswerPacket ReadSuback(ref PacketReader reader)
    {
        var identifier = reader.ReadIdentifier();
        var codes = reader.ReadRest().ToArray();
        if (codes.Length == 0) throw MqttException.Malformed("SUBACK without an answer");
        foreach (var code in codes)
        {
            if (code is > 2 and not 0x80) throw MqttException.Malformed($"answer {code} in SUBACK"); // [MQTT-3.9.3-2]
        }
        return new FilterAnswerPacket(PacketType.Suback, identifier, Array.ConvertAll(codes, code => (MqttReasonCode)code));
    }
}
