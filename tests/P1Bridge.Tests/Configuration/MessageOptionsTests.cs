using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class MessageOptionsTests
{
    [Fact]
    public void Messages_are_read_with_their_defaults()
    {
        var options = Some.Options(Some.Minimal + """
            outputs:
              messages:
                - topic: "home/{{ meter }}/power"
                  payload: "{{ values.power }}"
                - topic: dsmr/{{ sub_meter.name }}
                  payload: |
                    {{ sub_meter.texts.volume }}
                    two lines
                  each: sub_meter
                  retain: true
                  minimum_interval: 10s

            """);

        Assert.Equal(
            [
                new MessageOptions { Topic = "home/{{ meter }}/power", TopicPlace = "outputs.messages[0].topic", Payload = "{{ values.power }}", PayloadPlace = "outputs.messages[0].payload" },
                new MessageOptions
                {
                    Topic = "dsmr/{{ sub_meter.name }}", Payload = "{{ sub_meter.texts.volume }}\ntwo lines\n", PayloadPlace = "outputs.messages[1].payload",
                    TopicPlace = "outputs.messages[1].topic",
                    Each = MessageScope.SubMeter, Retain = true, MinimumInterval = TimeSpan.FromSeconds(10),
                },
            ],
            options.Outputs.Messages);
    }

    [Fact]
    public void A_payload_can_be_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("reading.json", "{ \"w\": {{ values.power }} }\n");

        var message = Assert.Single(Some.Options(Some.Minimal + $"outputs:\n  messages:\n    - topic: a\n      payload_file: {file}\n").Outputs.Messages);

        Assert.Equal(("{ \"w\": {{ values.power }} }\n", file), (message.Payload, message.PayloadPlace));
    }

    [Theory]
    [InlineData("payload: x", "outputs.messages[0].topic: missing")]
    [InlineData("topic: a", "a message needs a 'payload' or a 'payload_file'")]
    [InlineData("topic: a\n      payload: x\n      payload_file: /tmp/y", "'payload' is set as well; keep one of the two")]
    [InlineData("topic: a\n      payload_file: /no/such/file", "cannot read '/no/such/file': no such file")]
    [InlineData("topic: a\n      payload: '{{ while true }}{{ end }}'", "payload:1:4: `while` is not supported here")]
    [InlineData("topic: '{{ a'\n      payload: x", "outputs.messages[0].topic: topic:1:")]
    [InlineData("topic: a\n      payload: x\n      each: phase", "expected one of meter, sub_meter")]
    [InlineData("topic: a\n      pay: x", "unknown key")]
    public void A_mistake_stops_the_start_with_its_place(string item, string expected)
    {
        var fault = Assert.Throws<ConfigurationException>(() => Some.Options(Some.Minimal + $"outputs:\n  messages:\n    - {item}\n"));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Matches(@":\d+:\d+: ", fault.Message);
    }

    [Fact]
    public void Messages_need_a_broker()
    {
        var fault = Assert.Throws<ConfigurationException>(() => Some.Options(
            "meters:\n  - source: simulator\nhomeassistant:\n  enabled: false\noutputs:\n  mqtt_values:\n    enabled: false\n  messages:\n    - topic: a\n      payload: b\n"));

        Assert.Contains("mqtt.host", fault.Message, StringComparison.Ordinal);
    }
}
