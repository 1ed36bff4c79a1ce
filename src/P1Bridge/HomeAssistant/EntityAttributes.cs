using System.Text;
using System.Text.Json;
using P1Bridge.Core.Publishing;
using P1Bridge.Outputs;

namespace P1Bridge.HomeAssistant;

/// <summary>
/// The attributes of entities that have some: the months of a history as one JSON object. Decides what is due; an entity that went has
/// none any more.
/// </summary>
sealed class EntityAttributes(Topics topics, TimeSpan vanishedAfter)
{
    readonly Dictionary<string, Sent> _sent = [];

    /// <summary>Everything is due again with the next telegram.</summary>
    public void Reset()
    {
        foreach (var sent in _sent.Values)
            sent.Payload = null;
    }

    /// <summary>The messages for a telegram; a null payload erases.</summary>
    public IEnumerable<(string Topic, string? Payload)> Decide(MeterSnapshot snapshot, TimeSpan now)
    {
        List<(string Topic, string? Payload)> due = [];
        foreach (var device in snapshot.Devices)
        {
            foreach (var value in device.Values)
            {
                if (value.Row.HomeAssistant?.Attributes is not { } source || value.Key != value.Row.Id) continue;
                var topic = topics.Attributes(snapshot.Name, device.TopicName, value.Key);
                if (!_sent.TryGetValue(topic, out var sent)) _sent[topic] = sent = new Sent(snapshot.Name);
                sent.SeenAt = now;
                if (Write(device, $"{source}/") is var payload && payload == sent.Payload) continue;
                due.Add((topic, sent.Payload = payload));
            }
        }
        foreach (var (topic, sent) in _sent)
        {
            if (sent.Meter != snapshot.Name || now - sent.SeenAt < vanishedAfter) continue;
            _sent.Remove(topic);
            due.Add((topic, null));
        }
        return due;
    }

    /// <summary>Numbers as they were published; a month each.</summary>
    static string Write(DeviceSnapshot device, string prefix)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var month in device.Values.Where(value => value.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(static value => value.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(month.Key[prefix.Length..]);
                json.WriteRawValue(month.Payload);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    sealed class Sent(string meter)
    {
        public string Meter => meter;

        public string? Payload { get; set; }

        public TimeSpan SeenAt { get; set; }
    }
}
