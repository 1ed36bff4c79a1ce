using P1Bridge.Mqtt.Tests.Support;
using static P1Bridge.Mqtt.Tests.Support.Wire;

namespace P1Bridge.Mqtt.Tests.Link;

public class SubscribingTests
{
    static readonly MqttSubscription[] Two = [new("a"), new("b", MqttQualityOfService.ExactlyOnce)];

    [Theory(DisplayName = "[MQTT-3.8.3-3] [MQTT5-3.8.3-2] SUBSCRIBE has at least one filter")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Subscribe_needs_a_filter(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.SubscribeAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.SubscribeAsync([new MqttSubscription("a#")]));
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.SubscribeAsync([new MqttSubscription("a", (MqttQualityOfService)3)]));
    }

    [Theory(DisplayName = "[MQTT-3.10.3-2] [MQTT5-3.10.3-2] UNSUBSCRIBE has at least one filter")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Unsubscribe_needs_a_filter(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.UnsubscribeAsync([]));
    }

    [Theory(DisplayName = "[MQTT-3.8.4-5] [MQTT5-3.8.4-6] SUBACK has one answer per filter; another number is a protocol error")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Number_of_answers(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var subscribing = linked.Client.SubscribeAsync(Two);
        await linked.ReadAsync(8, 1);
        await linked.Peer.WriteAsync(Suback(version, 1, 1));
        await Assert.ThrowsAsync<MqttException>(() => subscribing.Soon());
        await linked.Peer.IsClosedWithAsync(MqttReasonCode.ProtocolError);
    }

    [Theory(DisplayName = "[MQTT-3.9.3-1] [MQTT5-3.9.3-1] The answers of SUBACK belong to the filters in their order; a refused one is a result of its own")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Order_of_answers(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var subscribing = linked.Client.SubscribeAsync([.. Two, new MqttSubscription("c")]);
        await linked.ReadAsync(8, 1);
        await linked.Peer.WriteAsync(Suback(version, 1, 1, 0x80, 0));
        Assert.Equal(
            [("a", MqttReasonCode.GrantedQualityOfService1, true), ("b", MqttReasonCode.UnspecifiedError, false), ("c", MqttReasonCode.Success, true)],
            (await subscribing.Soon()).Select(result => (result.Filter, result.ReasonCode, result.Succeeded)));
    }

    [Fact(DisplayName = "[MQTT5-3.11.3-1] The answers of UNSUBACK belong to the filters in their order")]
    public async Task Order_of_UNSUBACK()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        var ending = linked.Client.UnsubscribeAsync(["a", "b", "c"]);
        await linked.ReadAsync(10, 1);
        await linked.Peer.WriteAsync(Unsuback(V5, 1, 0, 0x11, 0x87));
        Assert.Equal([0, 0x11, 0x87], (await ending.Soon()).Select(result => (int)result.ReasonCode));
    }

    [Theory(DisplayName = "[MQTT-2.3.1-7] [MQTT5-2.2.1-6] SUBACK and UNSUBACK are matched by their identifier")]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task Answers_are_matched(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version);
        var first = linked.Client.SubscribeAsync([new MqttSubscription("a")]);
        var second = linked.Client.SubscribeAsync([new MqttSubscription("b")]);
        var third = linked.Client.UnsubscribeAsync(["c"]);
        await linked.Peer.WriteAsync([.. Unsuback(version, 3, 0), .. Suback(version, 2, 2), .. Suback(version, 3, 1)]);
        Assert.Equal("c", Assert.Single(await third.Soon()).Filter);
        Assert.Equal(MqttReasonCode.GrantedQualityOfService2, Assert.Single(await second.Soon()).ReasonCode);
        Assert.False(first.IsCompleted);
        await linked.Peer.WriteAsync(Suback(version, 1, 0));
        Assert.Equal(MqttReasonCode.Success, Assert.Single(await first.Soon()).ReasonCode);
    }

    [Fact(DisplayName = "[MQTT5-3.8.3-4] A shared subscription is not combined with leaving out one's own messages")]
    public async Task Shared_and_no_local()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.SubscribeAsync([new MqttSubscription("$share/g/a") { NoLocal = true }]));
    }

    [Fact]
    public async Task Options_and_identifier_of_a_subscription_are_sent_as_set()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        _ = linked.Client.SubscribeAsync(
        [
            new MqttSubscription("a") { Identifier = 200, NoLocal = true, RetainHandling = MqttRetainHandling.DoNotSend },
            new MqttSubscription("b", MqttQualityOfService.ExactlyOnce) { Identifier = 200, RetainAsPublished = true, RetainHandling = MqttRetainHandling.SendIfNew },
        ]);
        Assert.Equal([0, 1, 3, 0x0B, 0xC8, 1, 0, 1, (byte)'a', 0x25, 0, 1, (byte)'b', 0x1A], (await linked.Peer.ReadAsync()).Body);
        await Assert.ThrowsAsync<ArgumentException>(
            () => linked.Client.SubscribeAsync([new MqttSubscription("a") { Identifier = 1 }, new MqttSubscription("b")]));
        await Assert.ThrowsAsync<ArgumentException>(() => linked.Client.SubscribeAsync([new MqttSubscription("a") { Identifier = 0 }]));
    }

    [Fact]
    public async Task The_brokers_words_are_in_the_result()
    {
        await using var linked = await Linked.ConnectAsync(V5);
        var subscribing = linked.Client.SubscribeAsync([new MqttSubscription("a")]);
        await linked.Peer.WriteAsync(Packet(0x90, 0, 1, 6, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y', 0x87));
        Assert.Equal(new MqttFilterResult("a", MqttReasonCode.NotAuthorized) { Text = "why" }, Assert.Single(await subscribing.Soon()));
    }

    [Theory]
    [InlineData(V311)]
    [InlineData(V5)]
    public async Task An_identifier_that_nobody_waits_for_any_more_is_free_after_its_answer_and_not_before(MqttProtocolVersion version)
    {
        await using var linked = await Linked.ConnectAsync(version, options => options with { ConnectTimeout = TimeSpan.FromSeconds(5) });
        using var cancel = new CancellationTokenSource();
        var subscribing = linked.Client.SubscribeAsync([new MqttSubscription("a")], cancel.Token);
        await linked.ReadAsync(8, 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing.Soon());
        await AllOthersAsync(linked);
        var waiting = linked.Client.SubscribeAsync([new MqttSubscription("late")]);
        Assert.False(waiting.IsCompleted);
        await linked.Peer.WriteAsync(Suback(version, 1, 0));
        Assert.Equal("late", (await linked.Peer.ReadAsync() is { } packet ? packet.Text(version == V5 ? 3 : 2) : null));
    }

    // Takes every identifier but the first, so that the next request can only have that one.
    static async Task AllOthersAsync(Linked linked)
    {
        for (var i = 2; i <= ushort.MaxValue; i++) _ = linked.Publish("t", 1);
        for (var i = 2; i <= ushort.MaxValue; i++) Assert.Equal(i, (await linked.ReadPublishAsync("t")).PublishIdentifier);
    }

    [Fact]
    public async Task A_broker_that_answers_no_subscription_is_left_before_it_has_all_identifiers()
    {
        await using var linked = await Linked.ConnectAsync(V311);
        using var cancelled = new CancellationTokenSource();
        for (var i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource();
            var subscribing = linked.Client.SubscribeAsync([new MqttSubscription("a")], cancel.Token);
            await linked.ReadAsync(8, i + 1);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing.Soon());
        }
        Assert.Equal(MqttFailure.Timeout, (await linked.Closed).Failure);
    }
}
