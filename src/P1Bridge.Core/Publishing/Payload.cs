using System.Globalization;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;

namespace P1Bridge.Core.Publishing;

/// <summary>Readings as texts: the meter's digits, lower-case words, ISO 8601 times with offset.</summary>
public static class Payload
{
    /// <summary>The text of a good reading that is one value.</summary>
    public static string Of(Measurement row, in Reading reading)
        => reading.Text
           ?? (row.Part == ValuePart.Time || row.Kind == ValueKind.Timestamp ? Of(reading.Time!.Value) : reading.Number.ToString());

    /// <summary>A time with its offset, to the second.</summary>
    public static string Of(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>
    /// The month a peak belongs to: it is closed at 00:00 on the first of the next month (e-MUCS P1 1.7.1).
    /// </summary>
    public static string MonthOf(in MonthlyPeak peak) => peak.ClosedAt.AddSeconds(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
