namespace P1Bridge.Mqtt.Protocol;

/// <summary>The variable-length encoding of lengths: seven bits a byte, low bits first, at most four bytes (MQTT 3.1.1 section 2.2.3).</summary>
static class VariableInteger
{
    public const int Maximum = 268_435_455;
    const int MaximumSize = 4;

    /// <summary>Writes the shortest form and returns its size.</summary>
    public static int Write(Span<byte> target, int value)
    {
        var size = 0;
        do
        {
            var low = value & 0x7F;
            value >>= 7;
            target[size++] = (byte)(value > 0 ? low | 0x80 : low);
        }
        while (value > 0);
        return size;
    }

    /// <summary>Reads one; false when bytes are missing. A fifth byte or a longer form than needed is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out int value, out int size)
    {
        value = 0;
        for (size = 0; size < source.Length && size < MaximumSize;)
        {
            var part = source[size];
            value |= (part & 0x7F) << (7 * size);
            size++;
            if ((part & 0x80) != 0) continue;
            if (part == 0 && size > 1) throw MqttException.Malformed("a length in a longer form than needed");
            return true;
        }
        return size < MaximumSize ? false : throw MqttException.Malformed("a length of more than four bytes");
    }
}
