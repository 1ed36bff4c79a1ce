using System.Globalization;
using System.Text;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>
/// The other side's reading of what a client sends, written apart from the codec under test: a text that says all that was in the
/// packet, to compare with one made from what was to be sent.
/// </summary>
sealed class ServerCodec(MqttProtocolVersion version, byte[] bytes)
{
    int _at;

    bool IsV5 => version == MqttProtocolVersion.V5;

    public static string Read(MqttProtocolVersion version, byte[] bytes)
    {
        var codec = new ServerCodec(version, bytes);
        var text = codec.Packet();
        Assert.Equal(bytes.Length, codec._at);
        return text;
    }

    string Packet()
    {
        var header = Byte();
        Assert.Equal(bytes.Length, Length() + _at);
        return (header >> 4) switch
        {
            1 => Connect(),
            3 => Publish(header & 15),
            4 or 5 or 6 or 7 => $"{header >> 4} {Two()} {(_at < bytes.Length ? Byte() : 0)}",
            8 => Subscribe(),
            10 => Unsubscribe(),
            _ => $"{header >> 4} {(_at < bytes.Length ? Byte() : 0)}",
        };
    }

    string Connect()
    {
        Assert.Equal("MQTT", Text());
        Assert.Equal(IsV5 ? 5 : 4, Byte());
        var flags = Byte();
        var keepAlive = Two();
        var properties = Properties();
        var text = $"{flags & 2} {keepAlive} {properties} {Text()}";
        if ((flags & 4) != 0) text += $" will {(flags >> 3) & 3} {flags & 0x20} {Properties()} {Text()} {Binary()}";
        if ((flags & 0x80) != 0) text += $" user {Text()}";
        if ((flags & 0x40) != 0) text += $" password {Text()}";
        return text;
    }

    string Publish(int flags)
    {
        var topic = Text();
        var identifier = (flags & 6) == 0 ? 0 : Two();
        var properties = Properties();
        var payload = Convert.ToHexString(bytes[_at..]);
        _at = bytes.Length;
        return $"{topic} {identifier} {flags} {properties} {payload}";
    }

    string Subscribe()
    {
        var text = new StringBuilder($"{Two()} {Properties()}");
        while (_at < bytes.Length) text.Append(CultureInfo.InvariantCulture, $" {Text()}:{Byte()}");
        return text.ToString();
    }

    string Unsubscribe()
    {
        var text = new StringBuilder($"{Two()} {Properties()}");
        while (_at < bytes.Length) text.Append(CultureInfo.InvariantCulture, $" {Text()}");
        return text.ToString();
    }

    string Properties()
    {
        if (!IsV5) return "[]";
        var end = Length();
        end += _at;
        var all = new List<string>();
        while (_at < end)
        {
            var id = Byte();
            all.Add(id + "=" + id switch
            {
                0x01 => $"{Byte()}",
                0x02 or 0x11 or 0x18 or 0x27 => $"{((uint)Two() << 16) | (uint)Two()}",
                0x21 or 0x22 or 0x23 => $"{Two()}",
                0x0B => $"{Length()}",
                0x26 => $"{Text()}:{Text()}",
                0x09 => Binary(),
                _ => Text(),
            });
        }
        return $"[{string.Join(",", all)}]";
    }

    int Byte() => bytes[_at++];

    int Two() => (Byte() << 8) | Byte();

    int Length()
    {
        int value = 0, shift = 0, part;
        do
        {
            part = Byte();
            value |= (part & 0x7F) << shift;
            shift += 7;
        }
        while (part > 0x7F);
        return value;
    }

    string Text()
    {
        var length = Two();
        _at += length;
        return Encoding.UTF8.GetString(bytes, _at - length, length);
    }

    string Binary()
    {
        var length = Two();
        _at += length;
        return Convert.ToHexString(bytes, _at - length, length);
    }

    /// <summary>The text of the properties that a message must have on the wire.</summary>
    public static string Properties(MqttProtocolVersion version, MqttMessage message, params string[] before)
    {
        if (version == MqttProtocolVersion.V311) return "[]";
        var all = new List<string>(before);
        if (message.PayloadIsText) all.Add("1=1");
        if (message.Expiry is { } expiry) all.Add($"2={(uint)expiry.TotalSeconds}");
        if (message.ContentType is { } content) all.Add($"3={content}");
        if (message.ResponseTopic is { } response) all.Add($"8={response}");
        if (message.CorrelationData is { } data) all.Add($"9={Convert.ToHexString(data.Span)}");
        all.AddRange(message.UserProperties.Select(pair => $"38={pair.Key}:{pair.Value}"));
        return $"[{string.Join(",", all)}]";
    }

    /// <summary>The text that <see cref="Read"/> must give for a message.</summary>
    public static string Expected(MqttProtocolVersion version, MqttMessage message, PublishHeader header)
    {
        var flags = (header.Duplicate ? 8 : 0) | ((int)header.QualityOfService << 1) | (header.Retain ? 1 : 0);
        string[] alias = header.Alias == 0 ? [] : [$"35={header.Alias}"];
        return $"{(header.OmitTopic ? "" : message.Topic)} {header.Identifier} {flags} {Properties(version, message, alias)} {Convert.ToHexString(message.Payload.Span)}";
    }
}
