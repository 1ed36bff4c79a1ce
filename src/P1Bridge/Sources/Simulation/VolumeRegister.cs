using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>A gas or water meter on an M-Bus channel: it counts all the time, the electricity meter hears from it every five minutes.</summary>
sealed class VolumeRegister
{
    const int Interval = 300;
    const int CubicCentimetresPerLitre = 1000;

    readonly int _shift;
    long _cubicCentimetres;

    /// <summary>Begins with what the meter has counted; <paramref name="shift"/> is when in the five minutes it is heard of.</summary>
    public VolumeRegister(long litres, int shift, long second)
    {
        _cubicCentimetres = litres * CubicCentimetresPerLitre;
        _shift = shift;
        Capture(second - (second - shift) % Interval);
    }

    /// <summary>The reading heard last, in cubic metres with three decimals.</summary>
    public FixedPoint Captured { get; private set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset CapturedAt { get; private set; }

    /// <summary>Adds what flowed in the second that ended at <paramref name="second"/>.</summary>
    public void Add(int cubicCentimetres, long second)
    {
        _cubicCentimetres += cubicCentimetres;
        if ((second - _shift) % Interval == 0) Capture(second);
    }

    void Capture(long second)
    {
        Captured = new FixedPoint(_cubicCentimetres / CubicCentimetresPerLitre, 3);
        CapturedAt = MeterClock.At(second);
    }
}
