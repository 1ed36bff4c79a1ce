using P1Bridge.Mqtt.Protocol;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Protocol;

/// <summary>The table of properties, and what is refused by it.</summary>
public class PropertyTests
{
    static readonly byte[] Sample =
    [
        0x01, 1, 0x02, 0, 0, 1, 0, 0x03, 0, 1, 99, 0x08, 0, 1, 114, 0x09, 0, 2, 1, 2, 0x26, 0, 1, 97, 0, 1, 98, 0x26, 0, 1, 97, 0, 1, 99,
        0x0B, 5, 0x0B, 0x80, 1,
    ];

    [Fact]
    public void All_properties_of_a_message_are_read()
    {
        var message = ReadOne<PublishPacket>(V5, Publish(V5, "t", "p", properties: Sample)).Message;
        Assert.Equal((true, TimeSpan.FromSeconds(256), "c", "r"), (message.PayloadIsText, message.Expiry, message.ContentType, message.ResponseTopic));
        Assert.Equal([1, 2], message.CorrelationData!.Value.ToArray());
        Assert.Equal([KeyValuePair.Create("a", "b"), KeyValuePair.Create("a", "c")], message.UserProperties);
        Assert.Equal([5, 128], message.SubscriptionIdentifiers);
        Assert.Equal("p", message.PayloadText);
    }

    [Fact]
    public void The_table_has_each_property_of_the_standard_once()
    {
        Assert.Equal(27, PropertyTable.Rows.Count);
        Assert.Equal(Enum.GetValues<Property>().Order(), PropertyTable.Rows.Select(row => row.Id).Order());
        Assert.All(PropertyTable.Rows, row => Assert.NotEmpty(row.Packets));
    }

    [Fact]
    public void A_property_in_a_packet_that_it_does_not_belong_to_is_malformed()
    {
        foreach (var row in PropertyTable.Rows.Where(row => !row.Packets.Contains(PacketType.Publish)))
            Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "", properties: [(byte)row.Id, .. Value(row)])));
        foreach (var row in PropertyTable.Rows.Where(row => !row.Packets.Contains(PacketType.Connack)))
            Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Connack(V5, properties: [(byte)row.Id, .. Value(row)])));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "", properties: [0x7F, 1])));
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "", properties: [0xFF, 0x7F])));
    }

    [Fact]
    public void A_property_twice_is_a_protocol_error_unless_it_may_repeat()
    {
        foreach (var row in PropertyTable.Rows.Where(row => row.Packets.Contains(PacketType.Publish)))
        {
            byte[] once = [(byte)row.Id, .. Value(row)];
            Read(V5, Publish(V5, "t", "", properties: once));
            if (row.Repeats) Read(V5, Publish(V5, "t", "", properties: [.. once, .. once]));
            else Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(V5, Publish(V5, "t", "", properties: [.. once, .. once])));
        }
    }

    [Fact]
    public void A_property_that_runs_past_the_end_is_malformed()
    {
        foreach (var row in PropertyTable.Rows.Where(row => row.Packets.Contains(PacketType.Publish)))
        {
            byte[] whole = [(byte)row.Id, .. Value(row)];
            for (var length = 1; length < whole.Length; length++)
                Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, Publish(V5, "t", "payload", properties: whole[..length])));
        }
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, 0x30, 5, 0, 1, 97, 9, 1)); // The length itself says too much.
    }

    [Theory]
    [InlineData(new byte[] { 0x21, 0, 0 })]
    [InlineData(new byte[] { 0x27, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x24, 2 })]
    [InlineData(new byte[] { 0x25, 2 })]
    [InlineData(new byte[] { 0x28, 2 })]
    public void Numbers_out_of_range_are_protocol_errors(byte[] properties) =>
        Assert.Equal(MqttReasonCode.ProtocolError, ErrorOf(V5, Connack(V5, properties: properties)));

    [Fact]
    public void Properties_of_more_than_127_bytes_are_written_and_read()
    {
        foreach (var length in new[] { 120, 127, 128, 200, 16_383, 16_384, 60_000 })
        {
            var message = new MqttMessage("t", new byte[] { 1, 2, 3 }) { ContentType = new string('x', length) };
            var read = ReadOne<PublishPacket>(V5, Written(V5, message, default)).Message;
            Assert.Equal((length, 3), (read.ContentType!.Length, read.Payload.Length));
        }
    }

    [Theory]
    [InlineData(0x40, 0x01)]
    [InlineData(0x40, 0x11)]
    [InlineData(0x62, 0x10)]
    [InlineData(0x90, 0x03)]
    [InlineData(0xB0, 0x01)]
    public void A_success_that_does_not_belong_to_the_packet_is_malformed(byte header, byte code) =>
        Assert.Equal(MqttReasonCode.MalformedPacket, ErrorOf(V5, header >= 0x90 ? Packet(header, 0, 1, 0, code) : Packet(header, 0, 1, code)));

    static byte[] Value(PropertyRow row) => row.Kind switch
    {
        PropertyKind.Byte or PropertyKind.VariableInteger => [1],
        PropertyKind.TwoBytes => [0, 1],
        PropertyKind.FourBytes => [0, 0, 0, 1],
        PropertyKind.TextPair => [0, 1, 97, 0, 1, 98],
        _ => [0, 1, 97],
    };
}
