namespace P1Bridge.Mqtt.Protocol;

/// <summary>Property identifiers (MQTT 5.0 section 2.2.2.2), by the names of the standard.</summary>
enum Property : byte
{
    PayloadFormatIndicator = 0x01,
    MessageExpiryInterval = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiryInterval = 0x11,
    AssignedClientIdentifier = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelayInterval = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQoS = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>How the value of a property is encoded (MQTT 5.0 section 1.5).</summary>
enum PropertyKind : byte
{
    Byte,
    TwoBytes,
    FourBytes,
    VariableInteger,
    Text,
    TextPair,
    Binary,
}

/// <summary>One row: what a property is made of, and where it may stand.</summary>
/// <param name="Id">The property.</param>
/// <param name="Kind">Encoding of its value.</param>
/// <param name="Packets">The packets that it belongs to.</param>
/// <param name="Minimum">Least number that is no protocol error.</param>
/// <param name="Maximum">Greatest number that is no protocol error.</param>
/// <param name="Repeats">May stand more than once in a packet.</param>
sealed record PropertyRow(Property Id, PropertyKind Kind, PacketType[] Packets, uint Minimum = 0, uint Maximum = uint.MaxValue, bool Repeats = false);

/// <summary>Table 2-4 of MQTT 5.0. <see cref="PacketType.Reserved"/> stands for the will properties in CONNECT.</summary>
static class PropertyTable
{
    const PacketType Will = PacketType.Reserved;
    static readonly PacketType[] Acknowledgements = [PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp];
    static readonly PacketType[] Answers = [PacketType.Connack, .. Acknowledgements, PacketType.Suback, PacketType.Unsuback, PacketType.Disconnect, PacketType.Auth];

    public static IReadOnlyList<PropertyRow> Rows { get; } =
    [
        new(Property.PayloadFormatIndicator, PropertyKind.Byte, [PacketType.Publish, Will], Maximum: 1),
        new(Property.MessageExpiryInterval, PropertyKind.FourBytes, [PacketType.Publish, Will]),
        new(Property.ContentType, PropertyKind.Text, [PacketType.Publish, Will]),
        new(Property.ResponseTopic, PropertyKind.Text, [PacketType.Publish, Will]),
        new(Property.CorrelationData, PropertyKind.Binary, [PacketType.Publish, Will]),
        new(Property.SubscriptionIdentifier, PropertyKind.VariableInteger, [PacketType.Publish, PacketType.Subscribe], Minimum: 1, Repeats: true),
        new(Property.SessionExpiryInterval, PropertyKind.FourBytes, [PacketType.Connect, PacketType.Connack, PacketType.Disconnect]),
        new(Property.AssignedClientIdentifier, PropertyKind.Text, [PacketType.Connack]),
        new(Property.ServerKeepAlive, PropertyKind.TwoBytes, [PacketType.Connack]),
        new(Property.AuthenticationMethod, PropertyKind.Text, [PacketType.Connect, PacketType.Connack, PacketType.Auth]),
        new(Property.AuthenticationData, PropertyKind.Binary, [PacketType.Connect, PacketType.Connack, PacketType.Auth]),
        new(Property.RequestProblemInformation, PropertyKind.Byte, [PacketType.Connect], Maximum: 1),
        new(Property.WillDelayInterval, PropertyKind.FourBytes, [Will]),
        new(Property.RequestResponseInformation, PropertyKind.Byte, [PacketType.Connect], Maximum: 1),
        new(Property.ResponseInformation, PropertyKind.Text, [PacketType.Connack]),
        new(Property.ServerReference, PropertyKind.Text, [PacketType.Connack, PacketType.Disconnect]),
        new(Property.ReasonString, PropertyKind.Text, Answers),
        new(Property.ReceiveMaximum, PropertyKind.TwoBytes, [PacketType.Connect, PacketType.Connack], Minimum: 1),
        new(Property.TopicAliasMaximum, PropertyKind.TwoBytes, [PacketType.Connect, PacketType.Connack]),
        new(Property.TopicAlias, PropertyKind.TwoBytes, [PacketType.Publish]),
        new(Property.MaximumQoS, PropertyKind.Byte, [PacketType.Connack], Maximum: 1),
        new(Property.RetainAvailable, PropertyKind.Byte, [PacketType.Connack], Maximum: 1),
        new(Property.UserProperty, PropertyKind.TextPair, [PacketType.Connect, PacketType.Publish, Will, PacketType.Subscribe, PacketType.Unsubscribe, .. Answers], Repeats: true),
        new(Property.MaximumPacketSize, PropertyKind.FourBytes, [PacketType.Connect, PacketType.Connack], Minimum: 1),
        new(Property.WildcardSubscriptionAvailable, PropertyKind.Byte, [PacketType.Connack], Maximum: 1),
        new(Property.SubscriptionIdentifierAvailable, PropertyKind.Byte, [PacketType.Connack], Maximum: 1),
        new(Property.SharedSubscriptionAvailable, PropertyKind.Byte, [PacketType.Connack], Maximum: 1),
    ];

    static readonly PropertyRow?[] ById = CreateIndex();
    static readonly uint[] BelongsTo = CreateMembership();

    /// <summary>The row of a property that belongs to the packet; null for any other number.</summary>
    public static PropertyRow? Find(int id, PacketType packet)
    {
        if ((uint)id >= (uint)ById.Length || ById[id] is not { } row) return null;
        return (BelongsTo[id] & (1u << (int)packet)) != 0 ? row : null;
    }

    /// <summary>How the value of a property is written.</summary>
    public static PropertyKind Kind(Property id) => ById[(int)id]!.Kind;

    static PropertyRow?[] CreateIndex()
    {
        var index = new PropertyRow?[Rows.Max(row => (int)row.Id) + 1];
        foreach (var row in Rows) index[(int)row.Id] = row;
        return index;
    }

    static uint[] CreateMembership() =>
        [.. ById.Select(row => row is null ? 0u : row.Packets.Aggregate(0u, (bits, packet) => bits | (1u << (int)packet)))];
}
