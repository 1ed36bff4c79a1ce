using System.Text;

namespace P1Bridge.Mqtt;

/// <summary>
/// One application message: what is published, and what a subscription delivers. The properties from
/// <see cref="PayloadIsText"/> on exist in MQTT 5.0 only; with 3.1.1 they are not sent.
/// </summary>
/// <param name="Topic">Topic name: 1 to 65 535 bytes of UTF-8 without wildcards (MQTT 3.1.1 section 4.7).</param>
/// <param name="Payload">Content, 0 to 268 435 455 bytes less the header. It must not change until the message is delivered.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Quality of service asked for, or the one it was delivered with. Default QoS 0.</summary>
    public MqttQualityOfService QualityOfService { get; init; }

    /// <summary>
    /// Sent: the broker keeps this message as the topic's last value. Received: this is such a kept value, not news
    /// (MQTT 3.1.1 section 3.3.1.3). Default false.
    /// </summary>
    public bool Retain { get; init; }

    /// <summary>Received only: the broker says that it may have sent this message before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Says that the payload is UTF-8 text (payload format indicator, MQTT 5.0 section 3.3.2.3.2). Default false: not said.</summary>
    public bool PayloadIsText { get; init; }

    /// <summary>Kind of content, such as a MIME type; at most 65 535 bytes. Default null: not said.</summary>
    public string? ContentType { get; init; }

    /// <summary>Topic on which an answer is awaited, without wildcards [MQTT5-3.3.2-14]. Default null: none.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer is to carry so that it is recognised; at most 65 535 bytes. Default null: none.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>
    /// Sent: how long the broker may keep the message for those who are not there. Received: what is left of it. Whole seconds,
    /// 0 to 4 294 967 295 s. Default null: without end.
    /// </summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Names and values of the application's own, in order; names may repeat; at most 65 535 bytes each. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>Received only: the identifiers of the subscriptions that this message came for. Never sent [MQTT5-3.3.4-6].</summary>
    public IReadOnlyList<int> SubscriptionIdentifiers { get; init; } = [];

    /// <summary>The payload read as UTF-8; bytes that are none become U+FFFD.</summary>
    public string PayloadText => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>A message with a UTF-8 text payload.</summary>
    public static MqttMessage Text(
        string topic, string payload, MqttQualityOfService qualityOfService = MqttQualityOfService.AtMostOnce, bool retain = false) =>
        new(topic, Encoding.UTF8.GetBytes(payload)) { QualityOfService = qualityOfService, Retain = retain };

    /// <summary>The message that makes the broker forget the retained value of <paramref name="topic"/> [MQTT-3.3.1-10].</summary>
    public static MqttMessage Erase(string topic) =>
        new(topic, ReadOnlyMemory<byte>.Empty) { QualityOfService = MqttQualityOfService.AtLeastOnce, Retain = true };

    /// <summary>Why this message cannot be sent, or null when it can.</summary>
    internal string? Error()
    {
        if (MqttTopic.NameError(Topic) is { } topic) return $"\"{Topic}\" is no topic to publish to: {topic}.";
        if ((uint)QualityOfService > 2) return "The QoS must be 0, 1 or 2."; // [MQTT-3.3.1-4]
        if (ResponseTopic is not null && MqttTopic.NameError(ResponseTopic) is { } response)
            return $"\"{ResponseTopic}\" is no topic for a response: {response}.";
        if (Expiry is { } expiry && (expiry < TimeSpan.Zero || expiry.TotalSeconds > uint.MaxValue))
            return "The expiry must be 0 to 4294967295 s.";
        return null;
    }

    internal void RequireSendable()
    {
        if (Error() is { } error) throw new ArgumentException(error);
    }
}
