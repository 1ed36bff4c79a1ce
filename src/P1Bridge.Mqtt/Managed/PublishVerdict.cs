namespace P1Bridge.Mqtt.Managed;

/// <summary>What a broker's answer to PUBLISH means for the message (MQTT 5.0 section 3.4.2.1; 3.1.1 knows success only).</summary>
static class PublishVerdict
{
    // By number: 0x80 unspecified error, 0x83 implementation specific error, 0x97 quota exceeded. All three may pass.
    public static bool IsNotNow(MqttReasonCode code) => (int)code is 0x80 or 0x83 or 0x97;

    /// <summary>Why it is given up, and what to do.</summary>
    public static string Refusal(MqttReasonCode code, int attempts, string? words = null) =>
        Advice(code, attempts) + (words is null ? "" : $" (\"{words}\")");

    static string Advice(MqttReasonCode code, int attempts) => (int)code switch
    {
        0x87 => "The broker does not allow this user to publish to this topic. Check its access rules.",
        0x90 => "The broker does not accept this topic name. Check base topic and prefix.",
        0x95 => "The message is larger than the broker accepts.",
        0x99 => "The broker does not accept the format of this payload.",
        _ when IsNotNow(code) => $"The broker did not take it in {attempts} attempts (reason 0x{(int)code:X2}). Check its quotas and its log.",
        _ => $"The broker refused it (reason 0x{(int)code:X2}).",
    };
}
