namespace P1Bridge.Mqtt.Protocol;

/// <summary>
/// Collects what the network delivers, however it is cut, and hands out whole packets. It grows with the bytes that have
/// arrived, never with what a header promises, and a header above the limit ends the connection before its body is read.
/// </summary>
sealed class PacketBuffer(int maximumPacketSize)
{
    const int FirstCapacity = 4096;
    byte[] _buffer = new byte[FirstCapacity];
    int _start;
    int _end;

    /// <summary>Room for the next read; at least one byte.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end) Reset();
        if (_end == _buffer.Length) MakeRoom();
        return _buffer.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Takes the next whole packet: its first byte and its body, valid until <see cref="Free"/> is called.</summary>
    public bool TryTake(out byte header, out ReadOnlySpan<byte> body)
    {
        header = 0;
        body = default;
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length < 2 || !VariableInteger.TryRead(available[1..], out var length, out var size)) return false;
        var total = 1L + size + length;
        if (total > maximumPacketSize) throw MqttException.TooLarge(total, maximumPacketSize);
        if (available.Length < total) return false;
        header = available[0];
        body = available.Slice(1 + size, length);
        _start += (int)total;
        return true;
    }

    void Reset()
    {
        _start = _end = 0;
        if (_buffer.Length > FirstCapacity * 16) _buffer = new byte[FirstCapacity];
    }

    void MakeRoom()
    {
        var used = _end - _start;
        var target = used > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, used);
        (_buffer, _start, _end) = (target, 0, used);
    }
}
