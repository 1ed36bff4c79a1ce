namespace P1Bridge.Mqtt.Tests;

public class MqttTopicTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("/")]
    [InlineData("a//b")]
    [InlineData("$SYS/x")]
    [InlineData("with space/é")]
    public void Good_topic_names(string topic) => Assert.Null(MqttTopic.NameError(topic));

    [Theory(DisplayName = "[MQTT-3.3.2-2] [MQTT5-3.3.2-2] A topic to publish to has no wildcards")]
    [InlineData("a/#")]
    [InlineData("#")]
    [InlineData("a/+/b")]
    public void Wildcards(string topic) => Assert.NotNull(MqttTopic.NameError(topic));

    [Theory(DisplayName = "[MQTT-4.7.1-1] [MQTT5-4.7.0-1] Wildcards are for filters only")]
    [InlineData("a/#")]
    [InlineData("+")]
    public void Wildcards_are_for_filters(string filter)
    {
        Assert.Null(MqttTopic.FilterError(filter));
        Assert.NotNull(MqttTopic.NameError(filter));
    }

    [Fact(DisplayName = "[MQTT-4.7.3-1] [MQTT5-4.7.3-1] A topic and a filter have at least one character")]
    public void Nothing_is_no_topic()
    {
        Assert.NotNull(MqttTopic.NameError(""));
        Assert.NotNull(MqttTopic.FilterError(""));
        Assert.NotNull(MqttTopic.NameError(null));
    }

    [Fact(DisplayName = "[MQTT-4.7.3-2] [MQTT5-4.7.3-2] A topic and a filter have no U+0000")]
    public void The_null_character()
    {
        Assert.NotNull(MqttTopic.NameError("a\0b"));
        Assert.NotNull(MqttTopic.FilterError("a\0b"));
    }

    [Fact(DisplayName = "[MQTT-4.7.3-3] [MQTT5-4.7.3-3] A topic and a filter may have 65535 bytes of UTF-8 and no more")]
    public void The_length_counts_bytes()
    {
        Assert.Null(MqttTopic.NameError(new string('x', 65_535)));
        Assert.NotNull(MqttTopic.NameError(new string('x', 65_536)));
        Assert.NotNull(MqttTopic.NameError(new string('é', 32_768)));
        Assert.NotNull(MqttTopic.FilterError(new string('x', 65_536)));
    }

    [Theory(DisplayName = "[MQTT-4.7.1-2] [MQTT5-4.7.1-1] # is the whole last level of a filter")]
    [InlineData("#", true)]
    [InlineData("a/#", true)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/#/b", false)]
    public void The_wildcard_of_many_levels(string filter, bool good) => Assert.Equal(good, MqttTopic.FilterError(filter) is null);

    [Theory(DisplayName = "[MQTT-4.7.1-3] [MQTT5-4.7.1-2] + is a whole level of a filter")]
    [InlineData("+", true)]
    [InlineData("+/a/+", true)]
    [InlineData("a/+/#", true)]
    [InlineData("a+/b", false)]
    [InlineData("a/+b", false)]
    public void The_wildcard_of_one_level(string filter, bool good) => Assert.Equal(good, MqttTopic.FilterError(filter) is null);

    [Theory(DisplayName = "[MQTT5-4.8.2-1] A shared subscription is $share, a name of at least one character, and a filter")]
    [InlineData("$share/g/a/#", true)]
    [InlineData("$share/g//", true)]
    [InlineData("$shared", true)]
    [InlineData("$share/", false)]
    [InlineData("$share//a", false)]
    [InlineData("$share/g/", false)]
    [InlineData("$share/g", false)]
    [InlineData("$share/g/a#", false)]
    public void Shared(string filter, bool good) => Assert.Equal(good, MqttTopic.FilterError(filter) is null);

    [Theory(DisplayName = "[MQTT5-4.8.2-2] The name of a shared subscription has no wildcards and ends at a slash")]
    [InlineData("$share/+/a", false)]
    [InlineData("$share/g#/a", false)]
    [InlineData("$share/g/+", true)]
    public void The_name_of_a_shared_subscription(string filter, bool good) => Assert.Equal(good, MqttTopic.FilterError(filter) is null);

    [Theory]
    [InlineData("#", "a/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/+", "a", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$share/g/a/#", "a/b", true)]
    [InlineData("$share/g/a/#", "b", false)]
    public void Matching(string filter, string topic, bool matches) => Assert.Equal(matches, MqttTopic.Matches(filter, topic));
}
