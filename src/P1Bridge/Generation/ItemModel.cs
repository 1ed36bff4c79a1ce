using System.Collections.Immutable;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Generation;

/// <summary>The part of the model that is one value: its topic, and what it is in openHAB and in Home Assistant.</summary>
sealed class ItemModel(ModelOptions options, OpenHabNames names)
{
    const string TariffNameFunction = "tariff_name";

    static readonly ImmutableArray<string> Availabilities = [Topics.Online, Topics.Offline];

    /// <summary>A value of a meter.</summary>
    /// <param name="meter">The configured meter.</param>
    /// <param name="device">The physical meter.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">What stands before the id in the item's name.</param>
    /// <param name="thingUid">The thing that has the channel.</param>
    public TemplateMap Value(DiscoveryMeter meter, DeviceSnapshot device, PublishedValue value, string[] place, string thingUid)
    {
        var row = value.Row;
        var item = row.OpenHab;
        // The id of a row is its own word for it; what stands behind it is the month of a peak.
        var label = value.Key.Length > row.Id.Length ? $"{row.Names.In(options.Language)} {value.Key[(row.Id.Length + 1)..]}" : row.Names.In(options.Language);
        if (item.Unit is null && row.Unit is { } unit && row.CanBeNone) label += $" ({unit.Name})";
        var map = Base(value.Key, label, options.Topics.Value(meter.Name, device.TopicName, value.Key), [.. place, value.Key], thingUid, item, WordsOf(meter, row));
        map["is_live"] = row.Group == PolicyGroup.Live;
        map["expire"] = row.Group == PolicyGroup.Live && options.ExpireMinutes is { } minutes ? $"{minutes}m" : null;
        map["is_total"] = row.IsTotal;
        map["group"] = row.Group.ToString().ToLowerInvariant();
        map["kind"] = CatalogueModel.KindOf(row);
        map["row"] = row.Id;
        map["payload_unit"] = row.Unit?.Name;
        map["obis"] = row.References.Select(static reference => (object?)reference.ToString()).ToList();
        map["payload"] = value.Payload;
        map["home_assistant"] = HomeAssistant(meter, device, value);
        return map;
    }

    /// <summary>What is <c>online</c> or <c>offline</c>.</summary>
    public TemplateMap Word(string id, Names labels, string topic, string[] name, string thingUid)
        => Base(id, labels.In(options.Language), topic, name, thingUid, new OpenHabItem("String", null, ["Status"], "network", "%s"), Availabilities);

    /// <summary>Any other text.</summary>
    public TemplateMap Text(string id, Names labels, string topic, string[] name, string thingUid)
        => Base(id, labels.In(options.Language), topic, name, thingUid, new OpenHabItem("String", null, ["Status", "Info"], "text", "%s"), []);

    TemplateMap Base(string id, string label, string topic, string[] name, string thingUid, OpenHabItem item, ImmutableArray<string> words)
    {
        var channel = OpenHabNames.Channel(id);
        var parts = item.Type.Split(':');
        var tags = SemanticTags.For(options.Version, item.Tags);
        (label, var format) = (ModelText.Clean(label), ModelText.Clean(item.Format));
        return new()
        {
            ["id"] = id,
            ["label"] = label,
            ["topic"] = topic,
            ["name"] = names.Item(name),
            ["channel"] = channel,
            ["channel_uid"] = $"{thingUid}:{channel}",
            ["channel_type"] = parts[0].ToLowerInvariant(),
            ["item_type"] = item.Type,
            ["type"] = parts[0],
            ["dimension"] = parts.Length > 1 ? parts[1] : null,
            ["unit"] = item.Unit,
            ["format"] = format,
            ["icon"] = item.Icon,
            ["tags"] = tags.Cast<object?>().ToList(),
            ["words"] = words.Select(static word => (object?)word).ToList(),
            ["quoted"] = new TemplateMap
            {
                ["label"] = OpenHabQuotes.Label(label),
                ["labelled"] = OpenHabQuotes.Labelled(label, format),
                ["topic"] = OpenHabQuotes.Text(topic),
                ["unit"] = item.Unit is null ? null : OpenHabQuotes.Text(item.Unit),
                ["format"] = OpenHabQuotes.Text(format),
                ["tags"] = string.Join(", ", tags.Select(OpenHabQuotes.Text)),
                ["words"] = words.IsEmpty ? null : OpenHabQuotes.Text(string.Join(',', words)),
            },
        };
    }

    /// <summary>Every text that the value can be; empty when that is not known, or when a list of them could not be written.</summary>
    static ImmutableArray<string> WordsOf(DiscoveryMeter meter, Measurement row)
    {
        var words = row.Formula is { Function: TariffNameFunction } ? meter.TariffNames : [.. row.Words.Values];
        return words.All(static word => word.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ' ' or '-')) ? words : [];
    }

    TemplateMap? HomeAssistant(DiscoveryMeter meter, DeviceSnapshot device, PublishedValue value)
    {
        if (!DiscoveryBuilder.CanBeEntity(value) || options.Overrides.IsExcluded(value.Row.Medium.Id, value.Row.Id)) return null;
        var entity = options.Overrides.Of(value.Row);
        var map = CatalogueModel.HomeAssistant(entity);
        map["entity_id"] = $"{entity.Platform}.{NodeIds.Slug(options.EntityPrefix, meter.HasUsualName ? "" : meter.Name, device.TopicName, value.Row.Id)}";
        return map;
    }
}
