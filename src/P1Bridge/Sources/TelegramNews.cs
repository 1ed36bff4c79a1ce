using System.Text;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Sources;

/// <summary>
/// Tells a new telegram from one that was there already, for places that only show the last one. Each telegram with a clock differs from
/// the one before, so the same again is not news; nor is the first one, whose age nobody knows. Telegrams without a clock can be
/// the same for hours in a house at rest, so they always count. Decides only.
/// </summary>
sealed class TelegramNews(Catalogue catalogue)
{
    readonly byte[][] _clocks = [.. catalogue.Measurements
        .Where(static row => row.Role == MeasurementRole.Clock)
        .SelectMany(static row => row.References)
        .Select(static reference => Encoding.ASCII.GetBytes($"{reference}("))];

    byte[]? _last;

    /// <summary>Whether this one is to be read.</summary>
    public bool IsNews(byte[] telegram)
    {
        var (before, _) = (_last, _last = telegram);
        if (!HasClock(telegram)) return true;
        return before is not null && !telegram.AsSpan().SequenceEqual(before);
    }

    /// <summary>An encrypted one has a counter in its place.</summary>
    bool HasClock(byte[] telegram) => telegram[0] != (byte)'/' || _clocks.Any(clock => telegram.AsSpan().IndexOf(clock) >= 0);
}
