using static P1Bridge.Mqtt.MqttReasonCode;

namespace P1Bridge.Mqtt.Protocol;

/// <summary>Which codes below 0x80 a packet may carry (MQTT 5.0 section 2.4), and which failures a client may send.</summary>
static class ReasonCodes
{
    /// <summary>
    /// The codes that this client sends, per packet [MQTT5-3.4.2-1, 3.5.2-1, 3.6.2-1, 3.7.2-1, 3.14.2-1]. DISCONNECT says why the
    /// link is closed.
    /// </summary>
    public static IReadOnlyDictionary<PacketType, MqttReasonCode[]> Sent { get; } = new Dictionary<PacketType, MqttReasonCode[]>
    {
        [PacketType.Puback] = [Success],
        [PacketType.Pubrec] = [Success],
        [PacketType.Pubrel] = [Success, PacketIdentifierNotFound],
        [PacketType.Pubcomp] = [Success, PacketIdentifierNotFound],
        [PacketType.Disconnect] =
            [Success, MalformedPacket, ProtocolError, TopicNameInvalid, ReceiveMaximumExceeded, TopicAliasInvalid, PacketTooLarge],
    };

    public static MqttReasonCode Read(PacketType type, ref PacketReader reader) => Check(type, reader.ReadByte());

    /// <summary>
    /// A failure is taken even if this packet's table does not list it, for it does no harm; a success that does not belong to the
    /// packet would be acted upon.
    /// </summary>
    public static MqttReasonCode Check(PacketType type, byte code)
    {
        var known = code >= 0x80 || code == 0 || (MqttReasonCode)code switch
        {
            GrantedQualityOfService1 or GrantedQualityOfService2 => type == PacketType.Suback,
            NoMatchingSubscribers => type is PacketType.Puback or PacketType.Pubrec,
            NoSubscriptionExisted => type == PacketType.Unsuback,
            _ => false,
        };
        return known ? (MqttReasonCode)code : throw MqttException.Malformed($"reason code {code} in {type}");
    }
}
