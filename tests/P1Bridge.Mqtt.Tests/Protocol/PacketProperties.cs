using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Protocol;

public class PacketProperties
{
    static readonly Config Seeded = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_261_121, 7);

    static Gen<string> Topic => Gen.Elements("a", "/", "p1bridge/meter/power", "é/ü", "日本/😀", "$SYS/x", "sport/", " ");

    static Gen<Packet> PublishGen =>
        from topic in Topic
        from payload in ArbMap.Default.GeneratorFor<byte[]>()
        from qualityOfService in Gen.Choose(0, 2)
        from identifier in Gen.Choose(1, ushort.MaxValue)
        from retain in Gen.Elements(true, false)
        from again in Gen.Elements(true, false)
        let duplicate = again && qualityOfService > 0
        select (Packet)new PublishPacket(
            new MqttMessage(topic, payload) { QualityOfService = (MqttQualityOfService)qualityOfService, Retain = retain, Duplicate = duplicate },
            (ushort)(qualityOfService == 0 ? 0 : identifier),
            duplicate);

    static Gen<Packet> AcknowledgementGen =>
        from type in Gen.Elements(PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp)
        from identifier in Gen.Choose(1, ushort.MaxValue)
        select (Packet)new AcknowledgementPacket(type, (ushort)identifier);

    static Arbitrary<Packet[]> Packets => Gen.ArrayOf(Gen.OneOf(PublishGen, AcknowledgementGen)).ToArbitrary();

    [Fact]
    public void Each_packet_survives_a_round_trip_under_any_chunking() =>
        Check.One(Seeded, Prop.ForAll(Packets, ArbMap.Default.ArbFor<PositiveInt>(), (packets, chunk) =>
        {
            var writer = new PacketWriter();
            foreach (var packet in packets) CodecV311.Write(writer, packet);
            return Described(ReadInChunks(writer.Written.ToArray(), chunk.Get % 37 + 1)).SequenceEqual(Described(packets));
        }));

    [Fact]
    public void A_large_payload_survives_byte_by_byte()
    {
        var payload = new byte[100_000];
        new Random(1).NextBytes(payload);
        var writer = new PacketWriter();
        CodecV311.Write(writer, new PublishPacket(new MqttMessage("big", payload), 0));
        var read = Assert.IsType<PublishPacket>(Assert.Single(ReadInChunks(writer.Written.ToArray(), 1)));
        Assert.Equal(payload, read.Message.Payload.ToArray());
    }

    [Fact]
    public void Random_bytes_give_packets_or_the_protocol_error_and_nothing_else() =>
        Check.One(Seeded.WithMaxTest(5000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Survives(bytes)));

    [Fact]
    public void A_good_packet_with_one_byte_changed_gives_packets_or_the_protocol_error_and_nothing_else()
    {
        var random = new Random(42);
        byte[] good =
        [
            0x20, 2, 0, 0, 0x3D, 8, 0, 2, 97, 47, 0, 7, 104, 105, 0x90, 4, 0, 1, 0, 0x80, 0x40, 2, 0, 1, 0x62, 2, 0, 9, 0xD0, 0, 0xB0, 2, 0, 4,
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Assert.True(Survives(bytes));
        }
    }

    static bool Survives(byte[] bytes)
    {
        try
        {
            ReadInChunks(bytes, 7);
            return true;
        }
        catch (MqttException exception)
        {
            return exception.Failure == MqttFailure.Protocol;
        }
    }

    static List<Packet> ReadInChunks(byte[] bytes, int chunk)
    {
        var buffer = new PacketBuffer(1024 * 1024);
        var packets = new List<Packet>();
        for (var at = 0; at < bytes.Length;)
        {
            var free = buffer.Free();
            var count = Math.Min(Math.Min(chunk, free.Length), bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(free);
            buffer.Advance(count);
            at += count;
            while (buffer.TryTake(out var header, out var body)) packets.Add(CodecV311.Read(header, body));
        }
        return packets;
    }

    // Payloads compare by content, which the records themselves do not do.
    static IEnumerable<string> Described(IEnumerable<Packet> packets) => packets.Select(packet => packet is PublishPacket publish
        ? $"{publish.Identifier} {publish.Duplicate} {publish.Message with { Payload = default }} {Convert.ToHexString(publish.Message.Payload.Span)}"
        : $"{packet}");
}
