using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>The broker's answers in words, and what the user can do about them.</summary>
static class ConnectAdvice
{
    public static string For(ConnackPacket connack, MqttClientOptions options)
    {
        var words = connack.ReasonText is { } text ? $" The broker says: \"{Shortened(text)}\"." : "";
        var elsewhere = connack.ServerReference is { } server ? $" It names another server: {Shortened(server)}." : "";
        return For(connack.ReasonCode, options) + words + elsewhere;
    }

    static string For(MqttReasonCode code, MqttClientOptions options) => code switch
    {
        MqttReasonCode.Success => "The broker accepted the connection.",
        MqttReasonCode.UnsupportedProtocolVersion =>
            $"The broker does not speak MQTT {(options.ProtocolVersion == MqttProtocolVersion.V5 ? "5.0" : "3.1.1")}.",
        MqttReasonCode.ClientIdentifierNotValid =>
            $"The broker does not accept the client identifier \"{options.ClientId}\". Choose 1 to 23 letters and digits.",
        MqttReasonCode.ServerUnavailable or MqttReasonCode.ServerBusy => "The broker is running but does not serve now.",
        MqttReasonCode.BadUserNameOrPassword =>
            $"The broker refused {User(options)}: wrong user name or password. Correct them here or at the broker.",
        MqttReasonCode.NotAuthorized =>
            $"The broker refused {User(options)}: not authorised. Check user name and password, and what the broker allows this user.",
        MqttReasonCode.Banned => "The broker's administrator has barred this client.",
        MqttReasonCode.RetainNotSupported => "The broker keeps no retained messages, and the will is to be retained. Send the will without.",
        MqttReasonCode.QualityOfServiceNotSupported => "The broker does not take the QoS of the will. Send the will with a lower one.",
        MqttReasonCode.TopicNameInvalid => $"The broker does not accept the topic of the will, \"{options.Will?.Topic}\".",
        MqttReasonCode.PacketTooLarge => "The broker does not take a CONNECT of this size. Is the will very long?",
        _ => $"The broker refused the connection ({Name(code)}).",
    };

    /// <summary>The broker closed without answering: it rarely says why, so the text names what it mostly is.</summary>
    public static string ForSilentClose(MqttClosed closed, MqttClientOptions options) =>
        $"{options.Host}:{options.Port} ended the connection instead of accepting it: {closed.Text} " + options.Tls switch
        {
            null => "Is this the broker's port, and does it want TLS on it?",
            { ClientCertificateFile: null } => "Is this the broker's port, and does it ask for a client certificate?",
            _ => "Is this the broker's port, and does it know the authority of the client certificate?",
        };

    /// <summary>What came in place of CONNACK; from a web server, say, whose port was taken for the broker's.</summary>
    public static string ForStrangeAnswer(MqttClosed closed, MqttClientOptions options) =>
        closed.Failure is MqttFailure.Protocol ? $"{closed.Text} Is {options.Host}:{options.Port} an MQTT broker?" : closed.Text;

    /// <summary>The broker ended a connection and said why (5.0).</summary>
    public static MqttException ForDisconnect(DisconnectPacket packet, MqttClientOptions options)
    {
        var isEviction = packet.ReasonCode == MqttReasonCode.SessionTakenOver;
        var why = isEviction
            ? $"another client uses the client identifier \"{options.ClientId}\""
            : Name(packet.ReasonCode);
        var words = packet.ReasonText is { } text ? $", \"{Shortened(text)}\"" : "";
        return new MqttException(isEviction ? MqttFailure.Evicted : MqttFailure.Refused, $"The broker ended the connection: {why}{words}.")
        {
            ReasonCode = packet.ReasonCode,
            ServerReference = packet.ServerReference,
            IsConfigurationProblem = IsConfigurationProblem(packet.ReasonCode),
        };
    }

    /// <summary>True when repeating the attempt cannot help before someone has changed something.</summary>
    public static bool IsConfigurationProblem(MqttReasonCode code) => code
        is MqttReasonCode.UnsupportedProtocolVersion
        or MqttReasonCode.ClientIdentifierNotValid
        or MqttReasonCode.BadUserNameOrPassword
        or MqttReasonCode.NotAuthorized
        or MqttReasonCode.Banned
        or MqttReasonCode.BadAuthenticationMethod
        or MqttReasonCode.TopicNameInvalid
        or MqttReasonCode.PacketTooLarge
        or MqttReasonCode.PayloadFormatInvalid
        or MqttReasonCode.RetainNotSupported
        or MqttReasonCode.QualityOfServiceNotSupported;

    static string Name(MqttReasonCode code) => Enum.IsDefined(code) ? $"{code}, 0x{(int)code:X2}" : $"reason code 0x{(int)code:X2}";

    // It goes to the log: a line, not a book, and no commands to a terminal.
    static string Shortened(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= 200 ? line : line[..200] + "...";
    }

    static string User(MqttClientOptions options) => options.UserName is { Length: > 0 } user ? $"user \"{user}\"" : "a connection without a user name";
}
