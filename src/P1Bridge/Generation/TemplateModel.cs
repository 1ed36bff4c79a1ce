using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Generation;

/// <summary>
/// What templates are rendered with: the catalogue joined with what the meters sent. <c>docs/templates.md</c> describes it, <c>--model</c>
/// writes it out.
/// </summary>
sealed class TemplateModel
{
    readonly Catalogue _catalogue;
    readonly ModelOptions _options;
    readonly OpenHabNames _names;
    readonly ItemModel _items;

    TemplateModel(Catalogue catalogue, ModelOptions options)
    {
        (_catalogue, _options, _names) = (catalogue, options, new OpenHabNames(options.Prefix));
        _items = new ItemModel(options, _names);
    }

    /// <summary>The model for these meters.</summary>
    public static TemplateMap Of(Catalogue catalogue, IReadOnlyList<ModelMeter> meters, ModelOptions options) => new TemplateModel(catalogue, options).Build(meters);

    /// <summary>What decides whether files made from two sets of meters differ, in one text: who sends which values.</summary>
    public static string ShapeOf(IEnumerable<ModelMeter> meters) => string.Join('\n',
        from meter in meters
        from device in meter.Sorted
        from value in device.Values
        select $"{meter.Meter.Name}/{device.TopicName}/{value.Key}");

    TemplateMap Build(IReadOnlyList<ModelMeter> meters)
    {
        // Meters before the bridge: a name that both want goes to the value of a meter.
        var meterList = meters.OrderBy(static meter => meter.Meter.HasUsualName ? "" : meter.Meter.Name, StringComparer.Ordinal).Select(Meter).ToList();
        return new TemplateMap
        {
            ["program"] = new TemplateMap { ["name"] = DiscoveryBuilder.ProgramName, ["version"] = Bridging.BridgeReports.Version, ["command"] = _options.Command },
            ["language"] = _options.Language,
            ["openhab"] = OpenHab(),
            ["bridge"] = Bridge(),
            ["meters"] = meterList,
            ["catalogue"] = CatalogueModel.Of(_catalogue, _options.Language),
        };
    }

    TemplateMap OpenHab() => new()
    {
        ["version"] = _options.Version == OpenHabVersion.Five ? "5" : "4.3",
        ["is_5"] = _options.Version == OpenHabVersion.Five,
        ["prefix"] = _options.Prefix,
        ["broker"] = _options.Broker,
        ["defines_broker"] = _options.DefinesBroker,
        ["host"] = _options.Address.Host,
        ["port"] = _options.Address.Port,
        ["is_encrypted"] = _options.Address.IsEncrypted,
        ["needs_login"] = _options.Address.NeedsLogin,
    };

    TemplateMap Bridge()
    {
        var thing = _names.Thing("bridge");
        var group = _names.Item("bridge");
        var state = BridgeEntities.State;
        return new()
        {
            ["base_topic"] = _options.Topics.Base,
            ["state_topic"] = _options.Topics.BridgeState,
            ["online"] = Topics.Online,
            ["offline"] = Topics.Offline,
            ["entities"] = NodeIds.Slug(_options.EntityPrefix, _options.Topics.Base == "p1bridge" ? "bridge" : $"{_options.Topics.Base}_bridge"),
            ["label"] = DiscoveryBuilder.ProgramName,
            ["thing"] = thing,
            ["thing_uid"] = ThingUid(thing),
            ["group"] = group,
            ["tag"] = SemanticTags.For(_options.Version, "NetworkAppliance")[0],
            ["icon"] = "network",
            ["items"] = new List<object?>
            {
                _items.Word("state", state.Names, _options.Topics.BridgeState, ["bridge", "state"], ThingUid(thing)),
                _items.Text("info", new Names("Information", "Informatie", "Informations", "Informationen"), _options.Topics.BridgeInfo, ["bridge", "info"], ThingUid(thing)),
            },
        };
    }

    TemplateMap Meter(ModelMeter meter)
    {
        var name = meter.Meter.HasUsualName ? "" : meter.Meter.Name;
        return new()
        {
            ["name"] = meter.Meter.Name,
            ["suffix"] = name.Length == 0 ? "" : $" ({name})",
            ["availability_topic"] = _options.Topics.MeterAvailability(meter.Meter.Name),
            ["devices"] = meter.Sorted.Select(device => Device(meter.Meter, name, device)).ToList(),
        };
    }

    TemplateMap Device(DiscoveryMeter meter, string name, DeviceSnapshot device)
    {
        var thing = _names.Thing(meter.Name, device.TopicName);
        var place = (string[])[name, device.TopicName];
        var group = _names.Item(device.TopicName.Length == 0 ? [name, "meter"] : place);
        var availability = device.TopicName.Length == 0 ? _options.Topics.MeterAvailability(meter.Name) : _options.Topics.DeviceAvailability(meter.Name, device.TopicName);
        var items = new List<object?>();
        foreach (var value in device.Values)
        {
            items.Add(_items.Value(meter, device, value, place, ThingUid(thing)));
            if (!_options.HasAttributes || value.Row.HomeAssistant?.Attributes is null || value.Key != value.Row.Id) continue;
            var id = $"{value.Key}/attributes";
            items.Add(_items.Text(id, value.Row.Names, _options.Topics.Attributes(meter.Name, device.TopicName, value.Key), [.. place, id], ThingUid(thing)));
        }
        items.Add(_items.Word(
            "availability", new Names("Availability", "Beschikbaarheid", "Disponibilité", "Verfügbarkeit"), availability, [.. place, "availability"], ThingUid(thing)));
        return new()
        {
            ["id"] = device.TopicName.Length == 0 ? Medium.MainId : device.TopicName,
            ["medium"] = device.Medium.Id,
            ["is_main"] = device.Medium.IsMain,
            ["label"] = ModelText.Clean(Label(meter, device)),
            ["thing"] = thing,
            ["thing_uid"] = ThingUid(thing),
            ["group"] = group,
            ["tag"] = SemanticTags.For(_options.Version, device.Medium.OpenHab.Tag).FirstOrDefault("Sensor"),
            ["icon"] = device.Medium.OpenHab.Icon,
            ["availability_topic"] = availability,
            ["identifier"] = NodeIds.HasOwnNumber(meter, device) ? ModelText.Clean(device.Identity) : null,
            ["items"] = items,
            ["names"] = NamesOf(items),
            ["entities"] = EntitiesOf(items),
        };
    }

    /// <summary>Item names by id, so that a template can ask for one that may not be there.</summary>
    static TemplateMap NamesOf(IEnumerable<object?> items)
    {
        var names = new TemplateMap();
        foreach (var item in items.OfType<TemplateMap>())
            names[(string)item["id"]!] = item["name"];
        return names;
    }

    /// <summary>Home Assistant's entities by id.</summary>
    static TemplateMap EntitiesOf(IEnumerable<object?> items)
    {
        var entities = new TemplateMap();
        foreach (var item in items.OfType<TemplateMap>())
        {
            if (item["home_assistant"] is TemplateMap entity) entities[(string)item["id"]!] = entity["entity_id"];
        }
        return entities;
    }

    string ThingUid(string thing) => $"mqtt:topic:{_options.Broker.Split(':')[^1]}:{thing}";

    string Label(DiscoveryMeter meter, DeviceSnapshot device)
    {
        var label = device.Medium.Names.In(_options.Language);
        var numbered = $"{device.Medium.Id}_";
        if (device.TopicName.StartsWith(numbered, StringComparison.Ordinal)) label += string.Create(CultureInfo.InvariantCulture, $" {device.TopicName[numbered.Length..]}");
        return meter.HasUsualName ? label : $"{label} ({meter.Name})";
    }
}
