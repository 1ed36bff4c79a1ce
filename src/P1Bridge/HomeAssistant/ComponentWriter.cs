using System.Collections.Immutable;
using System.Text.Json;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>Writes one entity of a discovery payload. Home Assistant drops a key that it does not know here without a word.</summary>
readonly struct ComponentWriter(Utf8JsonWriter json, DiscoveryOptions options, Topics topics)
{
    /// <summary>The function of the one row whose texts may come from the configuration.</summary>
    const string TariffNameFunction = "tariff_name";

    /// <summary>An entity of the bridge. The state itself has no availability: offline is what it tells.</summary>
    public void Write(BridgeEntity entity, DeviceIds ids)
    {
        json.WriteStartObject(entity.Id);
        var place = topics.Base == "p1bridge" ? "bridge" : $"{topics.Base}_bridge";
        var isTheState = entity.Topic == BridgeTopic.State;
        WriteIdentity(entity.Entity.Platform, ids.UniqueId(entity.Id), NodeIds.Slug(options.EntityPrefix, place, entity.Id), entity.Names.In(options.Language));
        json.WriteString(entity.Topic == BridgeTopic.Command ? "command_topic" : "state_topic", entity.TopicIn(topics));
        if (entity.Topic == BridgeTopic.Command) json.WriteString("payload_press", BridgeCommand.Announce);
        if (isTheState)
        {
            json.WriteString("payload_on", Topics.Online);
            json.WriteString("payload_off", Topics.Offline);
        }
        WriteOptional("value_template", entity.Template);
        WriteLook(entity.Entity, entity.Entity.DeviceClass, []);
        if (!isTheState)
        {
            json.WriteStartArray("availability");
            WriteTopic(json, topics.BridgeState);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>The reduced form that removes an entity; leaving it out alone would not.</summary>
    public void Write(DiscoveredComponent leaving)
    {
        json.WriteStartObject(leaving.Id);
        json.WriteString("platform", leaving.Platform);
        json.WriteEndObject();
    }

    /// <summary>A measurement.</summary>
    public void Write(Measurement row, DiscoveryMeter meter, DeviceSnapshot device, DeviceIds ids)
    {
        json.WriteStartObject(row.Id);
        WriteEntity(row, options.Overrides.Of(row), meter, device, ids);
        json.WriteEndObject();
    }

    /// <summary>An item of an availability list; the payloads are Home Assistant's defaults.</summary>
    public static void WriteTopic(Utf8JsonWriter json, string topic)
    {
        json.WriteStartObject();
        json.WriteString("topic", topic);
        json.WriteEndObject();
    }

    void WriteEntity(Measurement row, HomeAssistantEntity entity, DiscoveryMeter meter, DeviceSnapshot device, DeviceIds ids)
    {
        var allowed = row.Formula is { Function: TariffNameFunction } ? meter.TariffNames : entity.Options;
        if (options.Overrides.HasNoClass(row)) allowed = [];
        var deviceClass = allowed.IsEmpty ? entity.DeviceClass : "enum";
        var slug = NodeIds.Slug(options.EntityPrefix, meter.HasUsualName ? "" : meter.Name, device.TopicName, row.Id);
        WriteIdentity(entity.Platform, ids.UniqueId(row.Id), slug, options.Overrides.NameOf(row, options.Language));
        json.WriteString("state_topic", topics.Value(meter.Name, device.TopicName, row.Id));
        WriteOptional("value_template", ValueTemplates.Of(row, entity, isEnum: !allowed.IsEmpty));
        if (entity.Attributes is not null) json.WriteString("json_attributes_topic", topics.Attributes(meter.Name, device.TopicName, row.Id));
        WriteLook(entity, deviceClass, allowed);
    }

    void WriteLook(HomeAssistantEntity entity, string? deviceClass, ImmutableArray<string> allowed)
    {
        WriteOptional("device_class", deviceClass);
        WriteOptional("state_class", entity.StateClass);
        WriteOptional("unit_of_measurement", entity.Unit);
        if (entity.Precision is { } precision) json.WriteNumber("suggested_display_precision", precision);
        WriteTexts("options", allowed);
        WriteOptional("entity_category", entity.Category);
        if (!entity.Enabled) json.WriteBoolean("enabled_by_default", false);
        WriteOptional("icon", entity.Icon);
    }

    void WriteIdentity(string platform, string uniqueId, string slug, string name)
    {
        json.WriteString("platform", platform);
        json.WriteString("unique_id", uniqueId);
        json.WriteString("default_entity_id", $"{platform}.{slug}");
        json.WriteString("name", name);
    }

    void WriteOptional(string key, string? text)
    {
        if (text is not null) json.WriteString(key, text);
    }

    void WriteTexts(string key, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartArray(key);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
