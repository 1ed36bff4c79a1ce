using System.Text.Json.Nodes;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Tests.HomeAssistant;

public class DiscoveryReportTests
{
    [Fact]
    public void The_payload_is_the_object_itself()
    {
        var messages = Discovery.Messages("fluvius-1p-water-only");
        var report = Write(messages);

        Assert.Equal(messages.Count, report.Count);
        Assert.All(report.Zip(messages), static pair =>
        {
            Assert.Equal("topic,payload,retain", string.Join(",", pair.First!.AsObject().Select(static entry => entry.Key)));
            Assert.Equal((pair.Second.Topic, true), ((string?)pair.First["topic"], (bool)pair.First["retain"]!));
            Assert.True(JsonNode.DeepEquals(pair.Second.Json(), pair.First["payload"]));
        });
    }

    [Fact]
    public void A_removal_has_no_payload() => Assert.Null(Write([new DiscoveryMessage("homeassistant/device/p1bridge_x/config", null)])[0]!["payload"]);

    [Fact]
    public void No_messages_are_an_empty_list() => Assert.Empty(Write([]));

    static JsonArray Write(IEnumerable<DiscoveryMessage> messages)
    {
        var writer = new StringWriter();
        DiscoveryReport.Write(messages, writer);
        return JsonNode.Parse(writer.ToString())!.AsArray();
    }
}
