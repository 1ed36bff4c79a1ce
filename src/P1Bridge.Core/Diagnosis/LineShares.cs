namespace P1Bridge.Core.Diagnosis;

/// <summary>How the bytes of a sample are distributed. Shares are 0 to 1.</summary>
/// <param name="Count">Number of bytes.</param>
/// <param name="Zero">Share of 00.</param>
/// <param name="High">Share with bit 7 set.</param>
/// <param name="Odd">Share with bit 0 set.</param>
/// <param name="Text">Share of printable ASCII, CR and LF.</param>
/// <param name="Alike">Chance that two bytes are the same: 1/256 in noise, ten times that in anything made from text.</param>
public readonly record struct LineShares(int Count, double Zero, double High, double Odd, double Text, double Alike)
{
    /// <summary>Measures <paramref name="bytes"/>.</summary>
    public static LineShares Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return default;
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        foreach (var value in bytes)
            histogram[value]++;
        double count = bytes.Length;
        var (high, odd, text, pairs) = (0, 0, 0, 0.0);
        for (var value = 0; value < histogram.Length; value++)
        {
            var times = histogram[value];
            if (value >= 0x80) high += times;
            if ((value & 1) != 0) odd += times;
            if (value is (>= ' ' and <= '~') or '\r' or '\n') text += times;
            pairs += times * (times - 1.0);
        }
        return new LineShares(bytes.Length, histogram[0] / count, high / count, odd / count, text / count, count < 2 ? 0 : pairs / (count * (count - 1)));
    }
}
