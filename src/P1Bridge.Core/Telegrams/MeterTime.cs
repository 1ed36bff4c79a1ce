namespace P1Bridge.Core.Telegrams;

/// <summary>Whether a time stamp can be used.</summary>
public enum TimestampStatus
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A valid time.</summary>
    Valid,

    /// <summary>A stamp the meter never set: an all-FF date, or the start of 1970.</summary>
    Unset,

    /// <summary>No calendar date, or an unknown letter at its end.</summary>
    Bad,
}

/// <summary>
/// Time stamps of telegrams: <c>YYMMDDhhmmssX</c>, X = S (summer, +02:00) or W (winter, +01:00) (DSMR 5.0.2 P1 section 6.4).
/// The letter is the offset. DSMR 2.2 and 3 send no letter; then the Central European rules decide.
/// </summary>
public static class MeterTime
{
    static readonly TimeSpan Winter = TimeSpan.FromHours(1);
    static readonly TimeSpan Summer = TimeSpan.FromHours(2);

    /// <summary>Whether the group has the shape of a stamp: twelve digits and at most one letter.</summary>
    public static bool HasShape(ReadOnlySpan<byte> group)
        => group.Length is 12 or 13
           && !group[..12].ContainsAnyExceptInRange((byte)'0', (byte)'9')
           && (group.Length == 12 || group[12] is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'));

    /// <summary>Reads a stamp; <paramref name="time"/> is set only when the answer is <see cref="TimestampStatus.Valid"/>.</summary>
    public static TimestampStatus Read(ReadOnlySpan<byte> group, out DateTimeOffset time)
    {
        time = default;
        if (group.IsEmpty) return TimestampStatus.None;
        if (!HasShape(group)) return TimestampStatus.Bad;
        if (IsUnset(group)) return TimestampStatus.Unset;
        int year = 2000 + Pair(group, 0), month = Pair(group, 2), day = Pair(group, 4);
        int hour = Pair(group, 6), minute = Pair(group, 8), second = Pair(group, 10);
        if (month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return TimestampStatus.Bad;
        var local = new DateTime(year, month, day, hour, minute, second);
        TimeSpan offset;
        if (group.Length == 12) offset = CentralEuropeanOffset(local);
        else if (group[12] == (byte)'S') offset = Summer;
        else if (group[12] == (byte)'W') offset = Winter;
        else return TimestampStatus.Bad;
        time = new DateTimeOffset(local, offset);
        return TimestampStatus.Valid;
    }

    /// <summary>
    /// The same, for a meter whose last stamp was <paramref name="previous"/>: without a letter the repeated hour of autumn is its
    /// first pass, unless time would go back by that; then it is the second.
    /// </summary>
    public static TimestampStatus Read(ReadOnlySpan<byte> group, DateTimeOffset previous, out DateTimeOffset time)
    {
        var status = Read(group, out time);
        if (status == TimestampStatus.Valid && group.Length == 12 && time < previous && IsRepeated(time.DateTime))
            time = new DateTimeOffset(time.DateTime, Winter);
        return status;
    }

    static bool IsRepeated(DateTime local) => LastSunday(local.Year, 10).AddHours(2) is var start && local >= start && local < start.AddHours(1);

    /// <summary>
    /// The offset of a Central European wall-clock time: summer time from the last Sunday of March, 02:00, to the last Sunday of
    /// October, 03:00. In the repeated hour it is the first pass. Own rule so that no time zone data need be installed.
    /// </summary>
    public static TimeSpan CentralEuropeanOffset(DateTime local)
        => local >= LastSunday(local.Year, 3).AddHours(2) && local < LastSunday(local.Year, 10).AddHours(3) ? Summer : Winter;

    static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, DateTime.DaysInMonth(year, month));
        return last.AddDays(-(int)last.DayOfWeek);
    }

    /// <summary>An unset DLMS date is all FF, printed as 63 25 25 ...; a never-read M-Bus meter has the start of 1970.</summary>
    static bool IsUnset(ReadOnlySpan<byte> group)
        => group.StartsWith("632525"u8) || group.StartsWith("700101"u8);

    static int Pair(ReadOnlySpan<byte> digits, int at) => (digits[at] - '0') * 10 + digits[at + 1] - '0';
}
