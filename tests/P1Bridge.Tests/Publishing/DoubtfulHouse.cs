using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>
/// A house whose meters can do everything wrong that meters do, with a bridge and a Home Assistant behind it. Each step of a script is one
/// byte. <see cref="Fault"/> is the first thing that should not have reached a topic; what a topic may show is worked out from what the
/// meters truly counted, not from how the bridge decides.
/// </summary>
sealed class DoubtfulHouse : IDisposable
{
    const string Import1 = "energy_import_tariff_1";
    const string Import2 = "energy_import_tariff_2";
    const string Sum = "energy_import";
    const string Gas = "volume";
    const int Agreeing = 3;

    static readonly PublishRules AtOnce = new() { Live = new(TimeSpan.Zero, TimeSpan.MaxValue), Totals = new(TimeSpan.Zero, TimeSpan.MaxValue), Static = new(TimeSpan.Zero, TimeSpan.MaxValue) };

    readonly Dictionary<(string Meter, string Id), List<decimal>> _sent = [];
    readonly Dictionary<(string Meter, string Id), decimal> _shown = [];
    readonly Dictionary<(string Meter, string Id), decimal> _counted = [];
    readonly Dictionary<string, DateTimeOffset> _captures = [];
    readonly HashSet<string> _madeUp = [];
    readonly Dictionary<string, (string Identity, HashSet<string> Topics)> _devices = [];
    readonly Dictionary<string, string> _configurations = [];
    readonly StringBuilder _story = new();
    DateTimeOffset _clock = new(2025, 1, 14, 12, 0, 0, TimeSpan.FromHours(1));
    Bridge _bridge;
    string _main = "MAIN0";
    string _gas = "GAS0";
    int _meters;

    public DoubtfulHouse()
    {
        (_counted[(_main, Import1)], _counted[(_main, Import2)], _counted[(_gas, Gas)]) = (12000.000m, 8000.000m, 3000.000m);
        _bridge = new Bridge(this);
        Send(new Lies());
    }

    /// <summary>What went wrong first, with the way there; null while nothing did.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many totals were shown, so that a house in which nothing happens does not count as right.</summary>
    public int Shown { get; private set; }

    /// <summary>Values of one telegram that are not what was counted.</summary>
    sealed record Lies(decimal? Import1 = null, decimal? Gas = null, bool Zero = false, int Damage = -1, string? Unit = null, string? Stamp = null, string? Main = null, string? GasId = null);

    public void Dispose() => _bridge.Dispose();

    public void Step(byte step)
    {
        var size = step / 16;
        _story.Append(CultureInfo.InvariantCulture, $" {step}");
        switch (step % 16)
        {
            case 5: Count(TimeSpan.FromHours(size + 1)); Send(new Lies()); break;
            case 6: Count(); Send(new Lies(Damage: size)); break;
            case 7: Repeat(size % 5 + 1, new Lies(Import1: Math.Round(Counted(_main, Import1) * size / 20, 3))); break;
            case 8: Repeat(size % 3 + 1, new Lies(Import1: 70000 + size, Gas: 9000 + size)); break;
            case 9: Repeat(size % 5 + 1, new Lies(Zero: true)); break;
            case 10: Count(); Send(new Lies(Unit: size % 2 == 0 ? "Wh" : "kvarh")); break;
            case 11: Count(); Send(new Lies(Stamp: size % 2 == 0 ? "632525252525W" : "251399999999W")); break;
            case 12: _main = NewMeter("MAIN", (Import1, size), (Import2, 0)); Send(new Lies()); break;
            case 13: _gas = NewMeter("GAS", (Gas, size)); Send(new Lies()); break;
            case 14: Count(); Send(size % 2 == 0 ? new Lies(Main: MakeUp()) : new Lies(GasId: MakeUp())); break;
            case 15: _bridge = _bridge.Restart(this); break;
            default: Count(); Send(new Lies()); break;
        }
    }

    void Repeat(int times, Lies lies)
    {
        for (var i = 0; i < times; i++)
        {
            Count();
            Send(lies);
        }
    }

    void Count(TimeSpan? time = null)
    {
        _clock += time ?? TimeSpan.FromSeconds(5);
        _counted[(_main, Import1)] += 0.002m;
        _counted[(_main, Import2)] += 0.001m;
        _counted[(_gas, Gas)] += 0.003m;
    }

    string NewMeter(string kind, params ReadOnlySpan<(string Id, decimal Total)> totals)
    {
        Count();
        var name = $"{kind}{++_meters}";
        foreach (var (id, total) in totals)
            _counted[(name, id)] = total;
        return name;
    }

    string MakeUp()
    {
        var name = $"NONE{++_meters}";
        _madeUp.Add(name);
        return name;
    }

    void Send(Lies lies)
    {
        // Without a memory of a meter nobody can know what of its first telegram is false.
        var (knowsMain, knowsGas) = (_shown.ContainsKey((_main, Import1)) && _shown.ContainsKey((_main, Import2)), _shown.ContainsKey((_gas, Gas)));
        var import1 = !knowsMain ? Counted(_main, Import1) : lies.Zero ? 0 : lies.Import1 ?? Counted(_main, Import1);
        var import2 = knowsMain && lies.Zero ? 0 : Counted(_main, Import2);
        var gas = !knowsGas ? Counted(_gas, Gas) : lies.Zero ? 0 : lies.Gas ?? Counted(_gas, Gas);
        var unit = lies.Unit is { } other && knowsMain ? other : "kWh";
        string[] lines =
        [
            $"0-0:1.0.0({_clock:yyMMddHHmmss}W)",
            $"0-0:96.1.1({Some.Hex(lies.Main ?? _main)})",
            Line($"1-0:1.8.1({(unit == "Wh" ? import1 * 1000 : import1):000000.000}*{unit})"),
            Line($"1-0:1.8.2({import2:000000.000}*kWh)"),
            "0-1:24.1.0(003)",
            $"0-1:96.1.1({Some.Hex(lies.GasId ?? _gas)})",
            Line($"0-1:24.2.3({lies.Stamp ?? $"{_clock:yyMMddHHmmss}W"})({gas:00000.000}*m3)"),
        ];
        Damage(lines, lies.Damage, knowsMain && knowsGas);
        Note(lines, 2, lies.Main ?? _main, Import1, import1, unit is "kWh" or "Wh");
        Note(lines, 3, lies.Main ?? _main, Import2, import2, true);
        Note(lines, 6, lies.GasId ?? _gas, Gas, gas, lies.Stamp is null);
        _bridge.Feed(Some.Telegram(lines), _clock);

        static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
    }

    decimal Counted(string meter, string id) => _counted[(meter, id)];

    /// <summary>A line that is lost altogether is damage only once the meter is known: objects may be absent.</summary>
    static void Damage(string[] lines, int damage, bool mayBeLost)
    {
        if (damage < 0) return;
        var at = new[] { 1, 2, 3, 5, 6 }[damage % 5];
        lines[at] = (damage / 5) switch
        {
            0 => lines[at][..(lines[at].IndexOf('(', StringComparison.Ordinal) + 1)] + ")",
            1 => lines[at][..^2],
            _ => mayBeLost ? "0-0:96.13.0()" : lines[at].Replace(':', ';'),
        };
    }

    void Note(string[] lines, int at, string meter, string id, decimal value, bool isReadable)
    {
        if (!isReadable || !lines[at].EndsWith(')') || lines[at].EndsWith("()", StringComparison.Ordinal)) return;
        // What cannot be told apart is the known meter's.
        var isNamed = lines[at == 6 ? 5 : 1] is var name && name.EndsWith(')') && !name.EndsWith("()", StringComparison.Ordinal) && name.Contains(":96.1.1(", StringComparison.Ordinal);
        foreach (var owner in new[] { meter, isNamed ? meter : _bridge.IdentityOf(at == 6 ? "gas" : "") ?? meter }.Distinct())
        {
            if (!_sent.TryGetValue((owner, id), out var sent)) _sent[(owner, id)] = sent = [];
            sent.Add(value);
        }
    }

    /// <summary>A total has reached its topic.</summary>
    void Show(string topic, DeviceSnapshot device, PublishedValue value)
    {
        var shown = decimal.Parse(value.Payload, CultureInfo.InvariantCulture);
        Shown++;
        if (_devices.Values.FirstOrDefault(other => other.Topics.Contains(topic) && other.Identity != device.Identity) is { Identity: { } listener })
            Fail($"Home Assistant's {listener} was shown {shown} of {device.Identity}");
        if (_madeUp.Contains(device.Identity)) Fail($"{device.Identity} was made up");
        if (value.Row.Id == Sum) CheckSum(device, shown);
        else if (value.Row.Id is Import1 or Import2 or Gas) Check(device.Identity, value.Row.Id, shown);
    }

    void CheckSum(DeviceSnapshot device, decimal shown)
    {
        var parts = device.Values.Where(static value => value.Row.Id is Import1 or Import2).Select(static value => decimal.Parse(value.Payload, CultureInfo.InvariantCulture)).ToList();
        if (parts.Count != 2 || parts.Sum() != shown) Fail($"sum {shown} of {string.Join(" and ", parts)}");
    }

    void Check(string meter, string id, decimal shown)
    {
        var sent = _sent.GetValueOrDefault((meter, id)) ?? [];
        if (!sent.Contains(shown)) Fail($"{meter} {id} {shown} was never sent");
        if (shown > _counted.GetValueOrDefault((meter, id))) Fail($"{meter} {id} {shown} was never counted");
        var before = _shown.GetValueOrDefault((meter, id), shown);
        var last = sent.TakeLast(Agreeing).ToList();
        if (shown < before && (last.Count < Agreeing || last.Any(value => value >= before) || !last.Order().SequenceEqual(last) || last[^1] != shown))
            Fail($"{meter} {id} fell from {before} to {shown} after {string.Join(", ", last)}");
        _shown[(meter, id)] = shown;
    }

    void Announce(MqttPublication publication)
    {
        _configurations[publication.Topic] = publication.Payload ?? "";
        if (publication.Payload is null)
        {
            _devices.Remove(publication.Topic);
            return;
        }
        var json = JsonNode.Parse(publication.Payload)!;
        var topics = json["components"]!.AsObject().Select(static component => (string?)component.Value!["state_topic"] ?? "").ToHashSet();
        _devices[publication.Topic] = (((string)json["device"]!["identifiers"]![0]!)["p1bridge_".Length..], topics);
    }

    void Fail(string what) => Fault ??= $"{what}; steps{_story}";

    /// <summary>Reader, pipeline and outputs as the program puts them together.</summary>
    sealed class Bridge : IDisposable
    {
        readonly DoubtfulHouse _house;
        readonly Pipeline _pipeline = new();
        readonly TestTimeProvider _time = new();
        readonly HomeAssistantDiscoveryOutput _discovery;
        readonly MqttValuesOutput _values;
        MeterSnapshot? _snapshot;
        DateTimeOffset? _fedAt;

        public Bridge(DoubtfulHouse house)
        {
            _house = house;
            _discovery = new HomeAssistantDiscoveryOutput(Discovery.Builder(), new DiscoveryPlanOptions(), [Discovery.Meter], house.Announce, _time, static () => 0, NullLogger.Instance);
            _values = new MqttValuesOutput(Discovery.Topics, AtOnce, retain: true, Publish, _time);
            foreach (var (topic, payload) in house._configurations)
                _discovery.OnOwnTopicMessage(topic, payload, isRetained: true);
            _discovery.OnConnected();
        }

        public string? IdentityOf(string topicName) => _snapshot?.Devices.FirstOrDefault(device => device.TopicName == topicName)?.Identity ?? _pipeline.Meter.Registry.HolderOf(topicName);

        public Bridge Restart(DoubtfulHouse house)
        {
            var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer)) MeterState.Of(_pipeline.Meter).Write(json);
            using var document = JsonDocument.Parse(buffer.ToArray());
            var next = new Bridge(house);
            MeterState.Read(document.RootElement).Restore(next._pipeline.Meter);
            Dispose();
            return next;
        }

        public void Feed(byte[] telegram, DateTimeOffset at)
        {
            if (_fedAt is { } before) _time.Advance(at - before);
            _fedAt = at;
            _snapshot = _pipeline.Feed(telegram, at);
            // In this order, as one task drives them. Neither ever waits.
            Assert.True(_discovery.WriteAsync(_snapshot, default).AsTask().IsCompletedSuccessfully);
            Assert.True(_values.WriteAsync(_snapshot, default).AsTask().IsCompletedSuccessfully);
        }

        public void Dispose() => _discovery.Dispose();

        void Publish(MqttPublication publication)
        {
            if (publication.Payload is null) return;
            foreach (var device in _snapshot!.Devices)
            {
                if (device.Values.FirstOrDefault(value => value.Row.IsTotal && Discovery.Topics.Value("meter", device.TopicName, value.Key) == publication.Topic) is { } value)
                    _house.Show(publication.Topic, device, value);
            }
        }
    }
}
