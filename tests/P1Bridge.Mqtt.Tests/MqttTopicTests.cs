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

    [Theory(DisplayName = "[MQTT-3.3.2-2, 4.7.3-1, 4.7.3-2] Topic names that cannot be published to")]
    [InlineData("")]
    [InlineData("a/#")]
    [InlineData("a/+/b")]
    [InlineData("a\0")]
    public void Bad_topic_names(string topic) => Assert.NotNull(MqttTopic.NameError(topic));

    [Fact(DisplayName = "[MQTT-1.5.3-1] Half a surrogate pair is no character")]
    public void Half_a_surrogate_pair() => Assert.NotNull(MqttTopic.NameError("a\ud800"));

    [Fact(DisplayName = "[MQTT-4.7.3-3] A topic name may have 65535 bytes of UTF-8 and no more")]
    public void The_length_counts_bytes()
    {
        Assert.Null(MqttTopic.NameError(new string('x', 65_535)));
        Assert.NotNull(MqttTopic.NameError(new string('x', 65_536)));
        Assert.NotNull(MqttTopic.NameError(new string('é', 32_768)));
    }

    [Theory(DisplayName = "[MQTT-4.7.1-2, 4.7.1-3] Filters: # is the whole last level, + a whole level")]
    [InlineData("#", true)]
    [InlineData("a/#", true)]
    [InlineData("+/a/+", true)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a+/b", false)]
    [InlineData("", false)]
    public void Filters(string filter, bool good) => Assert.Equal(good, MqttTopic.FilterError(filter) is null);

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
    public void Matching(string filter, string topic, bool matches) => Assert.Equal(matches, MqttTopic.Matches(filter, topic));
}
