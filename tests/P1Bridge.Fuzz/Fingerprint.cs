using System.Globalization;
using System.Text;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;

namespace P1Bridge.Fuzz;

/// <summary>Everything a telegram says, as one text: equal texts, equal readings.</summary>
static class Fingerprint
{
    public static string Of(ReadingSet readings)
    {
        var text = new StringBuilder(2048);
        text.Append(CultureInfo.InvariantCulture, $"{Stamp(readings.Clock)} {readings.Objects} {readings.Duplicates} {readings.HasVersionOrClock}\n");
        foreach (var meter in readings.Meters)
        {
            text.Append(CultureInfo.InvariantCulture, $"{meter.Medium.Id} {meter.Channel} {meter.EquipmentIdentifier} {meter.Market?.Id} {meter.IsDeltaGrid} {Stamp(meter.CapturedAt)}\n");
            foreach (var row in meter.Rows)
                Append(text, row, meter[row]);
        }
        return text.ToString();
    }

    /// <summary>The first line that differs, for people.</summary>
    public static string Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var at = left.Zip(right).TakeWhile(static pair => pair.First == pair.Second).Count();
        return $"'{right.ElementAtOrDefault(at)}', not '{left.ElementAtOrDefault(at)}'";
    }

    static void Append(StringBuilder text, Measurement row, in Reading reading)
    {
        if (reading.State == ReadingState.Absent) return;
        text.Append(row.Id).Append(' ').Append(reading.State).Append(' ').Append(reading.Issue).Append(' ')
            .Append(reading.Number.Mantissa).Append('e').Append(reading.Number.Decimals).Append(' ').Append(reading.Text).Append(' ').Append(Stamp(reading.Time));
        for (var i = 0; i < reading.Peaks?.Count; i++)
            text.Append(' ').Append(reading.Peaks[i].ToString());
        text.Append('\n');
    }

    /// <summary>
    /// A stamp without letter in the repeated hour of autumn may mean either pass, and a reader that saw the hour before knows which: there
    /// only the wall clock is compared.
    /// </summary>
    static string Stamp(DateTimeOffset? time) => time switch
    {
        null => "-",
        { Month: 10, Day: >= 25, Hour: 2 } repeated => repeated.DateTime.ToString("s", CultureInfo.InvariantCulture),
        { } other => other.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
    };
}
