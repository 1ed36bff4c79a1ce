using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.Generation;

/// <summary>Reads from the retained topics of a running bridge what its meters send.</summary>
sealed class RetainedModel(Catalogue catalogue, Topics topics)
{
    readonly Dictionary<(string Meter, string Device), Dictionary<string, PublishedValue>> _devices = [];

    /// <summary>Whether a bridge has said anything about itself.</summary>
    public bool HasBridge { get; private set; }

    /// <summary>Takes a retained topic.</summary>
    public void Take(string topic, string payload)
    {
        if (topic == topics.BridgeInfo) HasBridge = true;
        if (payload.Length == 0 || !topic.StartsWith($"{topics.Base}/", StringComparison.Ordinal)) return;
        var levels = topic[(topics.Base.Length + 1)..].Split('/');
        if (levels.Length < 2 || levels[0] == "bridge") return;
        var device = levels.Length > 2 && MediumOf(levels[1]) is not null ? levels[1] : "";
        var key = string.Join('/', levels.Skip(device.Length > 0 ? 2 : 1));
        if (RowOf(MediumOf(device) ?? catalogue.Main, key) is not { } row) return;
        if (!_devices.TryGetValue((levels[0], device), out var values)) _devices[(levels[0], device)] = values = [];
        values[key] = new PublishedValue(row, key, payload, null);
    }

    /// <summary>The physical meters of a configured one, as a telegram would give them; without serial numbers, which no topic has.</summary>
    public ImmutableArray<DeviceSnapshot> DevicesOf(string meter) =>
    [
        .. _devices.Where(pair => pair.Key.Meter == meter).OrderBy(static pair => pair.Key.Device, StringComparer.Ordinal).Select(pair => new DeviceSnapshot(
            pair.Key.Device, MediumOf(pair.Key.Device) ?? catalogue.Main, pair.Key.Device.Length == 0 ? meter : $"{meter}_channel_{pair.Key.Device}",
            pair.Key.Device.Length == 0 ? null : meter,
            [.. pair.Value.Values.OrderBy(static value => value.Row.Index).ThenBy(static value => value.Key, StringComparer.Ordinal)])),
    ];

    /// <summary>The meters that sent anything.</summary>
    public IEnumerable<string> Meters => _devices.Keys.Select(static key => key.Meter).Distinct().Order(StringComparer.Ordinal);

    /// <summary><c>gas</c> and <c>gas_2</c> are gas; null for what is no sub-meter's place.</summary>
    Medium? MediumOf(string device) => catalogue.Media.FirstOrDefault(medium =>
        !medium.IsMain && (device == medium.Id || (device.StartsWith($"{medium.Id}_", StringComparison.Ordinal) && device[(medium.Id.Length + 1)..].All(char.IsAsciiDigit))));

    Measurement? RowOf(Medium medium, string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return catalogue.Find(medium.Id, key) is { Kind: not ValueKind.MonthlyPeaks } row ? row : null;
        return catalogue.Find(medium.Id, key[..slash]) is { Kind: ValueKind.MonthlyPeaks } months ? months : null;
    }
}
