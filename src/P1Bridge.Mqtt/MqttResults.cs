namespace P1Bridge.Mqtt;

/// <summary>The broker's answer to CONNECT, and what was agreed with it.</summary>
/// <param name="ReasonCode">Success, or why it refused.</param>
/// <param name="SessionPresent">The broker resumed a session that it had kept (MQTT 3.1.1 section 3.2.2.2).</param>
/// <param name="Text">The answer in words, with the advice that belongs to it.</param>
public sealed record MqttConnectResult(MqttReasonCode ReasonCode, bool SessionPresent, string Text)
{
    /// <summary>True when the connection stands.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;

    /// <summary>True when only a changed configuration, here or at the broker, can help.</summary>
    public bool IsConfigurationProblem { get; init; }

    /// <summary>The version that is spoken; never <see cref="MqttProtocolVersion.Automatic"/>.</summary>
    public MqttProtocolVersion ProtocolVersion { get; init; } = MqttProtocolVersion.V311;

    /// <summary>The client identifier of this connection: the given one, or the one that the broker assigned (5.0); else empty.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>
    /// True when the broker keeps the session after the connection. Note it durably for this client identifier and endpoint, and
    /// pass it as <see cref="MqttClientOptions.SessionKnown"/> in the next process.
    /// </summary>
    public bool KeepsSession { get; init; }

    /// <summary>How long the broker keeps the session after the connection; <see cref="TimeSpan.MaxValue"/> for without end.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>The keep alive that counts: the broker's where it gave one (5.0). Zero for none.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>The highest QoS that the broker takes.</summary>
    public MqttQualityOfService MaximumQualityOfService { get; init; } = MqttQualityOfService.ExactlyOnce;

    /// <summary>False when the broker keeps no retained messages; they are then sent without the mark.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Most messages with QoS 1 and 2 under way at a time; 1 to 65 535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Largest packet that the broker takes, in bytes.</summary>
    public long MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>Another server that the broker names (5.0). Never followed by itself. Null: none.</summary>
    public string? ServerReference { get; init; }

    /// <summary>
    /// What the user should know about a connection that stands, one sentence each, to be logged at each start: a certificate that
    /// is not checked, and limits of the broker that change what is sent. Mostly empty.
    /// </summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}

/// <summary>What became of a published message: QoS 0 written to the network, QoS 1 and 2 acknowledged by the broker.</summary>
/// <param name="ReasonCode">Success, or why the broker did not take it.</param>
/// <param name="Text">The broker's own words (5.0), or why it was not sent at all; null when there are none.</param>
public sealed record MqttPublishResult(MqttReasonCode ReasonCode, string? Text = null)
{
    internal static MqttPublishResult Success { get; } = new(MqttReasonCode.Success);

    /// <summary>True when the broker has the message, as far as its QoS can tell.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;
}

/// <summary>When the broker sends retained messages for a subscription (MQTT 5.0 section 3.8.3.1).</summary>
public enum MqttRetainHandling
{
    /// <summary>At each SUBSCRIBE; the only way of 3.1.1.</summary>
    Send = 0,

    /// <summary>Only when the subscription did not exist.</summary>
    SendIfNew = 1,

    /// <summary>Not at all.</summary>
    DoNotSend = 2,
}

/// <summary>A wish to receive: a topic filter and the highest QoS to deliver with.</summary>
/// <param name="Filter">Topic filter; <c>+</c> stands for one level, <c>#</c> for all that follow (MQTT 3.1.1 section 4.7).</param>
/// <param name="QualityOfService">Highest QoS wanted. Default QoS 1.</param>
public sealed record MqttSubscription(string Filter, MqttQualityOfService QualityOfService = MqttQualityOfService.AtLeastOnce)
{
    /// <summary>Leave out what this client publishes itself; not with <c>$share</c> [MQTT5-3.8.3-4]. 5.0 only. Default false.</summary>
    public bool NoLocal { get; init; }

    /// <summary>Deliver the retain mark as it was published. 5.0 only. Default false.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When retained messages come. 5.0 only. Default at each SUBSCRIBE.</summary>
    public MqttRetainHandling RetainHandling { get; init; }

    /// <summary>
    /// Number to find in <see cref="MqttMessage.SubscriptionIdentifiers"/>, 1 to 268 435 455; the same for all filters of one call.
    /// 5.0 only. Default null: none.
    /// </summary>
    public int? Identifier { get; init; }

    /// <summary>
    /// Names and values of the application's own for SUBSCRIBE, in order; names may repeat; at most 65 535 bytes each; the same for all filters of
    /// one call. 5.0 only. Default none.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}

/// <summary>The broker's answer for one filter of SUBSCRIBE or UNSUBSCRIBE.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="ReasonCode">
/// Granted QoS, or why not. The broker may grant less than was asked for. A filter of a kind that the broker has announced not to
/// have (5.0) is answered here, without asking.
/// </param>
public sealed record MqttFilterResult(string Filter, MqttReasonCode ReasonCode)
{
    /// <summary>True when the broker granted it.</summary>
    public bool Succeeded => ReasonCode < MqttReasonCode.UnspecifiedError;

    /// <summary>The broker's own words (5.0), which count for all filters of one call; null when there are none.</summary>
    public string? Text { get; init; }
}

/// <summary>Why a connection ended.</summary>
/// <param name="Failure">Kind of end; <see cref="MqttFailure.Requested"/> when the caller disconnected.</param>
/// <param name="Text">The reason in words.</param>
/// <param name="ReasonCode">Reason code, where there is one.</param>
public sealed record MqttClosed(MqttFailure Failure, string Text, MqttReasonCode? ReasonCode = null)
{
    /// <summary>Another server that the broker names (5.0). Never followed by itself. Null: none.</summary>
    public string? ServerReference { get; init; }
}
