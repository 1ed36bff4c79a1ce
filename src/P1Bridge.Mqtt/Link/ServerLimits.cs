using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>What the broker announced in CONNACK, and what follows from it for what is sent. 3.1.1 announces nothing.</summary>
sealed class ServerLimits(MqttClientOptions options, ConnackPacket connack)
{
    /// <summary>Most messages under way without acknowledgement [MQTT5-3.3.4-7].</summary>
    public int Quota { get; } = Math.Min(connack.ReceiveMaximum, options.MaximumInFlight);

    /// <summary>Topic aliases that may be used towards the broker [MQTT5-3.2.2-17, 3.2.2-18].</summary>
    public int Aliases { get; } = Math.Min(connack.TopicAliasMaximum, options.OutgoingTopicAliases);

    /// <summary>The keep alive that counts [MQTT5-3.1.2-21].</summary>
    public TimeSpan KeepAlive { get; } = connack.KeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;

    public long MaximumPacketSize => connack.MaximumPacketSize;

    /// <summary>The QoS to send with [MQTT5-3.2.2-11].</summary>
    public MqttQualityOfService QualityOfService(MqttMessage message) =>
        message.QualityOfService <= connack.MaximumQualityOfService ? message.QualityOfService : connack.MaximumQualityOfService;

    /// <summary>The retain flag to send with [MQTT5-3.2.2-14].</summary>
    public bool Retain(MqttMessage message) => message.Retain && connack.RetainAvailable;

    /// <summary>Why the message is not to be sent at all; null when it is.</summary>
    public MqttPublishResult? Refusal(MqttMessage message)
    {
        if (!options.RefuseHigherQualityOfService || message.QualityOfService <= connack.MaximumQualityOfService) return null;
        return new MqttPublishResult(
            MqttReasonCode.QualityOfServiceNotSupported, $"The broker takes at most QoS {(int)connack.MaximumQualityOfService}.");
    }

    /// <summary>The answer to a subscription that the broker has said not to have; null when it is to be asked.</summary>
    public MqttReasonCode? Refusal(MqttSubscription subscription)
    {
        if (!connack.SharedAvailable && MqttTopic.IsShared(subscription.Filter)) return MqttReasonCode.SharedSubscriptionsNotSupported;
        if (!connack.WildcardsAvailable && MqttTopic.HasWildcard(subscription.Filter)) return MqttReasonCode.WildcardSubscriptionsNotSupported;
        if (!connack.SubscriptionIdentifiersAvailable && subscription.Identifier is not null)
            return MqttReasonCode.SubscriptionIdentifiersNotSupported;
        return null;
    }

    public MqttPublishResult TooLarge() => new(
        MqttReasonCode.PacketTooLarge, $"The message is larger than what the broker takes, {connack.MaximumPacketSize} bytes with its header.");

    /// <summary>What the user should know.</summary>
    public IEnumerable<string> Notices()
    {
        if (options.Tls is { Insecure: true })
            yield return "The broker's certificate is not checked: anyone on the way to it can read and change everything.";
        if (connack.MaximumQualityOfService < MqttQualityOfService.ExactlyOnce)
        {
            yield return $"The broker takes at most QoS {(int)connack.MaximumQualityOfService}; messages with more are "
                + (options.RefuseHigherQualityOfService ? "refused here." : "sent with that.");
        }
        if (!connack.RetainAvailable) yield return "The broker keeps no retained messages; whoever subscribes later sees nothing until the next value.";
    }
}
