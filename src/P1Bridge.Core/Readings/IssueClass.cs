namespace P1Bridge.Core.Readings;

/// <summary>Why a decoded value must not be published as a good reading.</summary>
public enum IssueClass
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Another unit than the catalogue's, and not convertible into it.</summary>
    UnitMismatch,

    /// <summary>No unit where one belongs.</summary>
    UnitMissing,

    /// <summary>Below zero where that cannot be.</summary>
    NegativeValue,

    /// <summary>The time stamp was never set: a never-read sub-meter, a month without peak.</summary>
    UnsetTimestamp,

    /// <summary>The time stamp is no date.</summary>
    BadTimestamp,

    /// <summary>The meter's clock was never set.</summary>
    ImplausibleClock,

    /// <summary>Not pairs of hexadecimal digits.</summary>
    BadHex,

    /// <summary>No number where one belongs.</summary>
    BadNumber,

    /// <summary>A number for which the catalogue has no word.</summary>
    UnknownWord,

    /// <summary>A total that went back.</summary>
    TotalFell,

    /// <summary>A total that rose faster than physically possible.</summary>
    TotalJumped,

    /// <summary>
    /// A total that this meter sent before and now does not, or sends without a readable number; a sum without it would be a false total.
    /// </summary>
    Missing,

    /// <summary>A sub-meter's reading whose capture time is older than the limit.</summary>
    Stale,

    /// <summary>The meter calls itself otherwise than before, and not yet often enough to be another one.</summary>
    UnconfirmedIdentifier,
}

/// <summary>Names of <see cref="IssueClass"/>.</summary>
public static class Issues
{
    /// <summary>The name in machine output, for example <c>unit_mismatch</c>.</summary>
    public static string Name(IssueClass issue) => issue switch
    {
        IssueClass.None => "none",
        IssueClass.UnitMismatch => "unit_mismatch",
        IssueClass.UnitMissing => "unit_missing",
        IssueClass.NegativeValue => "negative_value",
        IssueClass.UnsetTimestamp => "unset_timestamp",
        IssueClass.BadTimestamp => "bad_timestamp",
        IssueClass.ImplausibleClock => "implausible_clock",
        IssueClass.BadHex => "bad_hex",
        IssueClass.BadNumber => "bad_number",
        IssueClass.UnknownWord => "unknown_word",
        IssueClass.TotalFell => "total_fell",
        IssueClass.TotalJumped => "total_jumped",
        IssueClass.Missing => "missing",
        IssueClass.Stale => "stale",
        IssueClass.UnconfirmedIdentifier => "unconfirmed_identifier",
        _ => throw new ArgumentOutOfRangeException(nameof(issue)),
    };
}
