using System.Diagnostics;
using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

/// <summary>How a connection ends: by us, by the broker, by what it must not send.</summary>
public class ClosingTests
{
    [Theory(DisplayName = "[MQTT-3.14.4-1] [MQTT5-3.14.4-1] DISCONNECT is the shortest one and the last packet")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Nothing_after_DISCONNECT(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var leaving = linked.Client.DisconnectAsync();
        Assert.Equal((0xE0, 0), (await linked.Peer.ReadAsync()) is { } packet ? (packet.Header, packet.Body.Length) : default);
        await linked.Peer.WriteAsync(Publish(version, "a", "x", 1, 3)); // Would be acknowledged, were it not too late.
        Assert.False(linked.Client.TryPublish(MqttMessage.Text("a", "x")));
        await Assert.ThrowsAsync<MqttException>(() => linked.Publish("a", 1));
        Assert.True(await linked.Peer.IsClosedAsync());
        linked.Peer.Dispose();
        await leaving.Soon();
    }

    [Theory(DisplayName = "[MQTT-3.14.4-2] [MQTT5-3.14.4-2] After DISCONNECT the link is closed, also when the broker does not")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Closed_after_DISCONNECT(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await linked.Client.DisconnectAsync().Soon(); // The other end neither reads nor closes.
        Assert.Equal(14, (await linked.Peer.ReadAsync()).Type);
        Assert.True(await linked.Peer.IsClosedAsync());
        Assert.Equal(MqttFailure.Requested, (await linked.Closed).Failure);
    }

    [Theory(DisplayName = "[MQTT-4.8.0-2] [MQTT5-4.13.1-1] A malformed packet closes the link; 5.0 says why")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Malformed(MqttProtocolVersion version)
    {
        byte[][] packets =
        [
            [0xD1, 0], [0x40, 2, 0, 0], [0x40, 1, 0], [0x36, 5, 0, 1, 97, 0, 1, 0], [0x30, 2, 0, 9], [0xD0, 0x80, 0x80, 0x80, 0x80, 1],
            Publish(version, "a/#", "x"), [0x90, 2, 0, 1],
        ];
        foreach (var packet in packets)
        {
            await using var linked = await Linked.ConnectAsync(version);
            await linked.Peer.WriteAsync([.. packet, .. new byte[100]]); // What follows does not take the reason with it.
            await linked.Peer.IsClosedWithAsync(MqttReasonCode.MalformedPacket);
            Assert.Equal((MqttFailure.Protocol, MqttReasonCode.MalformedPacket), (await linked.Closed) is { } closed ? (closed.Failure, closed.ReasonCode) : default);
        }
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task A_packet_that_a_server_may_not_send_closes_the_link(MqttProtocolVersion version)
    {
        foreach (var header in new byte[] { 0x00, 0x10, 0x80, 0xA0, 0xC0 })
        {
            await using var linked = await Linked.ConnectAsync(version);
            await linked.Peer.WriteAsync(header, 0);
            await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
            Assert.Equal(MqttFailure.Protocol, (await linked.Closed).Failure);
        }
    }

    [Fact(DisplayName = "[MQTT5-4.13.2-1] A DISCONNECT with a code of 0x80 or more closes the link without a word of ours, and says why")]
    public async Task The_broker_says_why()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        var waiting = linked.Publish("a", 1);
        await linked.ReadPublishAsync("a");
        await linked.Peer.WriteAsync(Packet(0xE0, 0x8E, 9, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y', 0x1C, 0, 0));
        Assert.True(await linked.Peer.IsClosedAsync());
        var closed = await linked.Closed;
        Assert.Equal((MqttFailure.Evicted, MqttReasonCode.SessionTakenOver), (closed.Failure, closed.ReasonCode));
        Assert.Contains("another client uses the client identifier \"fake\", \"why\"", closed.Text, StringComparison.Ordinal);
        Assert.Equal(MqttReasonCode.SessionTakenOver, (await Assert.ThrowsAsync<MqttException>(() => waiting.Soon())).ReasonCode);
    }

    [Fact]
    public async Task Another_server_is_named_and_not_followed()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await linked.Peer.WriteAsync(Packet(0xE0, 0x9D, 5, 0x1C, 0, 2, (byte)'b', (byte)'2'));
        var closed = await linked.Closed;
        Assert.Equal((MqttFailure.Refused, MqttReasonCode.ServerMoved, "b2"), (closed.Failure, closed.ReasonCode, closed.ServerReference));
    }

    [Fact]
    public async Task A_broker_that_does_not_take_the_reason_does_not_hold_us_up()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        using var stop = new CancellationTokenSource();
        var flooding = Task.Run(async () =>
        {
            try
            {
                while (!stop.IsCancellationRequested) await linked.Peer.WriteAsync(new byte[64 * 1024]);
            }
            catch (IOException)
            {
                // The link was closed under it, as it should be.
            }
        });
        Assert.Equal(MqttFailure.Protocol, (await linked.Closed).Failure);
        await stop.CancelAsync();
        await flooding.Soon();
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task A_broker_that_asks_without_end_and_takes_no_answer_is_not_read_any_further(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version, options => options with { WriteTimeout = TimeSpan.FromSeconds(1), KeepAlive = TimeSpan.Zero });
        byte[] asking = [.. Enumerable.Range(0, 10_000).SelectMany(_ => Acknowledgement(6, 1))];
        var flooding = Task.Run(async () =>
        {
            try
            {
                while (true) await linked.Peer.WriteAsync(asking);
            }
            catch (IOException)
            {
                // Closed under it: this is what the test waits for.
            }
        });
        Assert.Equal(MqttFailure.Timeout, (await linked.Closed).Failure);
        await flooding.Soon();
    }

    [Theory(DisplayName = "[MQTT-3.1.2-23] [MQTT5-3.1.2-20] When nothing else was sent for three quarters of the keep alive, PINGREQ goes out")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Ping(MqttProtocolVersion version)
    {
        var before = Stopwatch.StartNew();
        await using var linked = await Linked.ConnectAsync(version, options => options with { KeepAlive = TimeSpan.FromSeconds(1) });
        var after = Stopwatch.StartNew();
        var packet = await linked.Peer.ReadAsync();
        Assert.Equal((0xC0, 0), (packet.Header, packet.Body.Length));
        Assert.InRange(before.Elapsed.TotalSeconds, 0.74, double.MaxValue);
        Assert.InRange(after.Elapsed.TotalSeconds, 0, 1.4); // The broker would close at 1.5.
    }

    [Theory(DisplayName = "[MQTT-3.1.2-24] [MQTT5-3.1.2-22] A link whose ping is not answered is closed, whatever else comes")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task No_answer_to_a_ping(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version, options => options with { KeepAlive = TimeSpan.FromSeconds(1) });
        Assert.Equal(12, (await linked.Peer.ReadAsync()).Type);
        await linked.Peer.WriteAsync(0xD0, 0);
        Assert.Equal(12, (await linked.Peer.ReadAsync()).Type);
        await linked.Peer.WriteAsync(Publish(version, "a", "x"));
        Assert.Equal(MqttFailure.Timeout, (await linked.Closed).Failure);
    }
}
