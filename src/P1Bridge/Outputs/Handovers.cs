using P1Bridge.Core.Publishing;

namespace P1Bridge.Outputs;

/// <summary>
/// Which meter stands behind each topic name, as far as the first output of an order knows. While that one fails, the next ones must not
/// publish the values of a meter that took over a topic name: whoever listens would take them for the old meter's. Decides only.
/// </summary>
sealed class Handovers
{
    readonly Dictionary<(string Meter, string TopicName), string> _identities = [];

    /// <summary>The first output has taken this update.</summary>
    public void Note(MeterUpdate update)
    {
        if (update is not MeterSnapshot snapshot) return;
        foreach (var device in snapshot.Devices)
            _identities[(snapshot.Name, device.TopicName)] = device.Identity;
    }

    /// <summary>The update without the meters whose takeover the first output does not know yet.</summary>
    public MeterUpdate WithoutUnknown(MeterUpdate update) => update is MeterSnapshot snapshot
        ? snapshot with { Devices = snapshot.Devices.RemoveAll(device => IsUnknown(snapshot.Name, device)) }
        : update;

    bool IsUnknown(string meter, DeviceSnapshot device)
        => _identities.TryGetValue((meter, device.TopicName), out var before) ? before != device.Identity : device.Predecessor is not null;
}
