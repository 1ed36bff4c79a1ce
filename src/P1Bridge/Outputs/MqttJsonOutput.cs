using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Outputs;

/// <summary>
/// One JSON object per physical meter and telegram: its time, identifier and all its values under their ids. Numbers keep the
/// meter's decimals; what is not active (a limit, a message) is null; months of a peak history are an object of their own. Each object also goes to
/// <paramref name="record"/>, unless that is null, as a record that waits for the broker. The object of a sub-meter that left the telegrams is erased after <paramref name="vanishedAfter"/>.
/// </summary>
sealed class MqttJsonOutput(
    Topics topics, bool retain, TimeSpan minimumInterval, TimeSpan vanishedAfter, PublishMessage publish, TimeProvider time, RecordMessage? record = null) : IOutput
{
    static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, (long Timestamp, DateTimeOffset ReceivedAt)> _publishedAt = [];
    readonly Dictionary<(string Meter, string TopicName), long> _seenAt = [];

    public string Name => "mqtt_json";

    public bool WantsAll => record is not null;

    public async ValueTask WriteAsync(MeterUpdate update, CancellationToken cancellation)
    {
        if (update is not MeterSnapshot snapshot) return;
        EraseVanished(snapshot);
        if (IsTooEarly(snapshot)) return;
        _publishedAt[update.Name] = (time.GetTimestamp(), snapshot.ReceivedAt);
        foreach (var device in snapshot.Devices)
        {
            var document = Write(snapshot, device);
            publish(new MqttPublication(topics.Json(snapshot.Name, device.TopicName), document, retain, MessageKind.State));
            _seenAt[(snapshot.Name, device.TopicName)] = time.GetTimestamp();
            if (record is not null) await record(new MqttPublication(topics.History(snapshot.Name, device.TopicName), document, Retain: false, MessageKind.History), cancellation);
        }
    }

    /// <summary>By the time of arrival too: telegrams that waited for room for records come one right after the other.</summary>
    bool IsTooEarly(MeterSnapshot snapshot) => _publishedAt.TryGetValue(snapshot.Name, out var last)
        && time.GetElapsedTime(last.Timestamp) < minimumInterval && snapshot.ReceivedAt - last.ReceivedAt < minimumInterval;

    void EraseVanished(MeterSnapshot snapshot)
    {
        foreach (var ((meter, topicName), seenAt) in _seenAt)
        {
            if (meter != snapshot.Name) continue;
            if (snapshot.Devices.Any(device => device.TopicName == topicName)) _seenAt[(meter, topicName)] = time.GetTimestamp();
            else if (time.GetElapsedTime(seenAt) >= vanishedAfter && _seenAt.Remove((meter, topicName)))
                publish(new MqttPublication(topics.Json(meter, topicName), null, Retain: true, MessageKind.State));
        }
    }

    /// <summary>The object of one meter.</summary>
    internal static string Write(MeterSnapshot snapshot, DeviceSnapshot device)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer, Layout);
        json.WriteStartObject();
        json.WriteString("time", Payload.Of(snapshot.Clock ?? snapshot.ReceivedAt));
        json.WriteString("equipment_identifier", device.Identity);
        foreach (var same in device.Values.GroupBy(static value => value.Row))
            WriteRow(json, same.Key, [.. same]);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void WriteRow(Utf8JsonWriter json, Measurement row, List<PublishedValue> values)
    {
        if (row.Kind != ValueKind.MonthlyPeaks)
        {
            json.WritePropertyName(row.Id);
            WriteValue(json, row, values[0]);
            return;
        }
        json.WriteStartObject(row.Id);
        foreach (var value in values)
        {
            json.WritePropertyName(value.Key[(row.Id.Length + 1)..]);
            json.WriteRawValue(value.Payload);
        }
        json.WriteEndObject();
    }

    static void WriteValue(Utf8JsonWriter json, Measurement row, PublishedValue value)
    {
        var isNumber = row.Kind is ValueKind.Number or ValueKind.Count && row.Part == ValuePart.Value;
        if (value.Payload == Reading.NoneWord && (row.EmptyMeansNone || !row.OffValues.IsEmpty)) json.WriteNullValue();
        else if (isNumber) json.WriteRawValue(value.Payload);
        else json.WriteStringValue(value.Payload);
    }
}
