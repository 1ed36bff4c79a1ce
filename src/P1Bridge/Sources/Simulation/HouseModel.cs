namespace P1Bridge.Sources.Simulation;

/// <summary>One phase as the meter shows it: watts (below zero to the grid), tenths of a volt, hundredths of an ampere.</summary>
readonly record struct Phase(int Watts, int Decivolts, int Centiamperes);

/// <summary>
/// The meters of the simulated house: integrates what flows, second by second, as the registers of a real meter do. No I/O and no clock of
/// its own. The day of the start is lived through from its midnight on, so that a house started twice on one day shows the same.
/// </summary>
sealed class HouseModel
{
    /// <summary>Grid and house line together: what a phase loses per ampere, in ohms.</summary>
    const double LineResistance = 0.28;

    /// <summary>Summer time begins and ends on a whole quarter, so the offset is looked up that often.</summary>
    const int OffsetHolds = MeterClock.QuarterSeconds;

    const int SecondsOfHour = 3600;

    readonly Noise _noise;
    readonly HouseLoad _load;
    readonly HouseKind _kind;
    readonly long[] _wattSeconds = new long[4];
    long _second;
    Flows _flows;

    /// <summary>Starts the house; a fraction of a second of <paramref name="start"/> is cut off.</summary>
    public HouseModel(int seed, DateTimeOffset start, HouseKind kind = default)
    {
        Seed = seed;
        _kind = kind;
        _noise = new Noise(seed);
        _load = new HouseLoad(_noise, kind);
        var midnight = MeterClock.Midnight(MeterClock.At(start).Date);
        _second = midnight.ToUnixTimeSeconds();
        Time = midnight;
        var past = new HousePast(_noise);
        var date = midnight.Date;
        _wattSeconds[0] = past.Thousandths(0, date, 1920, 0.5) * SecondsOfHour;
        _wattSeconds[1] = past.Thousandths(1, date, 3780, 0.3) * SecondsOfHour;
        _wattSeconds[2] = past.Thousandths(2, date, 2590, -0.7) * SecondsOfHour;
        _wattSeconds[3] = past.Thousandths(3, date, 890, -0.7) * SecondsOfHour;
        Gas = new VolumeRegister(past.Thousandths(4, date, 1230, 0.85), 3, _second);
        Water = new VolumeRegister(past.Thousandths(5, date, 113, 0), 72, _second);
        Heat = new VolumeRegister(past.Thousandths(6, date, 41, 0.85), 149, _second);
        WarmWater = new VolumeRegister(past.Thousandths(7, date, 38, 0), 211, _second);
        var (peak, peakTime) = past.MonthSoFar(midnight);
        Demand = new DemandRegister(past.History(midnight), peak, peakTime);
        _flows = _load.At(Time, _second - 1);
        AdvanceTo(start);
    }

    /// <summary>Which house it is.</summary>
    public int Seed { get; }

    /// <summary>The meter's clock.</summary>
    public DateTimeOffset Time { get; private set; }

    /// <summary>Net power of all phases in the second that ended now, in watts; below zero to the grid.</summary>
    public int NetWatts => _flows.Net;

    /// <summary>Whether register 1 counts now; otherwise register 2.</summary>
    public bool IsDayTariff => MeterClock.IsDayTariff(Time);

    /// <summary>The capacity-tariff registers.</summary>
    public DemandRegister Demand { get; }

    /// <summary>The gas meter.</summary>
    public VolumeRegister Gas { get; }

    /// <summary>The water meter.</summary>
    public VolumeRegister Water { get; }

    /// <summary>The meter of district heat, in GJ.</summary>
    public VolumeRegister Heat { get; }

    /// <summary>The warm water meter.</summary>
    public VolumeRegister WarmWater { get; }

    /// <summary>Imported energy of tariff 1 or 2, whole watt-hours.</summary>
    public long ImportWattHours(int tariff) => _wattSeconds[tariff - 1] / SecondsOfHour;

    /// <summary>Exported energy of tariff 1 or 2, whole watt-hours.</summary>
    public long ExportWattHours(int tariff) => _wattSeconds[tariff + 1] / SecondsOfHour;

    /// <summary>Phase 0, 1 or 2. The voltage sags with what it draws; the current has no sign.</summary>
    public Phase PhaseOf(int phase)
    {
        // Without neutral, the second conductor is what the others are measured against (e-MUCS P1 1.7.1, notes 5 and 6).
        if (_kind.Wiring == Wiring.Delta && phase == 1) return default;
        var watts = phase switch { 0 => _flows.L1, 1 => _flows.L2, _ => _flows.L3 };
        var idle = 234.2 - phase * 0.6 + 2.2 * _noise.Smooth(NoiseStream.Voltage, _second, 1800);
        var quick = 0.35 * _noise.Between(NoiseStream.Voltage, _second * 3 + phase, -1, 1);
        var decivolts = (int)Math.Round(10 * (idle + quick - LineResistance * watts / idle));
        return new Phase(watts, decivolts, (int)Math.Round(Math.Abs(watts) * 1000.0 / decivolts));
    }

    /// <summary>Lives on until the meter's clock shows <paramref name="time"/>; an earlier time changes nothing.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        for (var end = time.ToUnixTimeSeconds(); _second < end;)
            Advance();
    }

    /// <summary>Lives on for one second.</summary>
    public void Advance()
    {
        var tariff = IsDayTariff ? 0 : 1;
        _flows = _load.At(Time, _second);
        _second++;
        Time = _second % OffsetHolds == 0 ? MeterClock.At(_second) : Time.AddSeconds(1);
        var net = _flows.Net;
        if (net >= 0) _wattSeconds[tariff] += net;
        else _wattSeconds[tariff + 2] -= net;
        Demand.Add(Math.Max(0, net), Time);
        Gas.Add(_flows.Gas, _second);
        Water.Add(_flows.Water, _second);
        Heat.Add(_flows.Heat, _second);
        WarmWater.Add(_flows.WarmWater, _second);
    }
}
