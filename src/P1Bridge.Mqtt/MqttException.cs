namespace P1Bridge.Mqtt;

/// <summary>A link that could not be made, or a request that a lost link has ended. The text says what to do; it never holds a secret.</summary>
public sealed class MqttException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MqttException(MqttFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The kind of failure.</summary>
    public MqttFailure Failure { get; }

    /// <summary>The broker's or the protocol's reason code, where there is one.</summary>
    public MqttReasonCode? ReasonCode { get; init; }

    /// <summary>True when only a changed configuration, here or at the broker, can help.</summary>
    public bool IsConfigurationProblem { get; init; }

    /// <summary>The broker closed instead of answering CONNECT.</summary>
    internal bool IsSilentClose { get; init; }

    /// <summary>The answer to CONNECT is none of the version that was tried.</summary>
    internal bool IsAnswerInOtherWords { get; init; }

    /// <summary>Another server that the broker named.</summary>
    internal string? ServerReference { get; init; }

    internal static MqttException Malformed(string what) =>
        new(MqttFailure.Protocol, $"The broker sent a malformed packet: {what}.") { ReasonCode = MqttReasonCode.MalformedPacket };

    internal static MqttException ProtocolError(string what) =>
        new(MqttFailure.Protocol, $"The broker broke the MQTT protocol: {what}.") { ReasonCode = MqttReasonCode.ProtocolError };

    /// <summary>The other side broke a rule that has a reason code of its own.</summary>
    internal static MqttException Broke(MqttReasonCode code, string what) =>
        new(MqttFailure.Protocol, $"The broker broke the MQTT protocol: {what}.") { ReasonCode = code };

    internal static MqttException TooLarge(long size, int limit) =>
        new(MqttFailure.Protocol, $"The broker sent a packet of {size} bytes; the limit is {limit} (option MaximumPacketSize).")
        {
            ReasonCode = MqttReasonCode.PacketTooLarge,
        };

    internal static MqttException Closed(MqttClosed closed) =>
        new(closed.Failure, $"The connection is closed: {closed.Text}") { ReasonCode = closed.ReasonCode };

    internal static MqttException NotConnected() =>
        new(MqttFailure.Network, "There is no connection to the broker; connect first.");
}
