using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>
/// The extensible part of a stored message: properties as number (1 byte, that of MQTT 5.0 section 2.2.2.2), length (4 bytes, little
/// endian) and value. A number that is not known is passed over, so that an older program can read what a newer one has written. The
/// expiry is not among them: the record has it as a point in time.
/// </summary>
static class JournalProperties
{
    const byte PayloadFormat = 0x01;
    const byte ContentType = 0x03;
    const byte ResponseTopic = 0x08;
    const byte CorrelationData = 0x09;
    const byte UserProperty = 0x26;
    const int Header = 5;

    public static ReadOnlySpan<byte> Encode(MqttMessage message)
    {
        if (!HasAny(message)) return [];
        var output = new ArrayBufferWriter<byte>();
        if (message.PayloadIsText) Write(output, PayloadFormat, []);
        if (message.ContentType is { } contentType) Write(output, ContentType, Encoding.UTF8.GetBytes(contentType));
        if (message.ResponseTopic is { } topic) Write(output, ResponseTopic, Encoding.UTF8.GetBytes(topic));
        if (message.CorrelationData is { } data) Write(output, CorrelationData, data.Span);
        // Neither name nor value can hold U+0000 (MQTT 5.0 section 1.5.4): it parts the two.
        foreach (var (name, value) in message.UserProperties) Write(output, UserProperty, Encoding.UTF8.GetBytes($"{name}\0{value}"));
        return output.WrittenSpan;
    }

    /// <summary>The message with its properties; null when the block makes no sense.</summary>
    public static MqttMessage? Decode(ReadOnlySpan<byte> block, MqttMessage message)
    {
        while (!block.IsEmpty)
        {
            if (block.Length < Header) return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(block[1..]);
            if (length < 0 || length > block.Length - Header) return null;
            message = Apply(block[0], block.Slice(Header, length), message);
            block = block[(Header + length)..];
        }
        return message;
    }

    static bool HasAny(MqttMessage message) =>
        message.PayloadIsText || message.ContentType is not null || message.ResponseTopic is not null
        || message.CorrelationData is not null || message.UserProperties.Count > 0;

    static void Write(ArrayBufferWriter<byte> output, byte number, ReadOnlySpan<byte> value)
    {
        var header = output.GetSpan(Header);
        header[0] = number;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], value.Length);
        output.Advance(Header);
        output.Write(value);
    }

    static MqttMessage Apply(byte number, ReadOnlySpan<byte> value, MqttMessage message) => number switch
    {
        PayloadFormat => message with { PayloadIsText = true },
        ContentType => message with { ContentType = Encoding.UTF8.GetString(value) },
        ResponseTopic => message with { ResponseTopic = Encoding.UTF8.GetString(value) },
        CorrelationData => message with { CorrelationData = value.ToArray() },
        UserProperty => message with { UserProperties = [.. message.UserProperties, Pair(Encoding.UTF8.GetString(value))] },
        _ => message,
    };

    static KeyValuePair<string, string> Pair(string text)
    {
        var parts = text.Split('\0', 2);
        return KeyValuePair.Create(parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
