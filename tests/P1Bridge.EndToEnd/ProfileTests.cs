using System.Numerics;
using P1Bridge.EndToEnd.Support;

namespace P1Bridge.EndToEnd;

/// <summary>The serial profile, found by listening. A pseudo terminal knows no speed; asked for 7E1 it strips bit 7, as a real one would.</summary>
public class ProfileTests
{
    const string Name = "fluvius-1p-water-only";

    [Fact]
    public async Task A_line_with_parity_bits_is_found_and_remembered()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(WithEvenParity(Telegrams.Read(Name)));

        var bridge = house.StartBridge(cable.Source, broker);

        await house.RetainsAsync(broker, ExpectedTopics.Of(Name), limit: TimeSpan.FromSeconds(90));
        Assert.Equal(1, bridge.CountOf("speaks 115200 7E1, found by listening"));
        await bridge.EndAsync("TERM");
        Assert.Equal("115200 7E1\n", await File.ReadAllTextAsync(Path.Combine(house.StateDirectory, "meter.line")));
        await SecondStartAsync(house, broker, cable);
    }

    [Fact]
    public async Task A_fixed_profile_is_never_left()
    {
        await using var house = new House();
        var broker = await house.StartBrokerAsync();
        var cable = await house.PlugInAsync();
        cable.Repeat(WithEvenParity(Telegrams.Read(Name)));

        var bridge = house.StartBridge(cable.Source, broker, "meters.0.baud_rate=115200", "meters.0.format=8N1", "meters.0.silence_timeout=5s");

        await bridge.SaysAsync("no valid telegram");
        Assert.Equal(0, bridge.CountOf("found by listening"));
        await bridge.EndAsync("TERM");
        Assert.False(File.Exists(Path.Combine(house.StateDirectory, "meter.line")));
    }

    /// <summary>The remembered profile reads the first telegram: there is nothing to find, and nothing is said.</summary>
    static async Task SecondStartAsync(House house, Broker broker, Cable cable)
    {
        var again = house.StartBridge(cable.Source, broker);
        var observer = await broker.ObserveAsync();
        await observer.SeesAsync("p1bridge/meter/availability", "online");
        Assert.Equal(0, again.CountOf("found by listening"));
    }

    static byte[] WithEvenParity(byte[] text) => [.. text.Select(static value => (byte)(value | (BitOperations.PopCount(value) % 2 << 7)))];
}
