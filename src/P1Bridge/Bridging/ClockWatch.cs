using System.Globalization;

namespace P1Bridge.Bridging;

/// <summary>
/// Compares a meter's clock with this machine's, telegram by telegram, and says when they part and when they agree again. Decides only.
/// </summary>
sealed class ClockWatch
{
    /// <summary>The quarter-hours of the capacity tariff follow the meter's clock: so much is a third of one.</summary>
    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Below this they agree again; in between nothing is said.</summary>
    static readonly TimeSpan Agreement = TimeSpan.FromMinutes(2);

    /// <summary>A telegram that was held up on the way is no clock that is off.</summary>
    const int AgreeingTelegrams = 3;

    int _inARow;
    bool _isOff;

    /// <summary>What is to be logged; null: nothing. A meter without a clock has none to be wrong.</summary>
    public (bool IsWarning, string Text)? Take(DateTimeOffset? clock, DateTimeOffset receivedAt)
    {
        if (clock is not { } time) return null;
        var ahead = time - receivedAt;
        var isOther = _isOff ? ahead.Duration() <= Agreement : ahead.Duration() > Tolerance;
        _inARow = isOther ? _inARow + 1 : 0;
        if (_inARow < AgreeingTelegrams) return null;
        (_inARow, _isOff) = (0, !_isOff);
        return _isOff
            ? (true, $"the meter's clock is {Words(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's. Times and quarter-hours follow the meter's; 'p1bridge doctor' says what to do")
            : (false, "the meter's clock and this machine's agree again");
    }

    /// <summary>A span in its largest unit.</summary>
    public static string Words(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} hours"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} seconds"),
    };
}
