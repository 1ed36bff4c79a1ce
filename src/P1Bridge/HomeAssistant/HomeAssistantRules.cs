using System.Collections.Immutable;
using System.Text.Json;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// What Home Assistant accepts, from <c>config/homeassistant-rules.json</c>. It would refuse an entity that breaks these rules, or show it
/// without statistics, with a line in a log that nobody reads; here it stops the start.
/// </summary>
sealed class HomeAssistantRules
{
    const string ResourceName = "homeassistant-rules.json";

    readonly Dictionary<string, SensorClass> _sensors;
    readonly ImmutableArray<string> _binarySensors;
    readonly ImmutableArray<string> _stateClasses;

    HomeAssistantRules(JsonElement root)
    {
        var sensor = root.GetProperty("sensor");
        _sensors = sensor.GetProperty("device_classes").EnumerateObject().ToDictionary(static pair => pair.Name, static pair => SensorClass.Read(pair.Value));
        _stateClasses = [.. Texts(sensor.GetProperty("state_classes")).OfType<string>()];
        _binarySensors = [.. Texts(root.GetProperty("binary_sensor").GetProperty("device_classes")).OfType<string>()];
    }

    /// <summary>Reads the rules; they are needed at the start only, so nobody keeps them.</summary>
    public static HomeAssistantRules Load()
    {
        using var document = JsonDocument.Parse(CatalogueLoader.ResourceText(ResourceName));
        return new HomeAssistantRules(document.RootElement);
    }

    /// <summary>What is wrong with an entity, with the allowed values; null when nothing is.</summary>
    public string? ProblemOf(HomeAssistantEntity entity)
        => entity.Platform == "binary_sensor" ? ProblemOfBinarySensor(entity) : entity.DeviceClass is null ? ProblemWithoutClass(entity) : ProblemOfSensor(entity, entity.DeviceClass);

    /// <summary>
    /// The device classes that an entity could have: those that take its unit and its state class. A text or a time is what it is.
    /// </summary>
    public IEnumerable<string> ClassesFor(HomeAssistantEntity entity)
    {
        if (entity.Platform == "binary_sensor") return _binarySensors.Order(StringComparer.Ordinal);
        if (entity.StateClass is null) return entity.DeviceClass is { } own ? [own] : [];
        return _sensors.Keys.Where(name => _sensors[name].IsNumeric && ProblemOf(entity with { DeviceClass = name }) is null).Order(StringComparer.Ordinal);
    }

    string? ProblemOfBinarySensor(HomeAssistantEntity entity)
    {
        if (entity.DeviceClass is { } deviceClass && !_binarySensors.Contains(deviceClass))
            return $"device class '{deviceClass}' is unknown for a binary_sensor; {OneOf(_binarySensors)}";
        return (entity.StateClass ?? entity.Unit) is null ? null : "a binary_sensor has neither state class nor unit";
    }

    string? ProblemWithoutClass(HomeAssistantEntity entity)
    {
        if (entity.StateClass is { } stateClass && !_stateClasses.Contains(stateClass)) return $"state class '{stateClass}' is unknown; {OneOf(_stateClasses)}";
        return entity.Unit is not null && entity.StateClass is null ? $"unit '{entity.Unit}' needs a state class, or there are no statistics; {OneOf(_stateClasses)}" : null;
    }

    string? ProblemOfSensor(HomeAssistantEntity entity, string deviceClass)
    {
        if (!_sensors.TryGetValue(deviceClass, out var rule)) return $"device class '{deviceClass}' is unknown for a sensor; {OneOf(_sensors.Keys)}";
        if (!rule.Takes(entity.Unit))
        {
            var found = entity.Unit is null ? "no unit" : $"unit '{entity.Unit}'";
            return rule.Units.Length == 0 ? $"device class '{deviceClass}' has no unit, found {found}" : $"device class '{deviceClass}' does not take {found}; {OneOf(rule.Units.Select(static unit => unit ?? "none"))}";
        }
        if (entity.StateClass is { } stateClass && !rule.StateClasses.Contains(stateClass))
            return $"device class '{deviceClass}' does not take state class '{stateClass}'; {(rule.StateClasses.Length == 0 ? "expected none" : OneOf(rule.StateClasses))}";
        if (rule.IsNumeric && entity.StateClass is null) return $"a number of device class '{deviceClass}' needs a state class, or there are no statistics; {OneOf(rule.StateClasses)}";
        return rule.IsNumeric || entity.Precision is null ? null : $"device class '{deviceClass}' is no number and has no precision";
    }

    static string OneOf(IEnumerable<string> names) => $"expected one of {string.Join(", ", names.Order(StringComparer.Ordinal))}";

    static IEnumerable<string?> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(static item => item.GetString()) : [];

    /// <param name="Units">The units it takes, null among them where it may have none; empty: it has none.</param>
    /// <param name="StateClasses">The state classes it takes.</param>
    /// <param name="IsNumeric">Whether its states are numbers.</param>
    sealed record SensorClass(ImmutableArray<string?> Units, ImmutableArray<string> StateClasses, bool IsNumeric)
    {
        public static SensorClass Read(JsonElement json) => new(
            [.. Texts(json.GetProperty("units"))], [.. Texts(json.GetProperty("state_classes")).OfType<string>()], json.GetProperty("numeric").GetBoolean());

        public bool Takes(string? unit) => Units.Length == 0 ? unit is null : Units.Contains(unit);
    }
}
