using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Tests.HomeAssistant;

public class LeftoversTests
{
    [Fact]
    public void What_another_bridge_has_below_this_ones_base_topic_is_left_alone()
    {
        var left = new Leftovers(new Topics("p1bridge"), "homeassistant");
        left.Hear("p1bridge/bridge/state", "offline");
        left.Hear("p1bridge/meter/power", "1.234");
        left.Hear("p1bridge/annex/bridge/state", "online");
        left.Hear("p1bridge/annex/meter/power", "0.500");
        left.Hear("p1bridge/annexe/power", "0.250");

        Assert.Equal(["p1bridge/annexe/power", "p1bridge/bridge/state", "p1bridge/meter/power"], left.Values);
    }
}
