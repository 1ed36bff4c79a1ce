namespace P1Bridge.Mqtt;

/// <summary>How surely a message is handed over (MQTT 3.1.1 section 4.3).</summary>
public enum MqttQualityOfService
{
    /// <summary>QoS 0: sent once, never acknowledged, lost with the connection.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1: acknowledged; may arrive twice.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: acknowledged in two steps; arrives once.</summary>
    ExactlyOnce = 2,
}
