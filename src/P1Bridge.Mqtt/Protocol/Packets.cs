namespace P1Bridge.Mqtt.Protocol;

/// <summary>Control packet types (MQTT 3.1.1 section 2.2.1), by the names of the standard.</summary>
enum PacketType : byte
{
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    Pingreq = 12,
    Pingresp = 13,
    Disconnect = 14,
}

/// <summary>A control packet, free of the protocol version that carries it.</summary>
abstract record Packet;

sealed record ConnectPacket(MqttClientOptions Options) : Packet
{
    // The generated text would be harmless, since the options hide their password, but long.
    public override string ToString() => nameof(ConnectPacket);
}

sealed record ConnackPacket(bool SessionPresent, MqttReasonCode ReasonCode) : Packet;

/// <summary>Identifier is 0 at QoS 0. The message's own Duplicate flag is never copied into what is sent [MQTT-3.3.1-3].</summary>
sealed record PublishPacket(MqttMessage Message, ushort Identifier, bool Duplicate = false) : Packet;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
sealed record AcknowledgementPacket(PacketType Type, ushort Identifier, MqttReasonCode ReasonCode = MqttReasonCode.Success) : Packet;

sealed record SubscribePacket(ushort Identifier, IReadOnlyList<MqttSubscription> Subscriptions) : Packet;

sealed record UnsubscribePacket(ushort Identifier, IReadOnlyList<string> Filters) : Packet;

/// <summary>SUBACK or UNSUBACK. ReasonCodes is null where the protocol has none (UNSUBACK of 3.1.1).</summary>
sealed record FilterAnswerPacket(PacketType Type, ushort Identifier, IReadOnlyList<MqttReasonCode>? ReasonCodes) : Packet;

sealed record PingreqPacket : Packet;

sealed record PingrespPacket : Packet;

sealed record DisconnectPacket : Packet;
