using System.Text;
using System.Text.Json;

namespace P1Bridge.HomeAssistant;

/// <summary>Discovery messages for people and programs to read: what the command <c>discovery</c> prints.</summary>
static class DiscoveryReport
{
    /// <summary>Writes a JSON array of <c>{"topic","payload","retain"}</c>; the payload is the object itself, not a text.</summary>
    public static void Write(IEnumerable<DiscoveryMessage> messages, TextWriter writer)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = DiscoveryBuilder.Encoder, Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (var message in messages)
                Write(message, json);
            json.WriteEndArray();
        }
        writer.Write(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
        writer.Write('\n');
    }

    static void Write(DiscoveryMessage message, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("topic", message.Topic);
        json.WritePropertyName("payload");
        if (message.Payload is null)
        {
            json.WriteNullValue();
        }
        else
        {
            using var payload = JsonDocument.Parse(message.Payload);
            payload.RootElement.WriteTo(json);
        }
        json.WriteBoolean("retain", true);
        json.WriteEndObject();
    }
}
