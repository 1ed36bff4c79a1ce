using System.Text;

namespace P1Bridge.Mqtt;

/// <summary>One application message: what is published, and what a subscription delivers.</summary>
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

    /// <summary>The payload read as UTF-8; bytes that are none become U+FFFD.</summary>
    public string PayloadText => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>A message with a UTF-8 text payload.</summary>
    public static MqttMessage Text(
        string topic, string payload, MqttQualityOfService qualityOfService = MqttQualityOfService.AtMostOnce, bool retain = false) =>
        new(topic, Encoding.UTF8.GetBytes(payload)) { QualityOfService = qualityOfService, Retain = retain };

    /// <summary>The message that makes the broker forget the retained value of <paramref name="topic"/> [MQTT-3.3.1-10].</summary>
    public static MqttMessage Erase(string topic) =>
        new(topic, ReadOnlyMemory<byte>.Empty) { QualityOfService = MqttQualityOfService.AtLeastOnce, Retain = true };
}
