namespace P1Bridge.Mqtt;

/// <summary>Why a connection was not made or is gone.</summary>
public enum MqttFailure
{
    /// <summary>Closed because the caller asked for it.</summary>
    Requested,

    /// <summary>No route, no name, nothing listening, connection reset or closed by the other side.</summary>
    Network,

    /// <summary>No answer in time: connecting, PINGRESP, an acknowledgement, or a write that does not get through.</summary>
    Timeout,

    /// <summary>TLS handshake or certificate check failed.</summary>
    Tls,

    /// <summary>The broker said no to CONNECT, or ended the connection itself; the reason code says why.</summary>
    Refused,

    /// <summary>Another client with the same client identifier takes the connection's place: the broker says so (5.0), or it happens again and again.</summary>
    Evicted,

    /// <summary>The other side does not keep to MQTT.</summary>
    Protocol,

    /// <summary>An option cannot work, such as a certificate file that does not exist.</summary>
    Configuration,
}
