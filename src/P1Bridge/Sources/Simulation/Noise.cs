namespace P1Bridge.Sources.Simulation;

/// <summary>What a random number is for; numbers of different streams have nothing to do with each other.</summary>
enum NoiseStream
{
    Flicker,
    Activity,
    Temperature,
    Cloudiness,
    Cloud,
    Voltage,
    Kitchen,
    Laundry,
    Car,
    Water,
    Cooling,
    Meter,
    History,
}

/// <summary>
/// Repeatable randomness: seed, stream and position give a number, without a state that has to be carried on. Any moment of the house
/// can therefore be computed without those before it.
/// </summary>
readonly struct Noise(int seed)
{
    /// <summary>0 up to 1, evenly spread.</summary>
    public double Unit(NoiseStream stream, long position)
        => (Mix(unchecked(Mix((ulong)(uint)seed << 8 | (uint)stream) + (ulong)position)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number between two limits, evenly spread.</summary>
    public double Between(NoiseStream stream, long position, double low, double high) => low + Unit(stream, position) * (high - low);

    /// <summary>A whole number from <paramref name="low"/> up to, but not, <paramref name="high"/>.</summary>
    public int Whole(NoiseStream stream, long position, int low, int high) => (int)Between(stream, position, low, high);

    /// <summary>-1 to 1, wandering without jumps from one random point to the next every <paramref name="period"/> seconds.</summary>
    public double Smooth(NoiseStream stream, long second, int period)
    {
        // The period stands in the position too, so that slow and fast waves of one stream differ.
        var (point, rest) = Math.DivRem(second, period);
        var (salt, part) = ((long)period << 40, rest / (double)period);
        var (from, to) = (Unit(stream, salt + point), Unit(stream, salt + point + 1));
        return 2 * (from + (to - from) * part * part * (3 - 2 * part)) - 1;
    }

    /// <summary>The finaliser of SplitMix64: every bit of the input changes half of the output's.</summary>
    static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
