namespace P1Bridge.Mqtt.Protocol;

/// <summary>
/// One version of MQTT on the wire: writes what a client sends, reads what a server sends. What both versions share stands here;
/// a packet that cannot be written leaves nothing behind. Stateless, safe to use from several threads.
/// </summary>
abstract class Codec
{
    const int ReservedFlags = 0b0010;

    public static Codec For(MqttProtocolVersion version) => version == MqttProtocolVersion.V5 ? CodecV5.Instance : CodecV311.Instance;

    public abstract MqttProtocolVersion Version { get; }

    /// <exception cref="ArgumentException">A field is too long or not UTF-8.</exception>
    public void Write(PacketWriter writer, Packet packet)
    {
        writer.Begin();
        try
        {
            switch (packet)
            {
                case SubscribePacket subscribe: WriteSubscribe(writer, subscribe); break;
                case UnsubscribePacket unsubscribe: WriteUnsubscribe(writer, unsubscribe); break;
                case PingreqPacket: writer.End(PacketType.Pingreq, 0); break;
                case ConnectPacket connect: WriteConnect(writer, connect); break;
                case DisconnectPacket disconnect: WriteDisconnect(writer, disconnect); break;
                default: throw new ArgumentException($"{packet.GetType().Name} is not for a client to send.", nameof(packet));
            }
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    /// <exception cref="ArgumentException">A field is too long or not UTF-8.</exception>
    public void WritePublish(PacketWriter writer, MqttMessage message, in PublishHeader header)
    {
        writer.Begin();
        try
        {
            writer.WriteString(header.OmitTopic ? "" : message.Topic);
            if (header.QualityOfService != MqttQualityOfService.AtMostOnce) writer.WriteUInt16(header.Identifier);
            WritePublishProperties(writer, message, header);
            writer.WriteBytes(message.Payload.Span);
            var flags = (header.Duplicate ? 0x08 : 0) | ((int)header.QualityOfService << 1) | (header.Retain ? 0x01 : 0);
            writer.End(PacketType.Publish, flags);
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    public void WriteAcknowledgement(PacketWriter writer, in Acknowledgement acknowledgement)
    {
        writer.Begin();
        writer.WriteUInt16(acknowledgement.Identifier);
        WriteReasonCode(writer, acknowledgement.ReasonCode);
        writer.End(acknowledgement.Type, FlagsOf(acknowledgement.Type));
    }

    protected abstract void WriteConnect(PacketWriter writer, ConnectPacket packet);

    protected abstract void WritePublishProperties(PacketWriter writer, MqttMessage message, in PublishHeader header);

    /// <summary>The reason code of an acknowledgement or DISCONNECT, where the version has one and it is not the one left out.</summary>
    protected abstract void WriteReasonCode(PacketWriter writer, MqttReasonCode code);

    protected abstract void WriteSubscribeProperties(PacketWriter writer, SubscribePacket? packet);

    protected abstract int OptionsOf(MqttSubscription subscription);

    void WriteSubscribe(PacketWriter writer, SubscribePacket packet)
    {
        writer.WriteUInt16(packet.Identifier);
        WriteSubscribeProperties(writer, packet);
        foreach (var subscription in packet.Subscriptions)
        {
            writer.WriteString(subscription.Filter);
            writer.WriteByte(OptionsOf(subscription));
        }
        writer.End(PacketType.Subscribe, ReservedFlags);
    }

    void WriteUnsubscribe(PacketWriter writer, UnsubscribePacket packet)
    {
        writer.WriteUInt16(packet.Identifier);
        WriteSubscribeProperties(writer, null);
        foreach (var filter in packet.Filters) writer.WriteString(filter);
        writer.End(PacketType.Unsubscribe, ReservedFlags);
    }

    /// <summary>What stands in DISCONNECT, where the version has anything there.</summary>
    protected virtual void WriteDisconnectBody(PacketWriter writer, DisconnectPacket packet) => WriteReasonCode(writer, packet.ReasonCode);

    void WriteDisconnect(PacketWriter writer, DisconnectPacket packet)
    {
        WriteDisconnectBody(writer, packet);
        writer.End(PacketType.Disconnect, 0);
    }

    // Bits of section 3.1.2.3, from 7: user name, password, will retain, will QoS (two), will, clean session, reserved.
    protected static int ConnectFlags(ConnectPacket packet)
    {
        var options = packet.Options;
        var flags = packet.CleanStart ? 0x02 : 0;
        if (options.Will is { } will) flags |= 0x04 | ((int)will.QualityOfService << 3) | (will.Retain ? 0x20 : 0);
        if (options.Password is not null) flags |= 0x40;
        if (options.UserName is not null) flags |= 0x80;
        return flags;
    }

    /// <summary>Reads an acknowledgement without making an object of it; false when the packet is another one.</summary>
    /// <exception cref="MqttException">The packet is malformed.</exception>
    public bool TryReadAcknowledgement(byte header, ReadOnlySpan<byte> body, out Acknowledgement acknowledgement)
    {
        acknowledgement = default;
        var type = (PacketType)(header >> 4);
        if (type is < PacketType.Puback or > PacketType.Pubcomp) return false;
        CheckFlags(type, header & 0x0F);
        var reader = new PacketReader(body);
        acknowledgement = ReadAcknowledgement(type, ref reader);
        reader.RequireEnd();
        return true;
    }

    /// <summary>Reads any other packet.</summary>
    /// <exception cref="MqttException">The packet is malformed, or not one that a server may send.</exception>
    public Packet Read(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        if (type == PacketType.Publish) return ReadPublish(header & 0x0F, body);
        CheckFlags(type, header & 0x0F);
        var reader = new PacketReader(body);
        var packet = ReadOther(type, ref reader);
        reader.RequireEnd();
        return packet;
    }

    protected abstract Acknowledgement ReadAcknowledgement(PacketType type, ref PacketReader reader);

    protected abstract ConnackPacket ReadConnack(ref PacketReader reader);

    protected abstract FilterAnswerPacket ReadFilterAnswer(PacketType type, ref PacketReader reader);

    protected abstract Packet ReadDisconnect(ref PacketReader reader);

    /// <summary>Reads the properties, and the rest as payload.</summary>
    protected abstract PublishPacket ReadPublishBody(ref PacketReader reader, MqttMessage message, ushort identifier);

    Packet ReadOther(PacketType type, ref PacketReader reader) => type switch
    {
        PacketType.Connack => ReadConnack(ref reader),
        PacketType.Suback or PacketType.Unsuback => ReadFilterAnswer(type, ref reader),
        PacketType.Pingresp => new PingrespPacket(),
        PacketType.Disconnect => ReadDisconnect(ref reader),
        _ => throw NotForAServer(type),
    };

    protected static MqttException NotForAServer(PacketType type) =>
        MqttException.ProtocolError($"packet type {(int)type} is not for a server to send");

    PublishPacket ReadPublish(int flags, ReadOnlySpan<byte> body)
    {
        var qualityOfService = (MqttQualityOfService)((flags >> 1) & 0x03);
        if ((int)qualityOfService == 3) throw MqttException.Malformed("QoS 3"); // [MQTT-3.3.1-4]
        var reader = new PacketReader(body);
        var topic = reader.ReadString();
        if ((topic.Length > 0 || Version == MqttProtocolVersion.V311) && MqttTopic.NameError(topic) is { } error)
            throw MqttException.Malformed($"a message whose topic is not valid, {error}");
        var identifier = qualityOfService == MqttQualityOfService.AtMostOnce ? (ushort)0 : reader.ReadIdentifier();
        var message = new MqttMessage(topic, default)
        {
            QualityOfService = qualityOfService,
            Retain = (flags & 0x01) != 0,
            Duplicate = (flags & 0x08) != 0,
        };
        return ReadPublishBody(ref reader, message, identifier);
    }

    protected static IReadOnlyList<MqttReasonCode> ReadCodes(PacketType type, ref PacketReader reader)
    {
        var codes = new List<MqttReasonCode>();
        foreach (var code in reader.ReadRest()) codes.Add((MqttReasonCode)code);
        if (codes.Count == 0) throw MqttException.Malformed($"{type} without an answer");
        return codes;
    }

    static int FlagsOf(PacketType type) => type == PacketType.Pubrel ? ReservedFlags : 0;

    static void CheckFlags(PacketType type, int flags)
    {
        if (flags != FlagsOf(type)) throw MqttException.Malformed($"reserved flags {flags} in {type}");
    }
}
