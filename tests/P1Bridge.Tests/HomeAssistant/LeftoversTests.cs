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

    [Fact]
    public void A_meter_takes_the_bridges_own_state_not_with_it_even_when_it_is_the_last_device()
    {
        var left = new Leftovers(new Topics("p1bridge"), "homeassistant");
        var gas = Discovery.Messages("fluvius-3p-gas-water-peaks").Single(static message => message.Topic.Contains("7FLO9999000201", StringComparison.Ordinal));
        left.Hear(gas.Topic, gas.Payload!);
        left.Hear("p1bridge/bridge/state", "online");
        left.Hear("p1bridge/meter/gas/volume", "1.234");

        Assert.Equal(["p1bridge/meter/gas/volume"], left.ValuesOf(gas.Topic));
    }
}
