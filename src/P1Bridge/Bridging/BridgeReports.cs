using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Outputs;

namespace P1Bridge.Bridging;

/// <summary>What the bridge says about itself: <c>bridge/info</c> and <c>bridge/health</c>. No secret is ever in them.</summary>
static class BridgeReports
{
    static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(BridgeReports).Assembly.GetName().Version!.ToString(3);

    /// <summary>What does not change while it runs.</summary>
    public static string Info(IEnumerable<MeterRuntime> meters, DateTimeOffset startedAt, IEnumerable<string> outputs, string instance) => Write(json =>
    {
        json.WriteString("version", Version);
        json.WriteString("started_at", Payload.Of(startedAt));
        json.WriteString("instance", instance);
        json.WriteStartArray("meters");
        foreach (var meter in meters)
        {
            json.WriteStartObject();
            json.WriteString("name", meter.Name);
            json.WriteString("source", meter.Source.Description);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var output in outputs)
            json.WriteStringValue(output);
        json.WriteEndArray();
    });

    /// <summary>Counters and faults at this moment.</summary>
    /// <param name="meters">The meters.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="overtaken">Updates that newer ones overtook.</param>
    /// <param name="dropped">Updates that a recording output lost.</param>
    /// <param name="brokers">The brokers in use: the first under <c>mqtt</c>, all by name under <c>brokers</c> when there are several.</param>
    /// <param name="uptime">Since the start.</param>
    public static string Health(
        IEnumerable<MeterRuntime> meters, IEnumerable<DrivenOutput> outputs, long overtaken, long dropped, IReadOnlyList<BrokerRuntime> brokers, TimeSpan uptime) => Write(json =>
    {
        json.WriteNumber("uptime_seconds", (long)uptime.TotalSeconds);
        json.WriteStartObject("meters");
        foreach (var meter in meters)
        {
            json.WriteStartObject(meter.Name);
            WriteMeter(json, meter);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("outputs");
        foreach (var output in outputs)
            json.WriteString(output.Name, output.Fault ?? "ok");
        json.WriteEndObject();
        json.WriteNumber("overtaken_updates", overtaken);
        if (dropped > 0) json.WriteNumber("dropped_updates", dropped);
        if (brokers.Count == 0) return;
        json.WriteStartObject("mqtt");
        brokers[0].Mqtt.WriteHealth(json);
        json.WriteEndObject();
        if (brokers.Count == 1) return;
        json.WriteStartObject("brokers");
        foreach (var broker in brokers)
        {
            json.WriteStartObject(broker.Options.Name);
            broker.Mqtt.WriteHealth(json);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    /// <summary>A meter swap.</summary>
    public static string Event(string meter, MeterSwap swap) => Write(json =>
    {
        json.WriteString("type", "meter_swapped");
        json.WriteString("meter", meter);
        json.WriteString("medium", swap.Medium);
        json.WriteString("topic", swap.TopicName.Length == 0 ? meter : $"{meter}/{swap.TopicName}");
        json.WriteString("old", swap.Old);
        json.WriteString("new", swap.New);
        json.WriteString("time", Payload.Of(swap.Time));
    });

    /// <summary>A text that changes when something goes wrong, gets worse or is well again.</summary>
    public static string Troubles(IEnumerable<MeterRuntime> meters, IEnumerable<DrivenOutput> outputs) => string.Join('\n', [
        .. meters.Select(static meter => string.Create(
            CultureInfo.InvariantCulture, $"{meter.Runner.IsReceiving} {meter.Runner.Fault} {meter.Reader.Counters.AllRefused} {meter.Latest?.Held.Length}")),
        .. outputs.Select(static output => output.Fault),
    ]);

    static void WriteMeter(Utf8JsonWriter json, MeterRuntime meter)
    {
        var counters = meter.Reader.Counters;
        json.WriteBoolean("receiving", meter.Runner.IsReceiving);
        if (meter.Runner.Fault is { } fault) json.WriteString("fault", fault);
        if (meter.Runner.UnexpectedFaults is var unexpected and > 0) json.WriteNumber("unexpected_faults", unexpected);
        json.WriteNumber("telegrams", counters.Accepted);
        if (meter.TelegramAge is { } age) json.WriteNumber("telegram_age_seconds", (long)age.TotalSeconds);
        else json.WriteNull("telegram_age_seconds");
        json.WriteNumber("crc_errors", counters.Refused(RejectReason.CrcMismatch) + counters.Refused(RejectReason.CrcMissing) + counters.Refused(RejectReason.CrcMalformed));
        json.WriteStartObject("refused");
        foreach (var reason in Enum.GetValues<RejectReason>())
        {
            if (counters.Refused(reason) is var count and > 0) json.WriteNumber(RejectReasons.Name(reason), count);
        }
        json.WriteEndObject();
        json.WriteNumber("bad_lines", counters.BadLines);
        json.WriteNumber("duplicates", counters.Duplicates);
        json.WriteNumber("skipped_bytes", meter.Reader.SkippedBytes);
        if (meter.Reader.FrameCounter is { } frameCounter)
        {
            json.WriteNumber("frame_counter", frameCounter);
            json.WriteNumber("frame_counter_setbacks", meter.Reader.FrameCounterSetbacks);
        }
        if (meter.Server is { } server)
        {
            json.WriteStartObject("serve");
            json.WriteNumber("clients", server.Clients);
            json.WriteNumber("dropped", server.Dropped);
            if (server.Fault is { } serverFault) json.WriteString("fault", serverFault);
            json.WriteEndObject();
        }
        json.WriteStartArray("unknown");
        foreach (var reference in meter.Latest?.Unknown ?? [])
            json.WriteStringValue(reference.ToString());
        json.WriteEndArray();
        json.WriteStartObject("held");
        foreach (var value in meter.Holds.Counts.GroupBy(static count => count.Value))
        {
            json.WriteStartObject(value.Key);
            foreach (var count in value)
                json.WriteNumber(Issues.Name(count.Issue), count.Telegrams);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("held_now");
        foreach (var held in (meter.Latest?.Held ?? []).DistinctBy(HoldTracker.NameOf))
            json.WriteString(HoldTracker.NameOf(held), Issues.Name(held.Issue));
        json.WriteEndObject();
    }

    static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Layout);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
