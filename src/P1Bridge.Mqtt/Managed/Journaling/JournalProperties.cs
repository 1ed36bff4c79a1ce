namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>
/// The extensible part of a stored message: properties as number (1 byte), length (4 bytes, little endian) and value. A number that is
/// not known is passed over, so that an older program can read what a newer one has written. Version 1 of the journal knows none yet.
/// </summary>
static class JournalProperties
{
    public static ReadOnlySpan<byte> Encode(MqttMessage message)
    {
        _ = message;
        return [];
    }

    public static MqttMessage Decode(ReadOnlySpan<byte> block, MqttMessage message)
    {
        _ = block;
        return message;
    }
}
