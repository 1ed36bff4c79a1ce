using System.Collections.Immutable;

namespace P1Bridge.Generation;

/// <summary>
/// Semantic tags for the openHAB that is to read them. The catalogue has those of openHAB 5; of these, 4.x knows the ones below, and an
/// item with another one would only fall out of its model.
/// </summary>
static class SemanticTags
{
    static readonly ImmutableHashSet<string> KnownTo4 =
    [
        "Alarm", "Control", "Measurement", "Setpoint", "Status", "Switch",
        "CO", "CO2", "ColorTemperature", "Current", "Duration", "Energy", "Frequency", "Gas", "Humidity", "Illuminance", "Level", "Light", "LowBattery", "Noise", "Oil",
        "Opening", "Power", "Presence", "Pressure", "Rain", "Smoke", "SoundVolume", "Temperature", "Timestamp", "Ultraviolet", "Vibration", "Voltage", "Water", "Wind",
        "HVAC", "Boiler", "NetworkAppliance", "PowerOutlet", "Battery", "Inverter", "Pump", "Sensor", "Valve", "WebService",
    ];

    static readonly ImmutableDictionary<string, string> Before5 = ImmutableDictionary.CreateRange<string, string>(
    [
        new("Calculation", "Measurement"), new("Forecast", "Measurement"),
        new("ElectricMeter", "Sensor"), new("GasMeter", "Sensor"), new("WaterMeter", "Sensor"),
    ]);

    /// <summary>The tags as that openHAB knows them; what it has nothing for is left out.</summary>
    public static ImmutableArray<string> For(OpenHabVersion version, params IEnumerable<string> tags)
        => version == OpenHabVersion.Five ? [.. tags] : [.. tags.Select(static tag => Before5.GetValueOrDefault(tag, tag)).Where(KnownTo4.Contains)];
}

/// <summary>Which openHAB the files are for.</summary>
enum OpenHabVersion
{
    /// <summary>5.0 and later.</summary>
    Five,

    /// <summary>4.3.</summary>
    FourThree,
}
