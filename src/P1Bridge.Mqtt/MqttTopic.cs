using System.Text;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>Rules for topic names and topic filters (MQTT 3.1.1 section 4.7).</summary>
public static class MqttTopic
{
    const string SharePrefix = "$share/";

    /// <summary>Why <paramref name="topic"/> cannot be published to, or null when it can [MQTT-3.3.2-2, 4.7.3-1, 4.7.3-2, 4.7.3-3].</summary>
    public static string? NameError(string? topic)
    {
        // Most topics are short ASCII: nothing to count, and this is asked for every message.
        if (topic is { Length: > 0 and <= ushort.MaxValue } && Ascii.IsValid(topic) && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0) return null;
        if (TextError(topic) is { } error) return error;
        return topic.AsSpan().IndexOfAny('+', '#') >= 0 ? "the wildcards + and # are for subscriptions only" : null;
    }

    /// <summary>
    /// Why <paramref name="filter"/> cannot be subscribed to, or null when it can [MQTT-4.7.1-2, 4.7.1-3]. A shared one is
    /// <c>$share/name/filter</c> (MQTT 5.0 section 4.8.2; many brokers of 3.1.1 know it too).
    /// </summary>
    public static string? FilterError(string? filter)
    {
        if (TextError(filter) is { } error) return error;
        return IsShared(filter!) ? SharedError(filter!) : PlainError(filter!);
    }

    internal static bool IsShared(string filter) => filter.StartsWith(SharePrefix, StringComparison.Ordinal);

    internal static bool HasWildcard(string filter) => filter.AsSpan().IndexOfAny('+', '#') >= 0;

    // [MQTT5-4.8.2-1, 4.8.2-2]
    static string? SharedError(string filter)
    {
        var end = filter.IndexOf('/', SharePrefix.Length);
        if (end <= SharePrefix.Length) return "a shared subscription is $share/name/filter";
        if (HasWildcard(filter[..end])) return "the name of a shared subscription has no + or #";
        return end == filter.Length - 1 ? "a shared subscription needs a filter behind its name" : PlainError(filter[(end + 1)..]);
    }

    static string? PlainError(string filter)
    {
        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('#') && (levels[i] != "#" || i != levels.Length - 1)) return "# must be the whole last level";
            if (levels[i].Contains('+') && levels[i] != "+") return "+ must be a whole level";
        }
        return null;
    }

    /// <summary>
    /// True when a message on <paramref name="topic"/> is meant by <paramref name="filter"/>. A wildcard at the start does not
    /// match topics beginning with <c>$</c> [MQTT-4.7.2-1]; <c>a/#</c> matches <c>a</c> itself (section 4.7.1.2). Of a shared
    /// filter the part behind its name counts.
    /// </summary>
    public static bool Matches(string filter, string topic)
    {
        if (IsShared(filter) && SharedError(filter) is null) filter = filter[(filter.IndexOf('/', SharePrefix.Length) + 1)..];
        if (topic.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#'))) return false;
        var filterLevels = filter.Split('/');
        var topicLevels = topic.Split('/');
        for (var i = 0; i < filterLevels.Length; i++)
        {
            if (filterLevels[i] == "#") return true;
            if (i >= topicLevels.Length) return false;
            if (filterLevels[i] != "+" && !filterLevels[i].Equals(topicLevels[i], StringComparison.Ordinal)) return false;
        }
        return filterLevels.Length == topicLevels.Length;
    }

    static string? TextError(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "it is empty";
        if (text.Contains('\0')) return "it contains the character U+0000";
        try
        {
            return StrictUtf8.Encoding.GetByteCount(text) > ushort.MaxValue ? "it is longer than 65535 bytes" : null;
        }
        catch (EncoderFallbackException)
        {
            return "it contains half a surrogate pair, which is no character";
        }
    }

    internal static void RequireName(string? topic)
    {
        if (NameError(topic) is { } error) throw new ArgumentException($"\"{topic}\" is no topic to publish to: {error}.", nameof(topic));
    }

    internal static void RequireFilter(string? filter)
    {
        if (FilterError(filter) is { } error) throw new ArgumentException($"\"{filter}\" is no topic filter: {error}.", nameof(filter));
    }

    internal static void RequireFilters(IReadOnlyList<string> filters)
    {
        // [MQTT-3.8.3-3, 3.10.3-2]
        if (filters.Count == 0) throw new ArgumentException("At least one topic filter is needed.", nameof(filters));
        foreach (var filter in filters) RequireFilter(filter);
    }

    internal static void RequireSubscriptions(IReadOnlyList<MqttSubscription> subscriptions)
    {
        RequireFilters([.. subscriptions.Select(subscription => subscription.Filter)]);
        foreach (var subscription in subscriptions)
        {
            if (!Enum.IsDefined(subscription.QualityOfService)) throw new ArgumentException("The QoS must be 0, 1 or 2.", nameof(subscriptions));
            if (!Enum.IsDefined(subscription.RetainHandling)) throw new ArgumentException("The retain handling must be 0, 1 or 2.", nameof(subscriptions));
            if (subscription is { NoLocal: true } && IsShared(subscription.Filter)) // [MQTT5-3.8.3-4]
                throw new ArgumentException($"\"{subscription.Filter}\": a shared subscription cannot leave out what this client publishes.", nameof(subscriptions));
            if (subscription.Identifier is < 1 or > VariableInteger.Maximum || subscription.Identifier != subscriptions[0].Identifier)
                throw new ArgumentException("A subscription identifier is 1 to 268435455 and the same for all filters of one call.", nameof(subscriptions));
        }
    }
}
