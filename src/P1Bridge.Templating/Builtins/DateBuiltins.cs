using System.Globalization;
using P1Bridge.Templating.Values;

namespace P1Bridge.Templating.Builtins;

/// <summary><c>date.*</c> on given dates. There is no clock: what is rendered depends on the model alone.</summary>
static class DateBuiltins
{
    static readonly string[] Days = ["yyyy-M-d", "yyyy/M/d"];
    static readonly string[] Times = ["", " H:m", " H:m:s", " H:m:s.FFF", "TH:m", "TH:m:s", "TH:m:s.FFF"];
    static readonly string[] Formats = [.. from day in Days from time in Times select day + time.Replace("T", "'T'", StringComparison.Ordinal)];

    public static readonly Builtin[] All =
    [
        new("parse text", static a => a.IsNull(0) ? null : Parse(a.Text(0))),
        new("to_string datetime pattern", static a => a.IsNull(0) ? null : DateFormat.Write(a.Date(0), a.Needed(1))),
        new("add_days date days", static a => Add(a, TimeSpan.TicksPerDay)),
        new("add_hours date hours", static a => Add(a, TimeSpan.TicksPerHour)),
        new("add_minutes date minutes", static a => Add(a, TimeSpan.TicksPerMinute)),
        new("add_seconds date seconds", static a => Add(a, TimeSpan.TicksPerSecond)),
        new("add_milliseconds date millis", static a => Add(a, TimeSpan.TicksPerMillisecond)),
        new("add_months date months", static a => InCalendar(() => a.Date(0).AddMonths(a.Int(1)))),
        new("add_years date years", static a => InCalendar(() => a.Date(0).AddYears(a.Int(1)))),
    ];

    /// <summary>The parts of a date; null for a name that is none of them.</summary>
    public static object? Member(DateTime date, string name) => name switch
    {
        "year" => (long)date.Year,
        "month" => (long)date.Month,
        "day" => (long)date.Day,
        "hour" => (long)date.Hour,
        "minute" => (long)date.Minute,
        "second" => (long)date.Second,
        "millisecond" => (long)date.Millisecond,
        "day_of_year" => (long)date.DayOfYear,
        _ => null,
    };

    static DateTime Parse(string text)
        => DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var date)
            ? date
            : throw ValueException.Refuse("A date that is not written as 2025-01-31 or 2025-01-31 12:30:00, without a time zone,");

    static DateTime Add(Given a, long ticks)
    {
        var amount = Arithmetic.ToDouble(a.Number(1)) * ticks;
        if (!(Math.Abs(amount) < long.MaxValue)) throw new ValueException("The date is beyond the calendar.");
        return InCalendar(() => a.Date(0).AddTicks((long)amount));
    }

    static DateTime InCalendar(Func<DateTime> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new ValueException("The date is beyond the calendar.");
        }
    }
}
