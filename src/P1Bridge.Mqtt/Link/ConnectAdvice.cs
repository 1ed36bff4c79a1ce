namespace P1Bridge.Mqtt.Link;

/// <summary>The broker's answer to CONNECT in words, and what the user can do about it.</summary>
static class ConnectAdvice
{
    public static string For(MqttReasonCode code, MqttClientOptions options) => code switch
    {
        MqttReasonCode.Success => "The broker accepted the connection.",
        MqttReasonCode.UnsupportedProtocolVersion => "The broker does not speak MQTT 3.1.1.",
        MqttReasonCode.ClientIdentifierNotValid =>
            $"The broker does not accept the client identifier \"{options.ClientId}\". Choose 1 to 23 letters and digits.",
        MqttReasonCode.ServerUnavailable => "The broker is running but does not serve now.",
        MqttReasonCode.BadUserNameOrPassword =>
            $"The broker refused user {User(options)}: wrong user name or password. Correct them here or at the broker.",
        MqttReasonCode.NotAuthorized =>
            $"The broker refused user {User(options)}: not authorised. Check user name and password, and what the broker allows this user.",
        _ => $"The broker refused the connection ({code}).",
    };

    /// <summary>The broker closed without answering: it rarely says why, so the text names what it mostly is.</summary>
    public static string ForSilentClose(MqttClosed closed, MqttClientOptions options) =>
        $"{options.Host}:{options.Port} ended the connection instead of accepting it: {closed.Text} " + options.Tls switch
        {
            null => "Is this the broker's port, and does it want TLS on it?",
            { ClientCertificateFile: null } => "Is this the broker's port, and does it ask for a client certificate?",
            _ => "Is this the broker's port, and does it know the authority of the client certificate?",
        };

    /// <summary>True when repeating the attempt cannot help before someone has changed something.</summary>
    public static bool IsConfigurationProblem(MqttReasonCode code) => code
        is MqttReasonCode.UnsupportedProtocolVersion
        or MqttReasonCode.ClientIdentifierNotValid
        or MqttReasonCode.BadUserNameOrPassword
        or MqttReasonCode.NotAuthorized
        or MqttReasonCode.PacketTooLarge;

    static string User(MqttClientOptions options) => options.UserName is { } user ? $"\"{user}\"" : "without a name";
}
