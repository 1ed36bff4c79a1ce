using System.Buffers.Binary;
using System.Text;

namespace P1Bridge.Mqtt.Protocol;

/// <summary>Packets written one after the other into a growing buffer, ready to go out in one piece.</summary>
sealed class PacketWriter
{
    const int HeaderSpace = 5;
    const int KeptCapacity = 256 * 1024;
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
        if (value.Length > ushort.MaxValue) throw TooLong(value.Length);
        var start = Length;
        // Room for the worst case, so that one pass is enough; what is not needed is given back.
        var target = Take(2 + StrictUtf8.Encoding.GetMaxByteCount(value.Length))[2..];
        try
        {
            var size = StrictUtf8.Encoding.GetBytes(value, target);
            if (size > ushort.MaxValue) throw TooLong(size);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(start), (ushort)size);
            Length = start + 2 + size;
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException("A text with half a surrogate pair cannot be sent as UTF-8.", exception);
        }
    }

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void WriteVariableInteger(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        WriteBytes(bytes[..VariableInteger.Write(bytes, value)]);
    }

    /// <summary>Starts the properties of a packet: the room for their length is reserved like that of the header.</summary>
    public int BeginProperties()
    {
        Take(1);
        return Length;
    }

    /// <summary>Ends the properties: their length in front. Mostly one byte; where it takes more, they move.</summary>
    public void EndProperties(int start)
    {
        var length = Length - start;
        if (length < 0x80)
        {
            _buffer[start - 1] = (byte)length;
            return;
        }
        Span<byte> bytes = stackalloc byte[4];
        var size = VariableInteger.Write(bytes, length);
        Take(size - 1);
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + size - 1));
        bytes[..size].CopyTo(_buffer.AsSpan(start - 1));
    }

    static ArgumentException TooLong(int size) => new($"A text of {size} bytes is too long for MQTT (65535).");

    public void Clear()
    {
        Length = 0;
        // One huge payload shall not pin its memory for the life of the link.
        if (_buffer.Length > KeptCapacity) _buffer = new byte[KeptCapacity];
    }

    static int Grown(int size) => size < Array.MaxLength / 2 ? size * 2 : Array.MaxLength;

    Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(Grown(_buffer.Length), Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
