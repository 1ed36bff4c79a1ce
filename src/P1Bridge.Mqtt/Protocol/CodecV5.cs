namespace P1Bridge.Mqtt.Protocol;

/// <summary>MQTT 5.0. Writes the shortest form: no property and no reason code that says what is meant without it anyway.</summary>
sealed class CodecV5 : Codec
{
    const byte ProtocolLevel = 5;

    CodecV5()
    {
    }

    public static CodecV5 Instance { get; } = new();

    public override MqttProtocolVersion Version => MqttProtocolVersion.V5;

    protected override void WriteConnect(PacketWriter writer, ConnectPacket packet)
    {
        var options = packet.Options;
        writer.WriteString("MQTT");
        writer.WriteByte(ProtocolLevel);
        writer.WriteByte(ConnectFlags(packet));
        writer.WriteUInt16((int)options.KeepAlive.TotalSeconds);
        WriteConnectProperties(writer, options);
        writer.WriteString(packet.ClientId);
        if (options.Will is { } will)
        {
            WriteWillProperties(writer, options, will);
            writer.WriteString(will.Topic);
            writer.WriteBinary(will.Payload.Span);
        }
        if (options.UserName is { } user) writer.WriteString(user);
        if (options.Password is { } password) writer.WriteString(password);
        writer.End(PacketType.Connect, 0);
    }

    static void WriteConnectProperties(PacketWriter writer, MqttClientOptions options)
    {
        var start = writer.BeginProperties();
        if (options.SessionExpiry is { } expiry) WriteNumber(writer, Property.SessionExpiryInterval, Seconds(expiry));
        if (options.ReceiveMaximum is { } receive) WriteNumber(writer, Property.ReceiveMaximum, (uint)receive);
        if (options.AnnouncedPacketSize is { } size) WriteNumber(writer, Property.MaximumPacketSize, (uint)size);
        if (options.TopicAliasMaximum > 0) WriteNumber(writer, Property.TopicAliasMaximum, (uint)options.TopicAliasMaximum);
        if (options.UserProperties.Count > 0) WriteUserProperties(writer, options.UserProperties);
        writer.EndProperties(start);
    }

    static void WriteWillProperties(PacketWriter writer, MqttClientOptions options, MqttMessage will)
    {
        var start = writer.BeginProperties();
        if (options.WillDelay is { } delay) WriteNumber(writer, Property.WillDelayInterval, Seconds(delay));
        WriteMessageProperties(writer, will);
        writer.EndProperties(start);
    }

    protected override void WritePublishProperties(PacketWriter writer, MqttMessage message, in PublishHeader header)
    {
        var start = writer.BeginProperties();
        if (header.Alias != 0) WriteNumber(writer, Property.TopicAlias, header.Alias);
        WriteMessageProperties(writer, message);
        writer.EndProperties(start);
    }

    static void WriteMessageProperties(PacketWriter writer, MqttMessage message)
    {
        if (message.PayloadIsText) WriteNumber(writer, Property.PayloadFormatIndicator, 1);
        if (message.Expiry is { } expiry) WriteNumber(writer, Property.MessageExpiryInterval, Seconds(expiry));
        if (message.ContentType is { } content) WriteText(writer, Property.ContentType, content);
        if (message.ResponseTopic is { } response) WriteText(writer, Property.ResponseTopic, response);
        if (message.CorrelationData is { } correlation)
        {
            writer.WriteByte((int)Property.CorrelationData);
            writer.WriteBinary(correlation.Span);
        }
        if (message.UserProperties.Count > 0) WriteUserProperties(writer, message.UserProperties);
    }

    static void WriteUserProperties(PacketWriter writer, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        foreach (var (name, value) in properties)
        {
            WriteText(writer, Property.UserProperty, name);
            writer.WriteString(value);
        }
    }

    static void WriteText(PacketWriter writer, Property id, string value)
    {
        // What MQTT forbids in a text, a broker answers by closing: better refused here [MQTT5-1.5.4-2].
        if (value.Contains('\0')) throw new ArgumentException($"The property {id} contains the character U+0000.");
        writer.WriteByte((int)id);
        writer.WriteString(value);
    }

    static void WriteNumber(PacketWriter writer, Property id, uint value)
    {
        writer.WriteByte((int)id);
        switch (PropertyTable.Kind(id))
        {
            case PropertyKind.Byte: writer.WriteByte((int)value); break;
            case PropertyKind.TwoBytes: writer.WriteUInt16((int)value); break;
            case PropertyKind.FourBytes: writer.WriteUInt32(value); break;
            default: writer.WriteVariableInteger((int)value); break;
        }
    }

    // All ones: without end (section 3.1.2.11.2). Parts of a second count as a whole one, so that nothing expires at once.
    static uint Seconds(TimeSpan time) => time == TimeSpan.MaxValue ? uint.MaxValue : (uint)Math.Ceiling(time.TotalSeconds);

    protected override void WriteReasonCode(PacketWriter writer, MqttReasonCode code)
    {
        if (code != MqttReasonCode.Success) writer.WriteByte((int)code);
    }

    // Without properties it may end before their length, and with success even before the reason code (section 3.14.2.2.1).
    protected override void WriteDisconnectBody(PacketWriter writer, DisconnectPacket packet)
    {
        if (packet is { SessionExpiry: null, UserProperties.Count: 0 })
        {
            WriteReasonCode(writer, packet.ReasonCode);
            return;
        }
        writer.WriteByte((int)packet.ReasonCode);
        var start = writer.BeginProperties();
        if (packet.SessionExpiry is { } expiry) WriteNumber(writer, Property.SessionExpiryInterval, Seconds(expiry));
        WriteUserProperties(writer, packet.UserProperties);
        writer.EndProperties(start);
    }

    protected override void WriteSubscribeProperties(PacketWriter writer, SubscribePacket? packet)
    {
        var start = writer.BeginProperties();
        if (packet is { Subscriptions: [{ Identifier: { } identifier }, ..] }) WriteNumber(writer, Property.SubscriptionIdentifier, (uint)identifier);
        if (packet is { Subscriptions: [{ UserProperties: { Count: > 0 } properties }, ..] }) WriteUserProperties(writer, properties);
        writer.EndProperties(start);
    }

    // Section 3.8.3.1, from bit 5: retain handling (two), retain as published, no local, QoS (two).
    protected override int OptionsOf(MqttSubscription subscription) =>
        (int)subscription.QualityOfService | (subscription.NoLocal ? 0x04 : 0) | (subscription.RetainAsPublished ? 0x08 : 0)
        | ((int)subscription.RetainHandling << 4);

    protected override Acknowledgement ReadAcknowledgement(PacketType type, ref PacketReader reader)
    {
        var identifier = reader.ReadIdentifier();
        if (reader.IsAtEnd) return new Acknowledgement(type, identifier);
        var code = ReasonCodes.Read(type, ref reader);
        return new Acknowledgement(type, identifier, code, reader.IsAtEnd ? null : ReadReasonText(type, ref reader));
    }

    static string? ReadReasonText(PacketType type, ref PacketReader reader)
    {
        string? text = null;
        var properties = reader.ReadProperties(type);
        while (properties.Next())
        {
            if (properties.Id == Property.ReasonString) text = properties.Text;
        }
        return text;
    }

    protected override ConnackPacket ReadConnack(ref PacketReader reader)
    {
        var flags = reader.ReadByte();
        if ((flags & 0xFE) != 0) throw MqttException.Malformed("reserved flags in CONNACK"); // [MQTT5-3.2.2-1]
        var first = reader.ReadByte();
        // A broker of 3.1.1 answers in its own words that it does not know this version.
        if (reader.IsAtEnd && first == 1) return new ConnackPacket(false, MqttReasonCode.UnsupportedProtocolVersion);
        var code = ReasonCodes.Check(PacketType.Connack, first);
        if (flags != 0 && code != MqttReasonCode.Success) throw MqttException.ProtocolError("a refusal that speaks of a session"); // [MQTT5-3.2.2-6]
        var connack = new ConnackPacket(flags != 0, code);
        var properties = reader.ReadProperties(PacketType.Connack);
        while (properties.Next()) ConnackProperty(connack, ref properties);
        return connack;
    }

    static void ConnackProperty(ConnackPacket connack, ref PropertyReader property)
    {
        switch (property.Id)
        {
            case Property.SessionExpiryInterval: connack.SessionExpiry = property.Number; break;
            case Property.ReceiveMaximum: connack.ReceiveMaximum = (int)property.Number; break;
            case Property.MaximumQoS: connack.MaximumQualityOfService = (MqttQualityOfService)property.Number; break;
            case Property.RetainAvailable: connack.RetainAvailable = property.IsSet; break;
            case Property.MaximumPacketSize: connack.MaximumPacketSize = property.Number; break;
            case Property.AssignedClientIdentifier: connack.AssignedClientId = property.Text; break;
            case Property.TopicAliasMaximum: connack.TopicAliasMaximum = (int)property.Number; break;
            case Property.ReasonString: connack.ReasonText = property.Text; break;
            case Property.WildcardSubscriptionAvailable: connack.WildcardsAvailable = property.IsSet; break;
            case Property.SubscriptionIdentifierAvailable: connack.SubscriptionIdentifiersAvailable = property.IsSet; break;
            case Property.SharedSubscriptionAvailable: connack.SharedAvailable = property.IsSet; break;
            case Property.ServerKeepAlive: connack.KeepAlive = (ushort)property.Number; break;
            case Property.ServerReference: connack.ServerReference = property.Text; break;
            case Property.AuthenticationMethod or Property.AuthenticationData:
                throw MqttException.ProtocolError("an authentication method in CONNACK that CONNECT did not ask for");
        }
    }

    protected override PublishPacket ReadPublishBody(ref PacketReader reader, MqttMessage message, ushort identifier)
    {
        int? alias = null;
        var properties = reader.ReadProperties(PacketType.Publish);
        var read = new MessageProperties();
        while (properties.Next())
        {
            if (properties.Id == Property.TopicAlias) alias = (int)properties.Number;
            else read.Take(ref properties);
        }
        return new PublishPacket(read.Apply(message with { Payload = reader.ReadRest().ToArray() }), identifier, alias);
    }

    protected override FilterAnswerPacket ReadFilterAnswer(PacketType type, ref PacketReader reader)
    {
        var identifier = reader.ReadIdentifier();
        var text = ReadReasonText(type, ref reader);
        var codes = ReadCodes(type, ref reader);
        foreach (var code in codes) ReasonCodes.Check(type, (byte)code);
        return new FilterAnswerPacket(type, identifier, codes, text);
    }

    protected override Packet ReadDisconnect(ref PacketReader reader)
    {
        if (reader.IsAtEnd) return new DisconnectPacket();
        var packet = new DisconnectPacket(ReasonCodes.Read(PacketType.Disconnect, ref reader));
        if (reader.IsAtEnd) return packet;
        var properties = reader.ReadProperties(PacketType.Disconnect);
        while (properties.Next())
        {
            if (properties.Id == Property.ReasonString) packet.ReasonText = properties.Text;
            if (properties.Id == Property.ServerReference) packet.ServerReference = properties.Text;
            if (properties.Id == Property.SessionExpiryInterval) throw MqttException.ProtocolError("a session expiry in a server's DISCONNECT"); // [MQTT5-3.14.2-2]
        }
        return packet;
    }
}
