using System.Text;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Support;

/// <summary>Packets as bytes, put together by hand from the standard, in both versions.</summary>
static class Wire
{
    public const MqttProtocolVersion V311 = MqttProtocolVersion.V311;
    public const MqttProtocolVersion V5 = MqttProtocolVersion.V5;

    /// <summary>A fixed header in front of a body.</summary>
    public static byte[] Packet(int header, params byte[] body) => [(byte)header, .. Length(body.Length), .. body];

    public static byte[] Length(int value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((value & 0x7F) | (value > 0x7F ? 0x80 : 0)));
            value >>= 7;
        }
        while (value > 0);
        return [.. bytes];
    }

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Number(bytes.Length), .. bytes];
    }

    public static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    /// <summary>Properties with their length in front; nothing in 3.1.1.</summary>
    public static byte[] Properties(MqttProtocolVersion version, params byte[] properties) =>
        version == V5 ? [.. Length(properties.Length), .. properties] : [];

    public static byte[] Connack(MqttProtocolVersion version, bool sessionPresent = false, int code = 0, params byte[] properties) =>
        Packet(0x20, [(byte)(sessionPresent ? 1 : 0), (byte)code, .. Properties(version, properties)]);

    public static byte[] Publish(
        MqttProtocolVersion version, string topic, string payload, int qualityOfService = 0, int identifier = 0, int flags = 0, params byte[] properties) =>
        Packet(
            0x30 | (qualityOfService << 1) | flags,
            [.. Text(topic), .. qualityOfService == 0 ? [] : Number(identifier), .. Properties(version, properties), .. Encoding.UTF8.GetBytes(payload)]);

    /// <summary>PUBACK 4, PUBREC 5, PUBREL 6, PUBCOMP 7.</summary>
    public static byte[] Acknowledgement(int type, int identifier, params byte[] more) =>
        Packet((type << 4) | (type == 6 ? 2 : 0), [.. Number(identifier), .. more]);

    public static byte[] Suback(MqttProtocolVersion version, int identifier, params byte[] codes) =>
        Packet(0x90, [.. Number(identifier), .. Properties(version), .. codes]);

    public static byte[] Unsuback(MqttProtocolVersion version, int identifier, params byte[] codes) =>
        Packet(0xB0, [.. Number(identifier), .. Properties(version), .. version == V5 ? codes : []]);

    /// <summary>What our codec writes.</summary>
    public static byte[] Written(MqttProtocolVersion version, Packet packet)
    {
        var writer = new PacketWriter();
        Codec.For(version).Write(writer, packet);
        return writer.Written.ToArray();
    }

    public static byte[] Written(MqttProtocolVersion version, MqttMessage message, PublishHeader header)
    {
        var writer = new PacketWriter();
        Codec.For(version).WritePublish(writer, message, header);
        return writer.Written.ToArray();
    }

    public static byte[] Written(MqttProtocolVersion version, Acknowledgement acknowledgement)
    {
        var writer = new PacketWriter();
        Codec.For(version).WriteAcknowledgement(writer, acknowledgement);
        return writer.Written.ToArray();
    }

    /// <summary>What our codec makes of bytes, delivered in pieces of a given size: packets and acknowledgements.</summary>
    public static List<object> Read(MqttProtocolVersion version, byte[] bytes, int chunk = int.MaxValue)
    {
        var buffer = new PacketBuffer(1024 * 1024);
        var codec = Codec.For(version);
        var packets = new List<object>();
        for (var at = 0; at < bytes.Length;)
        {
            var free = buffer.Free();
            var count = Math.Min(Math.Min(chunk, free.Length), bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(free);
            buffer.Advance(count);
            at += count;
            while (buffer.TryTake(out var header, out var body))
                packets.Add(codec.TryReadAcknowledgement(header, body, out var acknowledgement) ? acknowledgement : codec.Read(header, body));
        }
        return packets;
    }

    public static T ReadOne<T>(MqttProtocolVersion version, params byte[] bytes) => Assert.IsType<T>(Assert.Single(Read(version, bytes)));

    /// <summary>The reason code with which our codec refuses bytes.</summary>
    public static MqttReasonCode? ErrorOf(MqttProtocolVersion version, params byte[] bytes) =>
        Assert.Throws<MqttException>(() => Read(version, bytes)).ReasonCode;
}
