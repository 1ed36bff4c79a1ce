namespace P1Bridge.Benchmarks.Load;

/// <summary>What a run does.</summary>
/// <param name="Command">A shell command with placeholders for the two ports.</param>
/// <param name="Rate">Telegrams per second.</param>
/// <param name="Telegrams">How many are measured.</param>
/// <param name="WarmUp">How many go before them: start, connecting and discovery are not what is measured.</param>
/// <param name="QuietTime">See <see cref="Quiet"/>.</param>
sealed record LoadOptions(string Command, double Rate, int Telegrams, int WarmUp, TimeSpan? QuietTime)
{
    static readonly TimeSpan LongestQuiet = TimeSpan.FromMilliseconds(50);

    public TimeSpan Interval => TimeSpan.FromSeconds(1 / Rate);

    /// <summary>
    /// Nobody outside can know which message of a foreign bridge is the last of a telegram. So it is the one after which nothing came for
    /// this long: far longer than the gaps within a telegram's messages, far shorter than the time to the next telegram's.
    /// </summary>
    public TimeSpan Quiet => QuietTime ?? (Interval / 2 < LongestQuiet ? Interval / 2 : LongestQuiet);
}
