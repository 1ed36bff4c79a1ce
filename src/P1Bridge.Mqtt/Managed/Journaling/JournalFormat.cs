using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace P1Bridge.Mqtt.Managed.Journaling;

/// <summary>
/// The bytes of a journal segment, version 1, little endian. Header: "P1BJ", version (2 bytes), 2 bytes of zero, first sequence (8),
/// checksum (4). Then records: length of the body (4), body, checksum of both (4). A body begins with its kind: 1 = message (sequence 8,
/// class 1, flags 1, enqueued 8, expires 8 or 0, topic length 2, topic, properties length 4, properties, payload), 2 = done (first
/// sequence 8, last sequence 8). Times are milliseconds since 1970 (UTC). Checksums are CRC-32C.
/// </summary>
static class JournalFormat
{
    public const ushort Version = 1;
    public const int HeaderSize = 20;
    public const int DoneSize = Frame + DoneBody;
    const int Frame = 8;
    const int DoneBody = 17;
    const int MessageBody = 1 + 8 + 1 + 1 + 8 + 8 + 2 + 4;
    const byte MessageKind = 1;
    const byte DoneKind = 2;
    const int RetainFlag = 4;
    const int QualityMask = 3;

    static ReadOnlySpan<byte> Magic => "P1BJ"u8;

    public static void WriteHeader(IBufferWriter<byte> output, long firstSequence)
    {
        var header = output.GetSpan(HeaderSize)[..HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Checksum(header[..16]));
        output.Advance(HeaderSize);
    }

    /// <summary>Why this is no segment that can be read, or null when it is one.</summary>
    public static string? HeaderError(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < HeaderSize) return "it is shorter than its header";
        if (!segment.StartsWith(Magic)) return "it does not begin like a journal";
        if (Checksum(segment[..16]) != BinaryPrimitives.ReadUInt32LittleEndian(segment[16..])) return "the checksum of its header is wrong";
        var version = BinaryPrimitives.ReadUInt16LittleEndian(segment[4..]);
        return version == Version ? null : $"its format has version {version}, and this program knows {Version}";
    }

    public static long FirstSequence(ReadOnlySpan<byte> segment) => BinaryPrimitives.ReadInt64LittleEndian(segment[8..]);

    public static void WriteMessage(IBufferWriter<byte> output, StoredMessage stored)
    {
        var message = stored.Message;
        var topicSize = Encoding.UTF8.GetByteCount(message.Topic);
        var properties = JournalProperties.Encode(message);
        var size = MessageBody + topicSize + properties.Length + message.Payload.Length;
        var record = Begin(output, size);
        var body = record[4..^4];
        body[0] = MessageKind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], stored.Sequence);
        body[9] = (byte)stored.Delivery;
        body[10] = (byte)((int)message.QualityOfService | (message.Retain ? RetainFlag : 0));
        BinaryPrimitives.WriteInt64LittleEndian(body[11..], stored.Enqueued.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(body[19..], stored.Expires?.ToUnixTimeMilliseconds() ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(body[27..], (ushort)topicSize);
        Encoding.UTF8.GetBytes(message.Topic, body[29..]);
        var rest = body[(29 + topicSize)..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, properties.Length);
        properties.CopyTo(rest[4..]);
        message.Payload.Span.CopyTo(rest[(4 + properties.Length)..]);
        End(output, record);
    }

    public static void WriteDone(IBufferWriter<byte> output, DoneRange done)
    {
        var record = Begin(output, DoneBody);
        var body = record[4..^4];
        body[0] = DoneKind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], done.First);
        BinaryPrimitives.WriteInt64LittleEndian(body[9..], done.Last);
        End(output, record);
    }

    /// <summary>Finds the record at the beginning of <paramref name="rest"/>; <paramref name="size"/> is its whole length.</summary>
    public static RecordState Read(ReadOnlySpan<byte> rest, out int size)
    {
        size = 0;
        if (rest.IsEmpty) return RecordState.End;
        if (rest.Length < 4) return RecordState.Torn;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length is < 1 or > int.MaxValue - Frame) return RecordState.Bad;
        if (rest.Length < (int)length + Frame) return RecordState.Torn;
        size = (int)length + Frame;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[(size - 4)..]);
        return checksum == Checksum(rest[..(size - 4)]) ? RecordState.Good : RecordState.Bad;
    }

    /// <summary>Takes apart a good record: exactly one of the two results is set. False when its content makes no sense.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> record, TopicCache topics, out StoredMessage? message, out DoneRange? done)
    {
        (message, done) = (null, null);
        var body = record[4..^4];
        if (body.Span[0] == MessageKind) message = DecodeMessage(body, topics);
        else if (body.Span[0] == DoneKind && body.Length == DoneBody) done = DecodeDone(body.Span);
        return message is not null || done is not null;
    }

    static DoneRange DecodeDone(ReadOnlySpan<byte> body) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(body[1..]), BinaryPrimitives.ReadInt64LittleEndian(body[9..]));

    // The payload stays a part of the segment's memory: a hundred thousand messages are read in a moment that way.
    static StoredMessage? DecodeMessage(ReadOnlyMemory<byte> memory, TopicCache topics)
    {
        var body = memory.Span;
        if (body.Length < MessageBody) return null;
        var topicSize = BinaryPrimitives.ReadUInt16LittleEndian(body[27..]);
        var propertiesAt = 29 + topicSize + 4;
        if (body.Length < propertiesAt) return null;
        var propertiesSize = BinaryPrimitives.ReadInt32LittleEndian(body[(propertiesAt - 4)..]);
        if (propertiesSize < 0 || propertiesSize > body.Length - propertiesAt) return null;
        if ((body[10] & QualityMask) > (int)MqttQualityOfService.ExactlyOnce) return null;
        if (!TryTime(body[11..], out var enqueued) || !TryTime(body[19..], out var expires)) return null;
        var message = new MqttMessage(topics.Get(body.Slice(29, topicSize)), memory[(propertiesAt + propertiesSize)..])
        {
            QualityOfService = (MqttQualityOfService)(body[10] & QualityMask),
            Retain = (body[10] & RetainFlag) != 0,
        };
        if (JournalProperties.Decode(body.Slice(propertiesAt, propertiesSize), message) is not { } complete) return null;
        return new StoredMessage(
            BinaryPrimitives.ReadInt64LittleEndian(body[1..]),
            (MqttDelivery)body[9],
            enqueued,
            expires == DateTimeOffset.UnixEpoch ? null : expires,
            complete);
    }

    static bool TryTime(ReadOnlySpan<byte> bytes, out DateTimeOffset time)
    {
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var isTime = milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = DateTimeOffset.FromUnixTimeMilliseconds(isTime ? milliseconds : 0);
        return isTime;
    }

    static Span<byte> Begin(IBufferWriter<byte> output, int size)
    {
        var record = output.GetSpan(size + Frame)[..(size + Frame)];
        BinaryPrimitives.WriteInt32LittleEndian(record, size);
        return record;
    }

    static void End(IBufferWriter<byte> output, Span<byte> record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[^4..], Checksum(record[..^4]));
        output.Advance(record.Length);
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var value in bytes[^(bytes.Length % 8)..]) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
