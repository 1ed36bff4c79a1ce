namespace P1Bridge.Mqtt.Tests;

/// <summary>What users of the library see; the protocol is none of it.</summary>
public class PublicSurfaceTests
{
    static IEnumerable<Type> Public => typeof(MqttClient).Assembly.GetExportedTypes();

    [Fact]
    public void There_are_two_interfaces_and_two_classes_that_work()
    {
        Assert.Equal([nameof(IManagedMqttClient), nameof(IMqttLink)], Names(Public.Where(static type => type.IsInterface)));
        Assert.Equal(
            [nameof(ManagedMqttClient), nameof(MqttClient)],
            Names(Public.Where(static type => type is { IsClass: true, IsAbstract: false } && !IsRecord(type) && !type.IsAssignableTo(typeof(Exception)))));
    }

    [Fact]
    public void Everything_else_is_options_messages_results_and_their_words()
    {
        string[] expected =
        [
            nameof(ManagedMqttClientOptions), nameof(ManagedMqttHealth), nameof(ManagedMqttState), nameof(ManagedMqttStatus), nameof(MqttClientOptions), nameof(MqttClosed),
            nameof(MqttConnectResult), nameof(MqttDelivery), nameof(MqttException), nameof(MqttFailure), nameof(MqttFilterResult), nameof(MqttHistoryOverflow),
            nameof(MqttJournalFlush), nameof(MqttJournalHealth), nameof(MqttMessage), nameof(MqttOnline), nameof(MqttOutcome), nameof(MqttProtocolVersion),
            nameof(MqttPublishResult), nameof(MqttQualityOfService), nameof(MqttReasonCode), nameof(MqttRefusal), nameof(MqttResult), nameof(MqttRetainHandling),
            nameof(MqttSubscription), nameof(MqttTlsOptions), nameof(MqttTopic),
        ];

        var others = Public.Where(static type => !type.IsInterface && type != typeof(MqttClient) && type != typeof(ManagedMqttClient));

        Assert.Equal(expected.Order(StringComparer.Ordinal), Names(others));
        Assert.All(Public, static type => Assert.Equal("P1Bridge.Mqtt", type.Namespace));
    }

    static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(static type => type.Name).Order(StringComparer.Ordinal);
}
