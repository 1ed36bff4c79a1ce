using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Link;

/// <summary>
/// Aliases towards the broker, for one connection [MQTT5-3.3.2-7]. An alias costs three bytes when it is made and pays off only
/// when the topic comes again: so a topic gets one at its second message, while there are any. The caller locks.
/// </summary>
sealed class OutgoingAliases(int maximum)
{
    const int Cost = 3;
    const int CandidatesPerAlias = 4;
    readonly Dictionary<string, ushort> _aliases = new(StringComparer.Ordinal);
    ushort _last;

    /// <summary>The alias to send with this topic, 0 for none, and whether the broker knows it already.</summary>
    public ushort For(string topic, out bool isKnown)
    {
        isKnown = false;
        if (maximum == 0 || topic.Length <= Cost) return 0;
        if (_aliases.TryGetValue(topic, out var alias))
        {
            isKnown = alias != 0;
            return isKnown || _last == maximum ? alias : (ushort)(_last + 1);
        }
        // Seen once. The number of such notes is bounded; topics that come later than that go without.
        if (_last < maximum && _aliases.Count < (long)maximum * CandidatesPerAlias) _aliases[topic] = 0;
        return 0;
    }

    /// <summary>The packet that makes the alias known is on its way.</summary>
    public void Sent(string topic, ushort alias)
    {
        _aliases[topic] = alias;
        _last = Math.Max(_last, alias);
    }
}

/// <summary>Aliases of the broker, for one connection, up to the number that was announced to it [MQTT5-3.3.2-10].</summary>
sealed class IncomingAliases(int maximum)
{
    readonly Dictionary<int, string> _topics = [];

    /// <summary>The message with its topic.</summary>
    /// <exception cref="MqttException">The alias is 0, above the maximum or not known; or there is neither alias nor topic.</exception>
    public MqttMessage Resolve(PublishPacket packet)
    {
        var message = packet.Message;
        if (packet.Alias is not { } alias)
            return message.Topic.Length > 0 ? message : throw MqttException.ProtocolError("a message without a topic");
        if (alias == 0 || alias > maximum) throw MqttException.Broke(MqttReasonCode.TopicAliasInvalid, $"topic alias {alias} of at most {maximum}");
        if (message.Topic.Length > 0)
        {
            _topics[alias] = message.Topic;
            return message;
        }
        if (_topics.TryGetValue(alias, out var topic)) return message with { Topic = topic };
        throw MqttException.Broke(MqttReasonCode.TopicAliasInvalid, $"topic alias {alias} before its topic");
    }
}
