using System.Text;

namespace P1Bridge.Outputs;

/// <summary>What AWS IoT Core does not take of a single message: it would close the connection, and the next one too.</summary>
static class AwsIotLimits
{
    const int TopicBytes = 256;
    const int Slashes = 7;
    const int PayloadBytes = 128 * 1024;

    /// <summary>Why it is not taken, or null.</summary>
    public static string? Problem(in MqttPublication publication)
    {
        var (topic, payload, _, _) = publication;
        if (topic.StartsWith('$')) return "topics that begin with $ belong to AWS IoT Core";
        if (Encoding.UTF8.GetByteCount(topic) > TopicBytes) return FormattableString.Invariant($"AWS IoT Core takes topics of {TopicBytes} bytes at most");
        if (topic.AsSpan().Count('/') > Slashes) return FormattableString.Invariant($"AWS IoT Core takes topics of {Slashes + 1} levels at most");
        return payload is not null && Encoding.UTF8.GetByteCount(payload) > PayloadBytes ? FormattableString.Invariant($"AWS IoT Core takes {PayloadBytes / 1024} KiB at most") : null;
    }
}
