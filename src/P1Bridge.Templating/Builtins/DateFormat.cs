using System.Globalization;
using System.Text;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary>Dates as text: letters behind a percent sign stand for parts of the date.</summary>
static class DateFormat
{
    /// <summary>How a date is written that is not formatted.</summary>
    public const string Default = "%d %b %Y";

    public static string Write(DateTime date, string pattern)
    {
        var result = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length) result.Append(pattern[i]);
            else result.Append(Part(date, pattern[++i]) ?? throw ValueException.Refuse($"`%{pattern[i]}` in a date"));
        }
        return result.ToString();
    }

    static string? Part(DateTime date, char letter) => letter switch
    {
        'a' => Net(date, "ddd"),
        'A' => Net(date, "dddd"),
        'b' or 'h' => Net(date, "MMM"),
        'B' => Net(date, "MMMM"),
        'c' => Write(date, "%a %b %d %H:%M:%S %Y"),
        'C' => Number(date.Year / 100, "00"),
        'd' => Net(date, "dd"),
        'D' => Net(date, "MM'/'dd'/'yy"),
        'e' => Number(date.Day, "0").PadLeft(2),
        'F' => Net(date, "yyyy'-'MM'-'dd"),
        'H' => Net(date, "HH"),
        'I' => Net(date, "hh"),
        'j' => Number(date.DayOfYear, "000"),
        'k' => Number(date.Hour, "0").PadLeft(2),
        'l' => Number((date.Hour + 11) % 12 + 1, "0").PadLeft(2),
        'L' => Net(date, "fff"),
        'm' => Net(date, "MM"),
        'M' => Net(date, "mm"),
        'n' => "\n",
        'p' => Net(date, "tt"),
        'P' => Net(date, "tt").ToLowerInvariant(),
        'r' => Net(date, "hh':'mm':'ss tt"),
        'R' => Net(date, "HH':'mm"),
        'S' => Net(date, "ss"),
        't' => "\t",
        'T' => Net(date, "HH':'mm':'ss"),
        'u' => Number(((int)date.DayOfWeek + 6) % 7 + 1, "0"),
        'V' => Number(ISOWeek.GetWeekOfYear(date), "00"),
        'w' => Number((int)date.DayOfWeek, "0"),
        'y' => Net(date, "yy"),
        'Y' => Net(date, "yyyy"),
        '%' => "%",
        _ => null,
    };

    static string Net(DateTime date, string format) => date.ToString(format, CultureInfo.InvariantCulture);

    static string Number(int value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
