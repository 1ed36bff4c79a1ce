namespace P1Bridge.Mqtt;

/// <summary>
/// Outcome of a request, by the names and numbers of MQTT 5.0 section 2.4. The few codes of 3.1.1 are mapped to them:
/// CONNACK 1 to 5 become <see cref="UnsupportedProtocolVersion"/>, <see cref="ClientIdentifierNotValid"/>,
/// <see cref="ServerUnavailable"/>, <see cref="BadUserNameOrPassword"/> and <see cref="NotAuthorized"/>.
/// Everything from 0x80 is a failure. A broker may use numbers that have no name here.
/// </summary>
public enum MqttReasonCode
{
    /// <summary>Done; for a subscription: granted with QoS 0; for a closed connection: normal.</summary>
    Success = 0x00,

    /// <summary>Subscription granted with QoS 1.</summary>
    GrantedQualityOfService1 = 0x01,

    /// <summary>Subscription granted with QoS 2.</summary>
    GrantedQualityOfService2 = 0x02,

    /// <summary>Closed, and the will is to be published all the same.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>Taken, but nobody is subscribed to it.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>There was no such subscription to end.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>Enhanced authentication goes on.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>Enhanced authentication begins anew.</summary>
    ReAuthenticate = 0x19,

    /// <summary>Refused without a reason.</summary>
    UnspecifiedError = 0x80,

    /// <summary>Bytes that are no MQTT packet.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet that may not come here or now.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, but not taken by this broker.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The broker does not speak this protocol version.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The broker does not accept this client identifier.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>Wrong user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>This user may not do that.</summary>
    NotAuthorized = 0x87,

    /// <summary>The broker is up but does not serve now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The broker has too much to do; try later.</summary>
    ServerBusy = 0x89,

    /// <summary>This client is barred by the administrator.</summary>
    Banned = 0x8A,

    /// <summary>The broker is going down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported or not the agreed one.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing came for one and a half times the keep alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection uses the same client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The broker does not accept this topic filter.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The other side does not accept this topic name.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use already.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More messages under way than the receiver announced.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A topic alias that is 0, above the announced maximum, or not known.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>Packet above the receiver's limit.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Too many messages in too short a time.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit of the broker or its administrator is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Closed by an administrator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not of the announced format.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The broker keeps no retained messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The broker does not take this QoS.</summary>
    QualityOfServiceNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>The broker has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections in too short a time.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The longest time for this connection is over.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The broker has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The broker has no wildcard subscriptions.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
