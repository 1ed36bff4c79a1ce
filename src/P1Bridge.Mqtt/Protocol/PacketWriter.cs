using System.Buffers.Binary;
using System.Text;

namespace P1Bridge.Mqtt.Protocol;

/// <summary>Packets written one after the other into a growing buffer, ready to go out in one piece.</summary>
sealed class PacketWriter
{
    const int HeaderSpace = 5;
    const int KeptCapacity = 64 * 1024;
    byte[] _buffer = new byte[1024];
    int _packet;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Starts a packet. The fixed header comes last, when the length is known: its room is reserved.</summary>
    public void Begin()
    {
        _packet = Length;
        Take(HeaderSpace);
    }

    /// <summary>Ends the packet: header in front, the bytes that its length field did not need given back.</summary>
    public void End(PacketType type, int flags)
    {
        var body = _buffer.AsSpan(_packet + HeaderSpace, Length - _packet - HeaderSpace);
        if (body.Length > VariableInteger.Maximum) throw new ArgumentException($"A packet of {body.Length} bytes is too long for MQTT.");
        _buffer[_packet] = (byte)(((int)type << 4) | flags);
        var size = VariableInteger.Write(_buffer.AsSpan(_packet + 1), body.Length);
        body.CopyTo(_buffer.AsSpan(_packet + 1 + size));
        Length = _packet + 1 + size + body.Length;
    }

    /// <summary>Forgets the packet that was begun and could not be finished.</summary>
    public void Rollback() => Length = _packet;

    public void WriteByte(int value) => Take(1)[0] = (byte)value;

    public void WriteUInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)value);

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Binary data with a length of two bytes in front.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue) throw new ArgumentException($"{value.Length} bytes are too long for an MQTT field of at most 65535.");
        WriteUInt16(value.Length);
        WriteBytes(value);
    }

    /// <summary>A UTF-8 string with a length of two bytes in front [MQTT-1.5.3-1].</summary>
    public void WriteString(string value)
    {
        try
        {
            var size = StrictUtf8.Encoding.GetByteCount(value);
            if (size > ushort.MaxValue) throw new ArgumentException($"A text of {size} bytes is too long for MQTT (65535).");
            WriteUInt16(size);
            StrictUtf8.Encoding.GetBytes(value, Take(size));
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException("A text with half a surrogate pair cannot be sent as UTF-8.", exception);
        }
    }

    public void Clear()
    {
        Length = 0;
        // One huge payload shall not pin its memory for the life of the link.
        if (_buffer.Length > KeptCapacity) _buffer = new byte[KeptCapacity];
    }

    Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
