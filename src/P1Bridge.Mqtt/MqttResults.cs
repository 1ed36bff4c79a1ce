namespace P1Bridge.Mqtt;

/// <summary>The broker's answer to CONNECT.</summary>
/// <param name="ReasonCode">Success, or why it refused.</param>
/// <param name="SessionPresent">The broker resumed a session that it had kept (MQTT 3.1.1 section 3.2.2.2).</param>
/// <param name="Text">The answer in words, with the advice that belongs to it.</param>
public sealed record MqttConnectResult(MqttReasonCode ReasonCode, bool SessionPresent, string Text)
{
    /// <summary>True when the connection stands.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;
}

/// <summary>What became of a published message: QoS 0 written to the network, QoS 1 and 2 acknowledged by the broker.</summary>
/// <param name="ReasonCode">Success, or why the broker did not take it.</param>
public sealed record MqttPublishResult(MqttReasonCode ReasonCode)
{
    /// <summary>True when the broker has the message, as far as its QoS can tell.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;
}

/// <summary>A wish to receive: a topic filter and the highest QoS to deliver with.</summary>
/// <param name="Filter">Topic filter; <c>+</c> stands for one level, <c>#</c> for all that follow (MQTT 3.1.1 section 4.7).</param>
/// <param name="QualityOfService">Highest QoS wanted. Default QoS 1.</param>
public sealed record MqttSubscription(string Filter, MqttQualityOfService QualityOfService = MqttQualityOfService.AtLeastOnce);

/// <summary>The broker's answer for one filter of SUBSCRIBE or UNSUBSCRIBE.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="ReasonCode">Granted QoS, or why not. The broker may grant less than was asked for.</param>
public sealed record MqttFilterResult(string Filter, MqttReasonCode ReasonCode)
{
    /// <summary>True when the broker granted it.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;
}

/// <summary>Why a connection ended.</summary>
/// <param name="Failure">Kind of end; <see cref="MqttFailure.Requested"/> when the caller disconnected.</param>
/// <param name="Text">The reason in words.</param>
/// <param name="ReasonCode">Reason code, where there is one.</param>
public sealed record MqttClosed(MqttFailure Failure, string Text, MqttReasonCode? ReasonCode = null);
