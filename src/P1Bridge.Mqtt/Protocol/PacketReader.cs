using System.Buffers.Binary;
using System.Text;

namespace P1Bridge.Mqtt.Protocol;

/// <summary>Reads the fields of one packet's body and refuses to read past its end.</summary>
ref struct PacketReader(ReadOnlySpan<byte> body)
{
    ReadOnlySpan<byte> _rest = body;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public int ReadVariableInteger()
    {
        if (!VariableInteger.TryRead(_rest, out var value, out var size)) throw MqttException.Malformed("the packet ends too early");
        _rest = _rest[size..];
        return value;
    }

    /// <summary>Binary data with a length of two bytes in front.</summary>
    public ReadOnlySpan<byte> ReadBinary() => Take(ReadUInt16());

    /// <summary>The properties of a packet: their length is always there [MQTT5-2.2.2-1].</summary>
    public PropertyReader ReadProperties(PacketType packet) => new(packet, Take(ReadVariableInteger()));

    /// <summary>A packet identifier: never 0 [MQTT-2.3.1-1].</summary>
    public ushort ReadIdentifier()
    {
        var identifier = ReadUInt16();
        return identifier != 0 ? identifier : throw MqttException.Malformed("packet identifier 0");
    }

    /// <summary>A string: well-formed UTF-8 without U+0000 [MQTT-1.5.3-1, 1.5.3-2].</summary>
    public string ReadString()
    {
        var bytes = Take(ReadUInt16());
        if (bytes.Contains((byte)0)) throw MqttException.Malformed("a text with the character U+0000");
        try
        {
            return StrictUtf8.Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw MqttException.Malformed("a text that is not UTF-8");
        }
    }

    public ReadOnlySpan<byte> ReadRest() => Take(_rest.Length);

    public readonly void RequireEnd()
    {
        if (!_rest.IsEmpty) throw MqttException.Malformed($"{_rest.Length} bytes too many");
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw MqttException.Malformed("the packet ends too early");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
