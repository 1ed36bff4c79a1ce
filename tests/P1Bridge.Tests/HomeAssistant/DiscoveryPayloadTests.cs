using System.Collections.Immutable;
using System.Text.Json.Nodes;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

public class DiscoveryPayloadTests
{
    public static TheoryData<string> Telegrams => Corpus.Rows(Corpus.GoodNames);

    public static TheoryData<string> Languages => new(Names.Languages);

    [Fact]
    public void The_corpus_has_the_good_telegrams() => Assert.True(Corpus.GoodNames.Length >= 14, string.Join(", ", Corpus.GoodNames));

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Home_Assistant_has_nothing_to_refuse_or_drop(string telegram)
        => Assert.Empty(Names.Languages.SelectMany(language => Discovery.Messages(telegram, new DiscoveryOptions { Language = language }))
            .SelectMany(message => SensorRules.Findings(message)));

    [Fact]
    public void Home_Assistant_has_nothing_to_refuse_in_any_row_of_the_catalogue()
    {
        foreach (var medium in Some.Catalogue.Media)
        {
            var values = Some.Catalogue.ByMedium[medium.Id].Where(static row => row.IsPublished).Select(static row => new PublishedValue(row, row.Id, "1", null));
            var device = new DeviceSnapshot(medium.IsMain ? "" : medium.Id, medium, "7FLO9999000201", medium.IsMain ? null : "1SAG9999000103", [.. values]);
            var message = Discovery.Builder().Meter(Discovery.Meter, device, Discovery.Builder().EntityRows(device), []);
            Assert.Empty(SensorRules.Findings(message).Select(finding => $"{medium.Id}/{finding}"));
        }
    }

    [Fact]
    public void The_rules_find_what_is_wrong()
    {
        var right = Discovery.Messages("fluvius-3p-gas-water-peaks").Of("Gas meter");

        Assert.Contains(SensorRules.Findings(right with { Payload = right.Payload!.Replace("m³", "m3", StringComparison.Ordinal) }), static text => text.Contains("unit", StringComparison.Ordinal));
        Assert.Contains(SensorRules.Findings(right with { Payload = right.Payload.Replace("total_increasing", "measurement", StringComparison.Ordinal) }), static text => text.Contains("state class", StringComparison.Ordinal));
        Assert.Contains(SensorRules.Findings(right with { Payload = right.Payload.Replace("\"default_entity_id\"", "\"object_id\"", StringComparison.Ordinal) }), static text => text.Contains("object_id", StringComparison.Ordinal));
        Assert.Contains(SensorRules.Findings(right with { Payload = right.Payload.Replace("\"qos\"", "\"expire_after\"", StringComparison.Ordinal) }), static text => text.Contains("expire_after", StringComparison.Ordinal));
        Assert.Contains(SensorRules.Findings(right with { Topic = "homeassistant/device/a b/config" }), static text => text.Contains("illegal", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void The_value_of_an_enum_is_one_of_its_options(string telegram)
    {
        var value = Corpus.Snapshot(telegram).Devices[0].Values.FirstOrDefault(static value => value.Key == "tariff_name");

        Assert.True(value is null || Discovery.Meter.TariffNames.Contains(value.Payload), value?.Payload);
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Every_state_topic_is_one_that_is_published(string telegram)
    {
        var snapshot = Corpus.Snapshot(telegram);
        var published = snapshot.Devices.SelectMany(static device => device.Values, (device, value) => Discovery.Topics.Value("meter", device.TopicName, value.Key))
            .Concat([Discovery.Topics.BridgeState, Discovery.Topics.BridgeInfo, Discovery.Topics.BridgeHealth]).ToHashSet();
        var announced = Discovery.Messages(telegram).SelectMany(static message => message.Components()).Select(static pair => (string?)pair.Value!["state_topic"]).OfType<string>();

        Assert.Empty(announced.Except(published));
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Every_value_with_an_entity_in_the_catalogue_is_announced(string telegram)
    {
        var wanted = Corpus.Snapshot(telegram).Devices.Sum(static device => device.Values.Count(static value => value.Row.HomeAssistant is not null));
        var announced = Discovery.Messages(telegram).Skip(1).Sum(static message => message.Components().Count);

        Assert.Equal(wanted, announced);
        Assert.True(announced > 5, $"only {announced} entities");
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Unique_ids_and_entity_ids_are_unique(string telegram)
    {
        var components = Discovery.Messages(telegram).SelectMany(static message => message.Components()).Select(static pair => pair.Value!).ToList();

        Assert.Distinct(components.Select(static component => (string)component["unique_id"]!));
        Assert.Distinct(components.Select(static component => (string)component["default_entity_id"]!));
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Names_of_one_device_differ_in_every_language(string telegram)
        => Assert.All(
            Names.Languages.SelectMany(language => Discovery.Messages(telegram, new DiscoveryOptions { Language = language })),
            static message => Assert.Distinct(message.Components().Select(static pair => (string)pair.Value!["name"]!)));

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_language_changes_names_and_nothing_else(string language)
    {
        var translated = Discovery.Messages("fluvius-3p-gas-water-peaks", new DiscoveryOptions { Language = language });
        var english = Discovery.Messages("fluvius-3p-gas-water-peaks");

        Assert.Equal(english.Select(WithoutNames), translated.Select(WithoutNames));
        Assert.Equal(language == "en", english.SequenceEqual(translated));
    }

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Units_are_those_that_are_published(string telegram)
    {
        foreach (var row in Corpus.Snapshot(telegram).Devices.SelectMany(static device => device.Values).Select(static value => value.Row))
        {
            if (row.HomeAssistant is not { } entity || row.Part == ValuePart.Time) continue;
            Assert.Equal(row.Unit?.ToString()?.Replace("m3", "m³", StringComparison.Ordinal), entity.Unit);
        }
    }

    [Fact]
    public void Electricity_gas_and_water_are_three_devices_below_the_bridge()
    {
        var messages = Discovery.Messages("fluvius-3p-gas-water-peaks");

        Assert.Equal(
            [
                "homeassistant/device/p1bridge_bridge/config",
                "homeassistant/device/p1bridge_1SAG9999000103/config",
                "homeassistant/device/p1bridge_7FLO9999000201/config",
                "homeassistant/device/p1bridge_8SEN9999000301/config",
            ],
            messages.Select(static message => message.Topic));
        Assert.Equal([null, "p1bridge_bridge", "p1bridge_1SAG9999000103", "p1bridge_1SAG9999000103"], messages.Select(static message => (string?)message.Json()["device"]!["via_device"]));
        Assert.Equal(["P1Bridge", "Electricity meter", "Gas meter", "Water meter"], messages.Select(static message => (string?)message.Json()["device"]!["name"]));
        Assert.Equal([null, "1SAG9999000103", "7FLO9999000201", "8SEN9999000301"], messages.Select(static message => (string?)message.Json()["device"]!["serial_number"]));
    }

    [Fact]
    public void A_sub_meter_is_available_with_its_meter_and_the_bridge_only()
    {
        var messages = Discovery.Messages("fluvius-3p-gas-water-peaks");

        Assert.Equal(["p1bridge/bridge/state", "p1bridge/meter/availability"], AvailabilityOf(messages.Of("Electricity meter").Json()));
        Assert.Equal(["p1bridge/bridge/state", "p1bridge/meter/availability", "p1bridge/meter/gas/availability"], AvailabilityOf(messages.Of("Gas meter").Json()));
        Assert.All(messages.Skip(1), static message => Assert.Equal("all", (string?)message.Json()["availability_mode"]));
    }

    [Fact]
    public void The_bridge_shows_that_it_is_offline_instead_of_becoming_unavailable()
    {
        var bridge = Discovery.Messages("fluvius-1p").Of("P1Bridge");
        var state = bridge.Components()["state"]!.AsObject();

        Assert.False(bridge.Json().ContainsKey("availability"));
        Assert.False(state.ContainsKey("availability"));
        Assert.Equal(("online", "offline"), ((string?)state["payload_on"], (string?)state["payload_off"]));
        Assert.Equal(["p1bridge/bridge/state"], AvailabilityOf(bridge.Components()["version"]!.AsObject()));
    }

    [Fact]
    public void Months_of_the_peak_history_are_no_entities()
    {
        Assert.Contains(Corpus.Snapshot("fluvius-3p-gas-water-peaks").Devices[0].Values, static value => value.Key.StartsWith("peaks/", StringComparison.Ordinal));
        Assert.DoesNotContain("peaks/", Discovery.Messages("fluvius-3p-gas-water-peaks").Of("Electricity meter").Payload, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limiter", "{{ None if value == 'none' else value }}")]
    [InlineData("fuse", "{{ None if value == 'none' else value }}")]
    [InlineData("breaker", "{{ 'ON' if value == 'closed' else 'OFF' }}")]
    [InlineData("message", "{{ value[:255] }}")]
    [InlineData("power", null)]
    [InlineData("telegram_time", null)]
    public void Payloads_that_Home_Assistant_cannot_take_have_a_template(string id, string? template)
        => Assert.Equal(template, (string?)Discovery.Messages("fluvius-3p-gas-water-peaks").Of("Electricity meter").Components()[id]!["value_template"]);

    [Fact]
    public void A_valve_is_on_when_it_is_open()
        => Assert.Equal("{{ 'ON' if value == 'open' else 'OFF' }}", (string?)Discovery.Messages("fluvius-3p-gas-water-peaks").Of("Gas meter").Components()["valve"]!["value_template"]);

    [Theory]
    [MemberData(nameof(Telegrams))]
    public void Every_published_word_of_a_number_is_covered_by_a_template(string telegram)
    {
        foreach (var value in Corpus.Snapshot(telegram).Devices.SelectMany(static device => device.Values).Where(static value => value.Row.HomeAssistant?.Unit is not null))
            Assert.True(value.Payload != "none" || ValueTemplates.Of(value.Row, value.Row.HomeAssistant!, isEnum: false) is not null, value.Key);
    }

    [Fact]
    public void The_tariffs_name_is_an_enum_of_the_markets_names()
    {
        var tariff = Discovery.Messages("fluvius-3p").Of("Electricity meter").Components()["tariff_name"]!;

        Assert.Equal("enum", (string?)tariff["device_class"]);
        Assert.Equal(["day", "night"], tariff["options"]!.AsArray().Select(static option => (string)option!));
    }

    [Fact]
    public void Configured_tariff_names_replace_the_options()
    {
        var names = ImmutableSortedDictionary<long, string>.Empty.Add(1, "dear").Add(2, "cheap").Add(3, "dear");

        Assert.Equal<string>(["dear", "cheap"], DiscoveryMeter.TariffNamesOf(Some.Catalogue, names));
    }

    [Fact]
    public void Without_known_tariff_names_the_tariff_is_plain_text()
    {
        var message = Discovery.Builder().All((new DiscoveryMeter("meter"), Corpus.Snapshot("fluvius-3p"))).Of("Electricity meter");
        var tariff = message.Components()["tariff_name"]!.AsObject();

        Assert.False(tariff.ContainsKey("options") || tariff.ContainsKey("device_class"));
        Assert.Empty(SensorRules.Findings(message));
    }

    [Fact]
    public void A_meter_with_a_name_of_its_own_shows_it_in_entity_ids_and_device_names()
    {
        var messages = Discovery.Builder().All((new DiscoveryMeter("sun--room"), Corpus.Snapshot("fluvius-3p-gas-water-peaks", "sun--room"))).ToList();

        Assert.Equal("sensor.p1_sun_room_gas_volume", (string?)messages.Of("Gas meter (sun--room)").Components()["volume"]!["default_entity_id"]);
        Assert.Equal("p1bridge/sun--room/gas/volume", (string?)messages.Of("Gas meter (sun--room)").Components()["volume"]!["state_topic"]);
        Assert.Equal("sensor.p1_sun_room_power", (string?)messages.Of("Electricity meter (sun--room)").Components()["power"]!["default_entity_id"]);
        Assert.Empty(messages.SelectMany(static message => SensorRules.Findings(message)));
    }

    [Fact]
    public void A_second_gas_meter_has_a_number_in_its_name()
    {
        var snapshot = Corpus.Snapshot("fluvius-3p-gas-water-peaks");
        var second = snapshot.Devices[1] with { TopicName = "gas_2", Identity = "7FLO9999000299" };
        var messages = Discovery.Builder().All((Discovery.Meter, snapshot.With(snapshot.Devices.Add(second)))).ToList();

        Assert.Equal("sensor.p1_gas_2_volume", (string?)messages.Of("Gas meter 2").Components()["volume"]!["default_entity_id"]);
    }

    [Fact]
    public void Only_the_live_one_of_two_gas_meters_is_announced()
    {
        var messages = Discovery.Messages("fluvius-gas-meter-swapped");

        Assert.Equal("homeassistant/device/p1bridge_7FLO9999000203/config", messages.Of("Gas meter").Topic);
        Assert.Equal(3, messages.Count);
    }

    [Fact]
    public void Two_bridges_on_one_broker_have_no_topic_in_common()
    {
        // The Swedish meter sends no number, so that only the base topic tells two of them apart.
        var here = Discovery.Messages("sweden-se").Select(static message => message.Topic).ToList();
        var there = Discovery.Messages("sweden-se", topics: new Topics("home/cellar")).ToList();

        Assert.Equal(2, here.Count);
        Assert.Empty(here.Intersect(there.Select(static message => message.Topic)));
        Assert.Empty(there.SelectMany(static message => SensorRules.Findings(message)));
        Assert.All(there.Skip(1), static message => Assert.False(message.Json()["device"]!.AsObject().ContainsKey("serial_number")));
    }

    [Fact]
    public void The_prefix_is_a_setting()
        => Assert.All(
            Discovery.Messages("fluvius-1p", new DiscoveryOptions { Prefix = "ha/discovery" }),
            static message => Assert.StartsWith("ha/discovery/device/p1bridge_", message.Topic, StringComparison.Ordinal));

    [Fact]
    public void Characters_beyond_ASCII_stay_readable()
    {
        var gas = Discovery.Messages("fluvius-3p-gas-water-peaks").Of("Gas meter");

        Assert.Contains("\"m³\"", gas.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", gas.Payload, StringComparison.Ordinal);
    }

    static IEnumerable<string> AvailabilityOf(JsonObject json) => json["availability"]!.AsArray().Select(static item => (string)item!["topic"]!);

    static string WithoutNames(DiscoveryMessage message)
    {
        var json = message.Json();
        json["device"]!.AsObject().Remove("name");
        foreach (var (_, component) in json["components"]!.AsObject())
            component!.AsObject().Remove("name");
        return message.Topic + json.ToJsonString();
    }
}
