namespace P1Bridge.Mqtt.Protocol;

/// <summary>Control packet types (MQTT 5.0 section 2.1.2), by the names of the standard.</summary>
enum PacketType : byte
{
    Reserved = 0,
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
    Auth = 15,
}

/// <summary>A control packet, free of the protocol version that carries it.</summary>
abstract record Packet;

/// <summary>CONNECT: the options, and what the client decided for this attempt.</summary>
sealed record ConnectPacket(MqttClientOptions Options, string ClientId, bool CleanStart) : Packet
{
    // The generated text would be harmless, since the options hide their password, but long.
    public override string ToString() => nameof(ConnectPacket);
}

/// <summary>CONNACK. Everything from <see cref="SessionExpiry"/> on is from 5.0; null and the defaults stand for "not said".</summary>
sealed record ConnackPacket(bool SessionPresent, MqttReasonCode ReasonCode) : Packet
{
    public uint? SessionExpiry { get; set; }

    public int ReceiveMaximum { get; set; } = ushort.MaxValue;

    public MqttQualityOfService MaximumQualityOfService { get; set; } = MqttQualityOfService.ExactlyOnce;

    public bool RetainAvailable { get; set; } = true;

    public uint MaximumPacketSize { get; set; } = uint.MaxValue;

    public string? AssignedClientId { get; set; }

    public int TopicAliasMaximum { get; set; }

    public string? ReasonText { get; set; }

    public bool WildcardsAvailable { get; set; } = true;

    public bool SubscriptionIdentifiersAvailable { get; set; } = true;

    public bool SharedAvailable { get; set; } = true;

    public ushort? KeepAlive { get; set; }

    public string? ServerReference { get; set; }
}

/// <summary>What a PUBLISH needs beside its message. Identifier is 0 at QoS 0; alias 0 is none.</summary>
readonly record struct PublishHeader(
    ushort Identifier, MqttQualityOfService QualityOfService, bool Retain, bool Duplicate = false, ushort Alias = 0, bool OmitTopic = false);

/// <summary>
/// A received PUBLISH. The topic is empty where the alias stands for it. The message's own Duplicate flag is never copied into
/// what is sent [MQTT-3.3.1-3].
/// </summary>
sealed record PublishPacket(MqttMessage Message, ushort Identifier, int? Alias = null) : Packet;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP. A structure: there is one for each message.</summary>
readonly record struct Acknowledgement(
    PacketType Type, ushort Identifier, MqttReasonCode ReasonCode = MqttReasonCode.Success, string? Text = null);

sealed record SubscribePacket(ushort Identifier, IReadOnlyList<MqttSubscription> Subscriptions) : Packet;

sealed record UnsubscribePacket(ushort Identifier, IReadOnlyList<string> Filters) : Packet;

/// <summary>SUBACK or UNSUBACK. ReasonCodes is null where the protocol has none (UNSUBACK of 3.1.1).</summary>
sealed record FilterAnswerPacket(PacketType Type, ushort Identifier, IReadOnlyList<MqttReasonCode>? ReasonCodes, string? Text = null) : Packet;

sealed record PingreqPacket : Packet;

sealed record PingrespPacket : Packet;

sealed record DisconnectPacket(MqttReasonCode ReasonCode = MqttReasonCode.Success) : Packet
{
    public string? ReasonText { get; set; }

    public string? ServerReference { get; set; }

    /// <summary>Sent only; null: what CONNECT said goes on to hold.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>Sent only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}
