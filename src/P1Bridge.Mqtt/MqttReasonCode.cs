namespace P1Bridge.Mqtt;

/// <summary>
/// Outcome of a request, by the names and numbers of MQTT 5.0 section 2.4. The few codes of 3.1.1 are mapped to them:
/// CONNACK 1 to 5 become <see cref="UnsupportedProtocolVersion"/>, <see cref="ClientIdentifierNotValid"/>,
/// <see cref="ServerUnavailable"/>, <see cref="BadUserNameOrPassword"/> and <see cref="NotAuthorized"/>.
/// Everything from 0x80 is a failure.
/// </summary>
public enum MqttReasonCode
{
    /// <summary>Done; for a subscription: granted with QoS 0.</summary>
    Success = 0x00,

    /// <summary>Subscription granted with QoS 1.</summary>
    GrantedQualityOfService1 = 0x01,

    /// <summary>Subscription granted with QoS 2.</summary>
    GrantedQualityOfService2 = 0x02,

    /// <summary>Refused without a reason.</summary>
    UnspecifiedError = 0x80,

    /// <summary>Bytes that are no MQTT packet.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet that may not come here or now.</summary>
    ProtocolError = 0x82,

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

    /// <summary>Packet above the receiver's limit.</summary>
    PacketTooLarge = 0x95,
}
