using System.Text.RegularExpressions;

namespace P1Bridge.Configuration;

/// <summary>What the texts of generated files and messages may look like.</summary>
sealed partial record TextRule
{
    const int LongestTemplate = 65536;
    const string BrokerUidPattern = "^(mqtt:broker:[A-Za-z0-9_-]{1,64})?$";
    const string ItemPrefixPattern = "^[A-Za-z][A-Za-z0-9_]{0,31}$";

    public static readonly TextRule BrokerUid =
        new("the UID of a broker thing, such as mqtt:broker:home, or nothing", BrokerUidPattern, t => IsLine(t) && BrokerUids().IsMatch(t));

    public static readonly TextRule ItemPrefix =
        new("a letter, and letters, digits and _ behind it, 32 at most", ItemPrefixPattern, t => IsLine(t) && ItemPrefixes().IsMatch(t));

    public static readonly TextRule Template = new("a template", null, static t => t.Length <= LongestTemplate && !t.Contains('\0', StringComparison.Ordinal));

    [GeneratedRegex(BrokerUidPattern)]
    private static partial Regex BrokerUids();

    [GeneratedRegex(ItemPrefixPattern)]
    private static partial Regex ItemPrefixes();
}
