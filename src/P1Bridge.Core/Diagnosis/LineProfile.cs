using System.Globalization;

namespace P1Bridge.Core.Diagnosis;

/// <summary>How a serial line is read.</summary>
/// <param name="BaudRate">Bits per second.</param>
/// <param name="IsSevenEven">7 data bits with even parity (7E1), otherwise 8 without (8N1).</param>
public readonly record struct LineProfile(int BaudRate, bool IsSevenEven)
{
    /// <summary>What meters use, the most frequent first (DSMR 5.0.2 P1 section 6.1; DSMR 2.2 and 3.0; some DSMR 4 meters).</summary>
    public static readonly IReadOnlyList<LineProfile> Standard = [new(115_200, false), new(9600, true), new(115_200, true)];

    /// <summary>Reads the text form, such as <c>9600 7E1</c>.</summary>
    public static LineProfile? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split(' ');
        var isProfile = parts.Length == 2 && parts[1] is "7E1" or "8N1";
        return isProfile && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var baudRate) && baudRate > 0
            ? new LineProfile(baudRate, parts[1] == "7E1")
            : null;
    }

    /// <summary>The text form, such as <c>115200 8N1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BaudRate} {(IsSevenEven ? "7E1" : "8N1")}");
}
