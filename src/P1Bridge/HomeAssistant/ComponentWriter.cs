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
        WriteIdentity(entity.Platform, ids.UniqueId(entity.Id), NodeIds.Slug(options.EntityPrefix, place, entity.Id), entity.Names);
        json.WriteString("state_topic", entity.TopicIn(topics));
        if (entity.IsTheState)
        {
            json.WriteString("payload_on", Topics.Online);
            json.WriteString("payload_off", Topics.Offline);
        }
        WriteOptional("value_template", entity.Template);
        WriteOptional("device_class", entity.DeviceClass);
        json.WriteString("entity_category", "diagnostic");
        WriteOptional("icon", entity.Icon);
        if (!entity.IsTheState)
        {
            json.WriteStartArray("availability");
            WriteTopic(json, topics.BridgeState);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>A measurement, or the reduced form that removes it.</summary>
    public void Write(Measurement row, DiscoveryMeter meter, DeviceSnapshot device, DeviceIds ids, bool isLeaving)
    {
        var entity = row.HomeAssistant!;
        json.WriteStartObject(row.Id);
        if (isLeaving) json.WriteString("platform", entity.Platform);
        else WriteEntity(row, entity, meter, device, ids);
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
        var deviceClass = allowed.IsEmpty ? entity.DeviceClass : "enum";
        var slug = NodeIds.Slug(options.EntityPrefix, meter.HasUsualName ? "" : meter.Name, device.TopicName, row.Id);
        WriteIdentity(entity.Platform, ids.UniqueId(row.Id), slug, row.Names);
        json.WriteString("state_topic", topics.Value(meter.Name, device.TopicName, row.Id));
        WriteOptional("value_template", ValueTemplates.Of(row, entity, isEnum: !allowed.IsEmpty));
        WriteOptional("device_class", deviceClass);
        WriteOptional("state_class", entity.StateClass);
        WriteOptional("unit_of_measurement", entity.Unit);
        if (entity.Precision is { } precision) json.WriteNumber("suggested_display_precision", precision);
        WriteTexts("options", allowed);
        WriteOptional("entity_category", entity.Category);
        if (!entity.Enabled) json.WriteBoolean("enabled_by_default", false);
        WriteOptional("icon", entity.Icon);
    }

    void WriteIdentity(string platform, string uniqueId, string slug, Names names)
    {
        json.WriteString("platform", platform);
        json.WriteString("unique_id", uniqueId);
        json.WriteString("default_entity_id", $"{platform}.{slug}");
        json.WriteString("name", names.In(options.Language));
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
