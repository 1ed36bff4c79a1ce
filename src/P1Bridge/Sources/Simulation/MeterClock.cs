using System.Globalization;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Sources.Simulation;

/// <summary>The clock of a Belgian meter: Central European time with its offset, by rule and without time zone data.</summary>
static class MeterClock
{
    /// <summary>Seconds of the quarter-hour of the capacity tariff.</summary>
    public const int QuarterSeconds = 900;

    static readonly TimeSpan Winter = TimeSpan.FromHours(1);
    static readonly TimeSpan Summer = TimeSpan.FromHours(2);

    /// <summary>A moment as the meter shows it, whole seconds.</summary>
    public static DateTimeOffset At(DateTimeOffset moment) => At(moment.ToUnixTimeSeconds());

    /// <summary>A moment in seconds since 1970 (UTC) as the meter shows it.</summary>
    public static DateTimeOffset At(long second)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(second);
        return moment.ToOffset(OffsetAt(moment.UtcDateTime));
    }

    /// <summary>The start of a day; midnight is never in the hours that summer time skips or repeats.</summary>
    public static DateTimeOffset Midnight(DateTime date) => new(date, MeterTime.CentralEuropeanOffset(date));

    /// <summary>The stamp of a telegram: <c>YYMMDDhhmmss</c> and S or W.</summary>
    public static string Stamp(DateTimeOffset time)
    {
        var local = At(time);
        return local.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture) + (local.Offset == Summer ? "S" : "W");
    }

    /// <summary>The stamp of a reading that was taken on the hour before <paramref name="time"/>, without the letter.</summary>
    public static string HourStamp(DateTimeOffset time) => At(time).ToString("yyMMddHH'0000'", CultureInfo.InvariantCulture);

    /// <summary>Whether register 1 (day) counts: weekdays from 07:00 to 22:00.</summary>
    public static bool IsDayTariff(DateTimeOffset local)
        => local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && local.Hour is >= 7 and < 22;

    /// <summary>
    /// The rule for wall-clock times is right for both readings of a moment only in summer: in the repeated hour it takes the first
    /// pass, in the skipped one it is already summer.
    /// </summary>
    static TimeSpan OffsetAt(DateTime utc)
        => MeterTime.CentralEuropeanOffset(utc + Winter) == Summer && MeterTime.CentralEuropeanOffset(utc + Summer) == Summer ? Summer : Winter;
}
