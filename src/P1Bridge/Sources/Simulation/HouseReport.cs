using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>Names a catalogue row: by its role where the row only steers the reading, else by its id.</summary>
readonly record struct ValueKey(string Id, MeasurementRole Role)
{
    /// <summary>The key of a row.</summary>
    public static ValueKey Of(Measurement row)
        => row.Role is MeasurementRole.None or MeasurementRole.ReferencePhaseVoltage or MeasurementRole.LastPhaseVoltage ? new(row.Id, MeasurementRole.None) : new("", row.Role);

    public static implicit operator ValueKey(string id) => new(id, MeasurementRole.None);

    public static implicit operator ValueKey(MeasurementRole role) => new("", role);
}

/// <summary>What one physical meter has to say, in the order in which it says it.</summary>
/// <param name="Medium">What it measures.</param>
/// <param name="Channel">Its M-Bus channel; 0 for the P1 meter itself.</param>
/// <param name="Values">Values by row; absent ones are rows that this meter does not send.</param>
sealed record SimulatedMeter(string Medium, byte Channel, IReadOnlyList<(ValueKey Key, Reading Reading)> Values);

/// <summary>The house's meters as readings: what the bridge should read out of the telegram.</summary>
static class HouseReport
{
    const int GasType = 3;
    const int WaterType = 7;
    const int HeatType = 4;
    const int WarmWaterType = 6;

    /// <summary>The P1 meter first, then gas on channel 1 and water on channel 2.</summary>
    public static IReadOnlyList<SimulatedMeter> Of(HouseModel house) =>
    [
        new(Medium.MainId, 0, [.. Identity(house), .. Energy(house), .. Capacity(house.Demand), .. Power(house), .. Switches()]),
        new("gas", 1, [.. SubMeter(house, GasType), ("valve", Reading.Of("open")), ("volume", Volume(house.Gas))]),
        new("water", 2, [.. SubMeter(house, WaterType), ("valve", default), ("volume", Volume(house.Water))]),
    ];

    /// <summary>Every reading there is, by medium, for meters whose telegrams say what belongs in them.</summary>
    public static Dictionary<(string Medium, ValueKey Key), Reading> Everything(HouseModel house)
    {
        var meters = Of(house).Append(new("heat", 0, [.. SubMeter(house, HeatType), ("energy", Volume(house.Heat))]))
            .Append(new("warm_water", 0, [.. SubMeter(house, WarmWaterType), ("volume", Volume(house.WarmWater))]))
            .Append(new(Medium.MainId, 0, [.. Sums(house)]));
        // Versions and what is switched off differ from profile to profile: those stand in their telegrams.
        return meters
            .SelectMany(static meter => meter.Values.Select(value => (Name: (meter.Medium, value.Key), value.Reading)))
            .Where(static value => value.Reading.IsGood && value.Reading.Text != Reading.NoneWord && value.Name.Key.Role is not (MeasurementRole.Version or MeasurementRole.DeviceType))
            .ToDictionary(static value => value.Name, static value => value.Reading);
    }

    static IEnumerable<(ValueKey, Reading)> Sums(HouseModel house) =>
    [
        ("energy_import", Thousandths(house.ImportWattHours(1) + house.ImportWattHours(2))),
        ("energy_export", Thousandths(house.ExportWattHours(1) + house.ExportWattHours(2))),
    ];

    static IEnumerable<(ValueKey, Reading)> Identity(HouseModel house) =>
    [
        (MeasurementRole.Version, Reading.Of("50217")),
        (MeasurementRole.EquipmentIdentifier, Reading.Of(Identifier(house, 1))),
        (MeasurementRole.Clock, new Reading { State = ReadingState.Good, Time = house.Time }),
    ];

    static IEnumerable<(ValueKey, Reading)> Energy(HouseModel house) =>
    [
        ("energy_import_tariff_1", Thousandths(house.ImportWattHours(1))),
        ("energy_import_tariff_2", Thousandths(house.ImportWattHours(2))),
        ("energy_export_tariff_1", Thousandths(house.ExportWattHours(1))),
        ("energy_export_tariff_2", Thousandths(house.ExportWattHours(2))),
        ("tariff", Reading.Of(new FixedPoint(house.IsDayTariff ? 1 : 2, 0))),
    ];

    static IEnumerable<(ValueKey, Reading)> Capacity(DemandRegister demand) =>
    [
        ("demand", Reading.Of(demand.Demand)),
        ("peak_month", Reading.Of(demand.Peak) with { Time = demand.PeakTime }),
        ("peaks", new Reading { State = ReadingState.Good, Peaks = demand.History }),
    ];

    static IEnumerable<(ValueKey, Reading)> Power(HouseModel house)
    {
        Phase[] phases = [house.PhaseOf(0), house.PhaseOf(1), house.PhaseOf(2)];
        yield return ("power_import", Thousandths(Math.Max(0, house.NetWatts)));
        yield return ("power_export", Thousandths(Math.Max(0, -house.NetWatts)));
        for (var i = 0; i < phases.Length; i++)
            yield return ($"power_import_l{i + 1}", Thousandths(Math.Max(0, phases[i].Watts)));
        for (var i = 0; i < phases.Length; i++)
            yield return ($"power_export_l{i + 1}", Thousandths(Math.Max(0, -phases[i].Watts)));
        for (var i = 0; i < phases.Length; i++)
            yield return ($"voltage_l{i + 1}", Reading.Of(new FixedPoint(phases[i].Decivolts, 1)));
        for (var i = 0; i < phases.Length; i++)
            yield return ($"current_l{i + 1}", Reading.Of(new FixedPoint(phases[i].Centiamperes, 2)));
    }

    static IEnumerable<(ValueKey, Reading)> Switches() =>
    [
        ("breaker", Reading.Of("closed")),
        ("limiter", Reading.Of(Reading.NoneWord)),
        ("fuse", Reading.Of(Reading.NoneWord)),
        ("message", Reading.Of(Reading.NoneWord)),
    ];

    static IEnumerable<(ValueKey, Reading)> SubMeter(HouseModel house, int deviceType) =>
    [
        (MeasurementRole.DeviceType, Reading.Of(new FixedPoint(deviceType, 0))),
        (MeasurementRole.EquipmentIdentifier, Reading.Of(Identifier(house, deviceType))),
    ];

    /// <summary>Invented like those of the test telegrams: kind of meter (DIN 43863-5), three letters, a run of 9999, the house.</summary>
    static string Identifier(HouseModel house, int kind)
        => string.Create(CultureInfo.InvariantCulture, $"{kind}SIM9999{(uint)house.Seed % 1_000_000:D6}");

    static Reading Volume(VolumeRegister register) => Reading.Of(register.Captured) with { Time = register.CapturedAt };

    static Reading Thousandths(long value) => Reading.Of(new FixedPoint(value, 3));
}
