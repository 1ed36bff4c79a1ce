using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using P1Bridge.HomeAssistant;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What Home Assistant accepts, from tests/data/ha-sensor-rules.json: finds what it would refuse, drop or warn about.</summary>
static partial class SensorRules
{
    static readonly JsonObject Rules = JsonNode.Parse(File.ReadAllText(Repository.PathOf("tests", "data", "ha-sensor-rules.json")))!.AsObject();

    static JsonObject Mqtt => Rules["mqtt"]!.AsObject();

    /// <summary>Every finding, as a sentence; none is right.</summary>
    public static IEnumerable<string> Findings(DiscoveryMessage message, string prefix = "homeassistant")
    {
        if (!message.Topic.StartsWith($"{prefix}/", StringComparison.Ordinal) || !DiscoveryTopic().IsMatch(message.Topic[(prefix.Length + 1)..]))
            yield return $"topic '{message.Topic}' is illegal";
        var payload = message.Json();
        var (device, origin, components) = (payload["device"]!.AsObject(), payload["origin"]!.AsObject(), payload["components"]!.AsObject());
        foreach (var text in UnknownKeys(payload, "device_discovery_keys").Concat(UnknownKeys(device, "device_keys")).Concat(UnknownKeys(origin, "origin_keys")))
            yield return text;
        foreach (var text in AvailabilityFindings(payload)) yield return text;
        if (device["identifiers"]!.AsArray().Count == 0) yield return "the device has no identifier";
        if (string.IsNullOrWhiteSpace((string?)device["name"])) yield return "the device has no name";
        if (!Uri.TryCreate((string?)origin["support_url"], UriKind.Absolute, out var url) || url.Scheme != "https") yield return "the support url is not absolute";
        if (components.Count == 0) yield return "there are no components";
        foreach (var (id, component) in components)
        {
            foreach (var text in ComponentFindings(id, component!.AsObject(), (string)device["name"]!)) yield return $"{id}: {text}";
        }
    }

    static IEnumerable<string> UnknownKeys(JsonObject json, string keys)
        => json.Select(static pair => pair.Key).Where(key => !Mqtt[keys]!.AsObject().ContainsKey(key)).Select(key => $"key '{key}' is not one of {keys}");

    static IEnumerable<string> AvailabilityFindings(JsonObject json)
    {
        foreach (var item in json["availability"]?.AsArray() ?? [])
        {
            foreach (var text in UnknownKeys(item!.AsObject(), "availability_item_keys")) yield return text;
        }
        if (json.ContainsKey("availability") && json.ContainsKey("availability_topic")) yield return "availability is given twice";
        if ((string?)json["availability_mode"] is { } mode && mode is not ("all" or "any" or "latest")) yield return $"mode '{mode}' is unknown";
    }

    static IEnumerable<string> ComponentFindings(string id, JsonObject component, string deviceName)
    {
        var platform = (string)component["platform"]!;
        if (Mqtt["platform_keys"]![platform] is not JsonObject known)
        {
            yield return $"platform '{platform}' is unknown";
            yield break;
        }
        foreach (var (key, _) in component)
        {
            if (key != "platform" && !known.ContainsKey(key)) yield return $"key '{key}' is dropped for a {platform}";
            if (key is "expire_after" or "force_update" or "object_id") yield return $"key '{key}' is not to be used";
        }
        foreach (var key in known.Where(static pair => (bool)pair.Value!["required"]!).Select(static pair => pair.Key).Append("unique_id"))
        {
            if (!component.ContainsKey(key)) yield return $"key '{key}' is missing";
        }
        if (!ComponentId().IsMatch(id)) yield return "the component id is illegal";
        if (!EntityId().IsMatch((string)component["default_entity_id"]!)) yield return $"'{component["default_entity_id"]}' is no entity id";
        if (!((string)component["default_entity_id"]!).StartsWith($"{platform}.", StringComparison.Ordinal)) yield return "the entity id has another domain";
        var name = (string?)component["name"];
        if (string.IsNullOrWhiteSpace(name) || name.StartsWith(deviceName, StringComparison.OrdinalIgnoreCase)) yield return $"name '{name}' is empty or repeats the device's";
        if ((string?)component["entity_category"] is not (null or "diagnostic")) yield return "the entity category is not allowed";
        foreach (var text in AvailabilityFindings(component)) yield return text;
        foreach (var text in platform == "sensor" ? SensorFindings(component) : BinarySensorFindings(component)) yield return text;
    }

    static IEnumerable<string> BinarySensorFindings(JsonObject component)
    {
        var classes = Rules["binary_sensor"]!["device_classes"]!.AsArray().Select(static item => (string)item!);
        if ((string?)component["device_class"] is { } deviceClass && !classes.Contains(deviceClass)) yield return $"device class '{deviceClass}' is unknown";
    }

    static IEnumerable<string> SensorFindings(JsonObject component)
    {
        var (deviceClass, stateClass, unit) = ((string?)component["device_class"], (string?)component["state_class"], (string?)component["unit_of_measurement"]);
        var isEnum = deviceClass == "enum";
        if (isEnum != component["options"] is JsonArray { Count: > 0 }) yield return "class enum and options belong together";
        if (isEnum && (stateClass ?? unit) is not null) yield return "an enum has neither state class nor unit";
        if (stateClass is not null && !Rules["sensor"]!["state_classes"]!.AsArray().Any(item => (string?)item == stateClass)) yield return $"state class '{stateClass}' is unknown";
        if (deviceClass is null)
        {
            if (stateClass is null && unit is not null) yield return "a unit without a class";
            yield break;
        }
        if (Rules["sensor"]!["device_classes"]![deviceClass] is not JsonObject rule)
        {
            yield return $"device class '{deviceClass}' is unknown";
            yield break;
        }
        if (rule["units"] is JsonArray units && !units.Any(item => (string?)item == unit)) yield return $"unit '{unit}' is not one of {deviceClass}";
        if (rule["units"] is null && unit is not null) yield return $"'{deviceClass}' has no unit";
        if (rule["state_classes"] is JsonArray classes && stateClass is not null && !classes.Any(item => (string?)item == stateClass))
            yield return $"state class '{stateClass}' is not one of {deviceClass}";
        var isNumeric = (bool)rule["numeric"]!;
        if (isNumeric && stateClass is null) yield return "a number without state class has no statistics";
        if (!isNumeric && component.ContainsKey("suggested_display_precision")) yield return "a precision makes it a number";
    }

    [GeneratedRegex("^device/[a-zA-Z0-9_-]+/config$")]
    private static partial Regex DiscoveryTopic();

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex ComponentId();

    [GeneratedRegex(@"^(?!.+__)(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$")]
    private static partial Regex EntityId();
}
