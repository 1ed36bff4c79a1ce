using System.Text.RegularExpressions;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>
/// The normative statements of both standards that bind a client, or protect it, by section and numbers. Each is held by
/// the one test whose display name carries it: <c>[MQTT-section-number]</c> for 3.1.1, <c>[MQTT5-section-number]</c> for 5.0.
/// </summary>
static partial class RequiredIdentifiers
{
    const string V311 = """
        1.5.3: 1 2 3
        2.2.2: 1 2
        2.3.1: 1 2 3 5 6 7
        3.1.0: 1 2
        3.1.2: 3 4 6 11 13 14 15 18 19 20 21 22 23 24
        3.1.3: 1 3 4 5 7
        3.2.0: 1
        3.3.1: 1 2 3 4 10
        3.3.2: 2
        3.6.1: 1
        3.8.1: 1
        3.8.3: 3
        3.8.4: 5
        3.9.3: 1
        3.10.1: 1
        3.10.3: 2
        3.14.4: 1 2
        4.1.0: 1
        4.3.1: 1
        4.3.2: 1 2
        4.3.3: 1 2
        4.4.0: 1
        4.5.0: 2
        4.6.0: 1 2 3 4
        4.7.1: 1 2 3
        4.7.3: 1 2 3
        4.8.0: 1 2
        6.0.0: 1 2 3 4
        """;

    const string V5 = """
        1.5.4: 1 2 3
        1.5.5: 1
        1.5.7: 1
        2.1.3: 1
        2.2.1: 2 3 5 6
        2.2.2: 1
        3.1.0: 1 2
        3.1.2: 3 11 12 13 16 17 18 19 20 21 22 23 24 30
        3.1.3: 1 3 4 5 7
        3.2.0: 1 2
        3.2.2: 1 4 5 11 14 15 16 17 18 21
        3.3.1: 1 2 3 4 6
        3.3.2: 2 7 8 9 10 14
        3.3.4: 6 7 8 9
        3.4.2: 1 2 3
        3.5.2: 1 2 3
        3.6.1: 1
        3.6.2: 1 2 3
        3.7.2: 1 2 3
        3.8.1: 1
        3.8.3: 2 4
        3.8.4: 6
        3.9.3: 1
        3.10.1: 1
        3.10.3: 2
        3.11.3: 1
        3.14.1: 1
        3.14.4: 1 2
        3.15.1: 1
        4.1.0: 1
        4.3.1: 1
        4.3.2: 2 3 4 5
        4.3.3: 4 5 6 8 9 10 11 12
        4.4.0: 1 2
        4.5.0: 2
        4.6.0: 1 2 3 4
        4.7.0: 1
        4.7.1: 1 2
        4.7.3: 1 2 3
        4.8.2: 1 2
        4.9.0: 1 2 3
        4.12.0: 3 5 6 7
        4.13.1: 1
        4.13.2: 1
        6.0.0: 1 2 3 4
        """;

    public static IEnumerable<string> All => In("MQTT", V311).Concat(In("MQTT5", V5));

    /// <summary>The identifiers that a display name carries.</summary>
    public static IEnumerable<string> Of(string displayName) => Pattern().Matches(displayName).Select(match => match.Value);

    static IEnumerable<string> In(string standard, string list) =>
        from line in list.Split('\n')
        let section = line.Split(':')[0].Trim()
        from number in line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select $"[{standard}-{section}-{number.Trim()}]";

    [GeneratedRegex(@"\[MQTT5?-[\d.]+-\d+\]")]
    private static partial Regex Pattern();
}
