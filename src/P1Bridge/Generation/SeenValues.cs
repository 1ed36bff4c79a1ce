using System.Collections.Immutable;
using P1Bridge.Core.Publishing;

namespace P1Bridge.Generation;

/// <summary>
/// What the meters have sent lately. A value that a telegram leaves out is still there for a while; a sub-meter that leaves the telegrams
/// stays for as long as the program runs, because its retained values do.
/// </summary>
/// <param name="forgetAfter">A value that its meter has not sent for so long, while it sent others, is gone.</param>
sealed class SeenValues(TimeSpan forgetAfter)
{
    readonly Dictionary<string, SortedDictionary<string, Device>> _meters = [];

    /// <summary>Takes a telegram.</summary>
    public void Take(MeterSnapshot snapshot, DateTimeOffset now)
    {
        if (!_meters.TryGetValue(snapshot.Name, out var devices)) _meters[snapshot.Name] = devices = new(StringComparer.Ordinal);
        foreach (var device in snapshot.Devices)
        {
            if (!devices.TryGetValue(device.TopicName, out var known)) devices[device.TopicName] = known = new Device();
            known.Take(device, now, forgetAfter);
        }
    }

    /// <summary>Whether the meter has sent anything.</summary>
    public bool Knows(string meter) => _meters.ContainsKey(meter);

    /// <summary>The physical meters of a configured one, with all their values in the catalogue's order.</summary>
    public ImmutableArray<DeviceSnapshot> DevicesOf(string meter) => [.. _meters[meter].Values.Select(static device => device.Snapshot())];

    sealed class Device
    {
        readonly Dictionary<string, (PublishedValue Value, DateTimeOffset SeenAt)> _values = [];
        DeviceSnapshot? _last;

        public void Take(DeviceSnapshot device, DateTimeOffset now, TimeSpan forgetAfter)
        {
            _last = device;
            foreach (var value in device.Values)
                _values[value.Key] = (value, now);
            foreach (var (key, (_, seenAt)) in _values)
            {
                if (now - seenAt >= forgetAfter) _values.Remove(key);
            }
        }

        public DeviceSnapshot Snapshot() => _last! with
        {
            Values = [.. _values.Values.Select(static entry => entry.Value).OrderBy(static value => value.Row.Index).ThenBy(static value => value.Key, StringComparer.Ordinal)],
        };
    }
}
