using P1Bridge.Core.Readings;

namespace P1Bridge.Bridging;

/// <summary>Why a value is held back and what that means, in words for the user.</summary>
static class HoldTexts
{
    /// <summary>Whether a total is at stake; the other reasons are everyday ones.</summary>
    public static bool IsGrave(IssueClass issue) => issue is IssueClass.TotalFell or IssueClass.TotalJumped or IssueClass.Missing;

    /// <summary>One or two sentences.</summary>
    public static string Of(IssueClass issue) => issue switch
    {
        IssueClass.TotalFell => "the total is lower than the last good one. That one stays; when several telegrams agree, the lower total is believed.",
        IssueClass.TotalJumped => "the total rose faster than physically possible. The last good one stays until the total is plausible again.",
        IssueClass.Missing => "the meter sent this total before and now does not, or it sends it without a number. Sums that need it are left out until it is back.",
        IssueClass.Stale => "the electricity meter has not heard of this sub-meter for longer than 'stale_after'. It counts as gone until it is heard of again.",
        IssueClass.UnconfirmedIdentifier => "the meter has a number that is new here. It counts as another meter when several telegrams in a row agree; until then nothing of it is published.",
        IssueClass.UnsetTimestamp => "its time stamp was never set, so it was never read or there is nothing to tell yet. It appears by itself.",
        IssueClass.BadTimestamp => "its time stamp is no date. The value appears with the first good one.",
        IssueClass.ImplausibleClock => "the meter's clock is not set. The value appears when it is.",
        IssueClass.UnitMismatch => "it has another unit than expected and cannot be converted. It is left out rather than wrong.",
        IssueClass.UnitMissing => "it has no unit where one belongs. It is left out rather than wrong.",
        IssueClass.NegativeValue => "it is below zero where that cannot be. It is left out until it is plausible.",
        IssueClass.BadHex => "its text is not pairs of hexadecimal digits. It is left out until it can be read.",
        IssueClass.BadNumber => "it is no number where one belongs. It is left out until it can be read.",
        IssueClass.UnknownWord => "the meter sent a number for which no word is known. It is left out; please report it.",
        // A new reason must not silence the log.
        _ => "it cannot be trusted at present. It is left out until it can.",
    };
}
