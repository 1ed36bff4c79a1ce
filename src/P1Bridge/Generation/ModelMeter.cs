using System.Collections.Immutable;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Generation;

/// <summary>A configured meter and what it sent.</summary>
/// <param name="Meter">What its configuration says.</param>
/// <param name="Devices">The P1 meter first, then its sub-meters.</param>
sealed record ModelMeter(DiscoveryMeter Meter, ImmutableArray<DeviceSnapshot> Devices)
{
    /// <summary>The same, whatever the order in which the telegram had the sub-meters.</summary>
    public IEnumerable<DeviceSnapshot> Sorted => Devices.OrderBy(static device => device.TopicName, StringComparer.Ordinal);
}
