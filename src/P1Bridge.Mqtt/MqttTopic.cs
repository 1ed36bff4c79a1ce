using System.Text;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt;

/// <summary>Rules for topic names and topic filters (MQTT 3.1.1 section 4.7).</summary>
public static class MqttTopic
{
    /// <summary>Why <paramref name="topic"/> cannot be published to, or null when it can [MQTT-3.3.2-2, 4.7.3-1, 4.7.3-2, 4.7.3-3].</summary>
    public static string? NameError(string? topic)
    {
        if (TextError(topic) is { } error) return error;
        return topic.AsSpan().IndexOfAny('+', '#') >= 0 ? "the wildcards + and # are for subscriptions only" : null;
    }

    /// <summary>Why <paramref name="filter"/> cannot be subscribed to, or null when it can [MQTT-4.7.1-2, 4.7.1-3].</summary>
    public static string? FilterError(string? filter)
    {
        if (TextError(filter) is { } error) return error;
        var levels = filter!.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Contains('#') && (levels[i] != "#" || i != levels.Length - 1)) return "# must be the whole last level";
            if (levels[i].Contains('+') && levels[i] != "+") return "+ must be a whole level";
        }
        return null;
    }

    /// <summary>
    /// True when a message on <paramref name="topic"/> is meant by <paramref name="filter"/>. A wildcard at the start does not
    /// match topics beginning with <c>$</c> [MQTT-4.7.2-1]; <c>a/#</c> matches <c>a</c> itself (section 4.7.1.2).
    /// </summary>
    public static bool Matches(string filter, string topic)
    {
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
}
