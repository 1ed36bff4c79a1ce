namespace P1Bridge.Mqtt.Protocol;

/// <summary>
/// Reads the properties of one packet, one by one, and refuses what does not belong there: an unknown or foreign property and one
/// that runs past its length are malformed, a repetition and a number out of range are protocol errors (MQTT 5.0 section 2.2.2.2).
/// </summary>
ref struct PropertyReader(PacketType packet, ReadOnlySpan<byte> properties)
{
    PacketReader _reader = new(properties);
    ulong _seen;

    public Property Id { get; private set; }

    /// <summary>The value of a property that is a number.</summary>
    public uint Number { get; private set; }

    /// <summary>The value of a text, or the name of a pair.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The value of a pair.</summary>
    public string Value { get; private set; } = "";

    public ReadOnlySpan<byte> Binary { get; private set; }

    public readonly bool IsSet => Number != 0;

    public bool Next()
    {
        if (_reader.IsAtEnd) return false;
        var id = _reader.ReadVariableInteger();
        var row = PropertyTable.Find(id, packet) ?? throw MqttException.Malformed($"property {id} in {packet}");
        var bit = 1UL << id;
        if ((_seen & bit) != 0 && !row.Repeats) throw MqttException.ProtocolError($"property {row.Id} twice in {packet}");
        _seen |= bit;
        Id = row.Id;
        Read(row);
        return true;
    }

    void Read(PropertyRow row)
    {
        switch (row.Kind)
        {
            case PropertyKind.Byte: Number = _reader.ReadByte(); break;
            case PropertyKind.TwoBytes: Number = _reader.ReadUInt16(); break;
            case PropertyKind.FourBytes: Number = _reader.ReadUInt32(); break;
            case PropertyKind.VariableInteger: Number = (uint)_reader.ReadVariableInteger(); break;
            case PropertyKind.Text: Text = _reader.ReadString(); return;
            case PropertyKind.TextPair: (Text, Value) = (_reader.ReadString(), _reader.ReadString()); return;
            default: Binary = _reader.ReadBinary(); return;
        }
        if (Number < row.Minimum || Number > row.Maximum) throw MqttException.ProtocolError($"{row.Id} {Number} in {packet}");
    }
}
