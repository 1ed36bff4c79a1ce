namespace P1Bridge.Mqtt;

/// <summary>The version of MQTT to speak.</summary>
public enum MqttProtocolVersion
{
    /// <summary>
    /// 5.0, and 3.1.1 where the broker does not know 5.0: when it refuses with 0x84 or return code 1, or closes without an answer.
    /// The client object remembers what an endpoint speaks.
    /// </summary>
    Automatic = 0,

    /// <summary>3.1.1 only.</summary>
    V311 = 4,

    /// <summary>5.0 only.</summary>
    V5 = 5,
}
