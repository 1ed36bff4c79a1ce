using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>A plan that a test lets observe telegrams, and a clock that only the test moves.</summary>
public abstract class DiscoveryPlanTestBase
{
    private protected const string Bridge = "homeassistant/device/p1bridge_bridge/config";
    private protected const string Electricity = "homeassistant/device/p1bridge_1SAG9999000103/config";
    private protected const string Gas = "homeassistant/device/p1bridge_7FLO9999000201/config";
    private protected const string Water = "homeassistant/device/p1bridge_8SEN9999000301/config";
    private protected const string NewGas = "homeassistant/device/p1bridge_7FLO9999000299/config";

    private protected static readonly MeterSnapshot Full = Corpus.Snapshot("fluvius-3p-gas-water-peaks");
    private protected static readonly MeterSnapshot WithoutValve = Replace(1, static gas => gas.With(gas.Values.Where(static value => value.Key != "valve")));
    private protected static readonly MeterSnapshot NewGasMeter = Replace(1, static gas => gas with { Identity = "7FLO9999000299" });

    private protected DiscoveryPlanTestBase() => Plan = new DiscoveryPlan(Discovery.Builder(), new DiscoveryPlanOptions { ReadBack = TimeSpan.Zero }, () => Random, Notes.Add);

    private protected DiscoveryPlan Plan { get; }

    private protected List<string> Notes { get; } = [];

    private protected double Random { get; set; } = 0.5;

    private protected TimeSpan Now { get; set; }

    private protected static MeterSnapshot Replace(int index, Func<DeviceSnapshot, DeviceSnapshot> change)
        => Full.With(Full.Devices.SetItem(index, change(Full.Devices[index])));

    private protected List<string> Take() => [.. Plan.TakeDue(Now).Messages.Select(static message => message.Topic)];

    private protected List<string> Observe(MeterSnapshot snapshot, double after = 0)
    {
        Now += TimeSpan.FromSeconds(after);
        Plan.Observe(Discovery.Meter, snapshot, Now);
        return Take();
    }

    private protected DiscoveryMessage ObserveOne(MeterSnapshot snapshot, double after)
    {
        Now += TimeSpan.FromSeconds(after);
        Plan.Observe(Discovery.Meter, snapshot, Now);
        return Assert.Single(Plan.TakeDue(Now).Messages);
    }
}
