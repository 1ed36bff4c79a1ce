namespace P1Bridge.Mqtt.Link;

/// <summary>
/// Which version to try. With the automatic one it is 5.0 until an endpoint has shown that it knows 3.1.1 only; an endpoint that
/// later refuses 3.1.1 is asked for 5.0 again. TLS and all else stay as they are.
/// </summary>
sealed class ProtocolChoice
{
    readonly HashSet<string> _olderOnly = new(StringComparer.Ordinal);
    readonly HashSet<string> _newer = new(StringComparer.Ordinal);

    public MqttProtocolVersion First(MqttClientOptions options)
    {
        if (options.ProtocolVersion != MqttProtocolVersion.Automatic) return options.ProtocolVersion;
        return _olderOnly.Contains(options.Endpoint) ? MqttProtocolVersion.V311 : MqttProtocolVersion.V5;
    }

    /// <summary>True when the attempt with 5.0 ended so that one with 3.1.1 is worth trying.</summary>
    public static bool MayFallBack(MqttClientOptions options, MqttProtocolVersion tried) =>
        options.ProtocolVersion == MqttProtocolVersion.Automatic && tried == MqttProtocolVersion.V5;

    /// <summary>Whether a close without a word may mean that the endpoint does not know 5.0: not when it has spoken it before.</summary>
    public bool MayNotKnow(MqttClientOptions options) => !_newer.Contains(options.Endpoint);

    /// <summary>Notes what the endpoint answered. Only an answer counts: who closes silently on both versions has other reasons.</summary>
    public void Answered(MqttClientOptions options, MqttProtocolVersion version, MqttReasonCode code)
    {
        if (version == MqttProtocolVersion.V5 && code == MqttReasonCode.Success) _newer.Add(options.Endpoint);
        if (version == MqttProtocolVersion.V311 && code != MqttReasonCode.UnsupportedProtocolVersion) _olderOnly.Add(options.Endpoint);
        else _olderOnly.Remove(options.Endpoint);
    }
}
