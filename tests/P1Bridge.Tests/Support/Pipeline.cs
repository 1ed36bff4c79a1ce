using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Tests.Support;

/// <summary>A meter from bytes to snapshots.</summary>
sealed class Pipeline(MeterPipelineOptions? options = null, Core.Measurements.Catalogue? catalogue = null)
{
    readonly TelegramReader _reader = new(catalogue ?? Some.Catalogue);

    public MeterPipeline Meter { get; } = new(catalogue ?? Some.Catalogue, options ?? new MeterPipelineOptions());

    /// <summary>The snapshot of one telegram. Without a time it is received at its own clock.</summary>
    public MeterSnapshot Feed(ReadOnlySpan<byte> telegram, DateTimeOffset? receivedAt = null)
    {
        var outcome = Assert.Single(Some.Outcomes(_reader, telegram));
        Assert.True(outcome.IsAccepted, $"refused: {outcome.Reason}");
        return Meter.Process(_reader.Readings, receivedAt ?? _reader.Readings.Clock ?? Some.Now);
    }

    /// <summary>The same telegram as often as it takes for a new meter's identifier to be believed; the last snapshot.</summary>
    public MeterSnapshot FeedUntilBelieved(byte[] telegram, DateTimeOffset? receivedAt = null)
    {
        var times = (options ?? new MeterPipelineOptions()).AgreeingTelegrams;
        for (var i = 1; i < times; i++)
            Feed(telegram, receivedAt);
        return Feed(telegram, receivedAt);
    }

    public MeterSnapshot Feed(params ReadOnlySpan<string> lines) => Feed(Some.Telegram(lines));
}

/// <summary>Snapshots as texts.</summary>
static class SnapshotText
{
    /// <summary>A line <c>topic payload</c> per value, as below the meter's topic.</summary>
    public static IEnumerable<string> Topics(this MeterSnapshot snapshot)
        => from device in snapshot.Devices
           from value in device.Values
           select $"{(device.TopicName.Length == 0 ? "" : device.TopicName + "/")}{value.Key} {value.Payload}";

    /// <summary>The payload of one topic; null when it is not there.</summary>
    public static string? Payload(this MeterSnapshot snapshot, string topic)
        => snapshot.Topics().SingleOrDefault(line => line.StartsWith(topic + " ", StringComparison.Ordinal))?[(topic.Length + 1)..];

    /// <summary>What was held back, as <c>topic/id: issue</c>.</summary>
    public static IEnumerable<string> HeldBack(this MeterSnapshot snapshot)
        => snapshot.Held.Select(static held => $"{(held.TopicName.Length == 0 ? "" : held.TopicName + "/")}{held.Id}: {Issues.Name(held.Issue)}");

    /// <summary>Everything, for a verified file.</summary>
    public static string Describe(this MeterSnapshot snapshot)
    {
        var devices = snapshot.Devices.Select(static device =>
            $"device {(device.TopicName.Length == 0 ? "-" : device.TopicName)} {device.Medium.Id} {device.Identity}{(device.ParentIdentity is { } parent ? $" via {parent}" : "")}");
        return string.Join('\n', [.. devices, "", .. snapshot.Topics(), "", .. snapshot.HeldBack().Select(static held => $"held {held}")]).TrimEnd() + "\n";
    }
}
