using System.Globalization;

namespace P1Bridge.Configuration;

/// <summary>Durations as people write them: <c>500ms</c>, <c>5s</c>, <c>1.5m</c>, <c>24h</c>, <c>1d</c>.</summary>
static class DurationText
{
    /// <summary>The same rule for editors (JSON schema).</summary>
    public const string Pattern = @"^[0-9]{1,9}(\.[0-9]{1,3})?(ms|s|m|h|d)$";

    const int MostDigits = 9;
    const int MostDecimals = 3;

    static readonly (string Unit, long Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads a duration; false for anything else, a plain number included: its unit would be a guess.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        // "ms" stands before "s" in the table, so it is tried first.
        var (unit, milliseconds) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        if (unit is null) return false;
        var number = text[..^unit.Length];
        if (!IsNumber(number)) return false;
        var ticks = decimal.Parse(number, CultureInfo.InvariantCulture) * milliseconds * TimeSpan.TicksPerMillisecond;
        if (ticks > TimeSpan.MaxValue.Ticks) return false;
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The duration in the largest unit that leaves no fraction; 60s and 24h stay as they are, the way timeouts are spoken of.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = duration.Ticks / TimeSpan.TicksPerMillisecond;
        if (milliseconds % 1000 != 0) return Text(milliseconds, "ms");
        if (milliseconds <= 60_000 || milliseconds % 60_000 != 0) return Text(milliseconds / 1000, "s");
        if (milliseconds > 86_400_000 && milliseconds % 86_400_000 == 0) return Text(milliseconds / 86_400_000, "d");
        return milliseconds % 3_600_000 == 0 ? Text(milliseconds / 3_600_000, "h") : Text(milliseconds / 60_000, "m");
    }

    static string Text(long count, string unit) => count.ToString(CultureInfo.InvariantCulture) + unit;

    static bool IsNumber(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? "0" : text[(point + 1)..];
        return IsDigits(whole, MostDigits) && IsDigits(decimals, MostDecimals);
    }

    static bool IsDigits(string text, int most) => text.Length > 0 && text.Length <= most && text.All(char.IsAsciiDigit);
}
