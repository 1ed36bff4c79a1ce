namespace P1Bridge.Mqtt.Protocol;

/// <summary>Collects the properties of a received message. A message without properties costs nothing.</summary>
struct MessageProperties
{
    bool _any;
    bool _isText;
    uint? _expiry;
    string? _contentType;
    string? _responseTopic;
    byte[]? _correlationData;
    List<KeyValuePair<string, string>>? _user;
    List<int>? _subscriptions;

    public void Take(ref PropertyReader property)
    {
        _any = true;
        switch (property.Id)
        {
            case Property.PayloadFormatIndicator: _isText = property.IsSet; break;
            case Property.MessageExpiryInterval: _expiry = property.Number; break;
            case Property.ContentType: _contentType = property.Text; break;
            case Property.ResponseTopic: _responseTopic = ResponseTopic(property.Text); break;
            case Property.CorrelationData: _correlationData = property.Binary.ToArray(); break;
            case Property.UserProperty: (_user ??= []).Add(KeyValuePair.Create(property.Text, property.Value)); break;
            case Property.SubscriptionIdentifier: (_subscriptions ??= []).Add((int)property.Number); break;
        }
    }

    public readonly MqttMessage Apply(MqttMessage message) => !_any ? message : message with
    {
        PayloadIsText = _isText,
        Expiry = _expiry is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        ContentType = _contentType,
        ResponseTopic = _responseTopic,
        CorrelationData = _correlationData is { } data ? (ReadOnlyMemory<byte>)data : null,
        UserProperties = _user ?? [],
        SubscriptionIdentifiers = _subscriptions ?? [],
    };

    // [MQTT5-3.3.2-14]
    static string ResponseTopic(string topic) => MqttTopic.NameError(topic) is not { } error
        ? topic
        : throw MqttException.ProtocolError($"a response topic that is not valid, {error}");
}
