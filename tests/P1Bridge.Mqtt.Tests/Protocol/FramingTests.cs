using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Protocol;

public class FramingTests
{
    [Theory]
    [InlineData(0, new byte[] { 0x00 })]
    [InlineData(127, new byte[] { 0x7F })]
    [InlineData(128, new byte[] { 0x80, 0x01 })]
    [InlineData(16_383, new byte[] { 0xFF, 0x7F })]
    [InlineData(16_384, new byte[] { 0x80, 0x80, 0x01 })]
    [InlineData(2_097_151, new byte[] { 0xFF, 0xFF, 0x7F })]
    [InlineData(2_097_152, new byte[] { 0x80, 0x80, 0x80, 0x01 })]
    [InlineData(268_435_455, new byte[] { 0xFF, 0xFF, 0xFF, 0x7F })]
    public void Lengths_at_the_edges_of_the_table_in_section_2_2_3(int value, byte[] bytes)
    {
        var target = new byte[4];
        Assert.Equal(bytes.Length, VariableInteger.Write(target, value));
        Assert.Equal(bytes, target[..bytes.Length]);
        Assert.True(VariableInteger.TryRead(bytes, out var read, out var size));
        Assert.Equal((value, bytes.Length), (read, size));
        Assert.False(VariableInteger.TryRead(bytes.AsSpan(..^1), out _, out _));
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0x80, 0x00 })]
    [InlineData(new byte[] { 0x85, 0x80, 0x00 })]
    public void A_length_that_is_too_long_or_not_in_its_shortest_form_is_malformed(byte[] bytes) =>
        Assert.Throws<MqttException>(() => VariableInteger.TryRead(bytes, out _, out _));

    [Fact]
    public void A_packet_above_the_limit_is_refused_by_its_header_alone()
    {
        var buffer = new PacketBuffer(64);
        new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F }.CopyTo(buffer.Free());
        buffer.Advance(5);
        var thrown = Assert.Throws<MqttException>(() => buffer.TryTake(out _, out _));
        Assert.Equal(MqttReasonCode.PacketTooLarge, thrown.ReasonCode);
    }

    [Fact]
    public void A_packet_of_exactly_the_limit_is_taken()
    {
        var buffer = new PacketBuffer(64);
        byte[] packet = [0x30, 62, .. new byte[62]];
        packet.CopyTo(buffer.Free());
        buffer.Advance(64);
        Assert.True(buffer.TryTake(out var header, out var body));
        Assert.Equal((0x30, 62), (header, body.Length));
    }

    [Fact]
    public void A_huge_promise_in_a_header_allocates_nothing_ahead_of_its_bytes()
    {
        var buffer = new PacketBuffer(200_000_000);
        new byte[] { 0x30, 0x80, 0x80, 0x80, 0x20 }.CopyTo(buffer.Free());
        buffer.Advance(5);
        Assert.False(buffer.TryTake(out _, out _));
        Assert.True(buffer.Free().Length < 10_000);
    }
}
