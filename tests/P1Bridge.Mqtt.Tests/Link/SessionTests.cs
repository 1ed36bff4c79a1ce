using P1Bridge.Mqtt.Link;
using P1Bridge.Mqtt.Protocol;

namespace P1Bridge.Mqtt.Tests.Link;

public class SessionTests
{
    readonly Session _session = new();

    AwaitedPublish Add(string topic = "t", MqttQualityOfService qualityOfService = MqttQualityOfService.AtLeastOnce)
    {
        var publish = new AwaitedPublish(MqttMessage.Text(topic, "x", qualityOfService));
        _session.Add(publish);
        return publish;
    }

    Acknowledgement? Acknowledge(PacketType type, int identifier) => _session.Acknowledge(new Acknowledgement(type, (ushort)identifier));

    [Fact(DisplayName = "[MQTT-2.3.1-2] [MQTT5-2.2.1-3] Identifiers run from 1 to 65535, wrap to 1 and skip those in use")]
    public void Identifiers_wrap_and_skip()
    {
        var first = Add();
        for (var i = 2; i <= ushort.MaxValue; i++)
        {
            Assert.Equal(i, Add().Identifier);
            Acknowledge(PacketType.Puback, i);
        }
        Assert.Equal(1, first.Identifier);
        Assert.Equal(2, Add().Identifier);
    }

    [Fact(DisplayName = "[MQTT-2.3.1-3] Messages and requests share the identifiers; one is free again after its acknowledgement")]
    public async Task All_taken()
    {
        for (var i = 1; i < ushort.MaxValue; i++) Add();
        Assert.Equal(ushort.MaxValue, _session.TryAdd(PacketType.Suback, 1)!.Identifier);
        Assert.Null(_session.TryAdd(PacketType.Suback, 1));
        var waiting = Add();
        Assert.Equal(0, waiting.Identifier);
        var freed = _session.IdentifierFreed();
        Assert.False(freed.IsCompleted);
        _session.Answer(new FilterAnswerPacket(PacketType.Suback, ushort.MaxValue, [MqttReasonCode.Success]));
        await freed.WaitAsync(TimeSpan.FromSeconds(5));
        _session.Begin(ushort.MaxValue, sessionPresent: true, startAnew: true);
    }

    [Fact]
    public void Messages_beyond_the_quota_wait_in_their_order()
    {
        _session.Begin(quota: 2, sessionPresent: false, startAnew: true);
        var all = new[] { Add("a"), Add("b"), Add("c"), Add("d") };
        Assert.Equal([1, 2, 0, 0], all.Select(publish => (int)publish.Identifier));
        Assert.False(_session.TryNext(out _));
        Acknowledge(PacketType.Puback, 2);
        Assert.True(_session.TryNext(out var next));
        Assert.Same(all[2], next);
        Assert.False(_session.TryNext(out _));
        Assert.Equal(0, Add("e").Identifier); // It does not overtake.
    }

    [Fact]
    public void Freed_places_are_filled_together_and_the_last_ones_at_once()
    {
        _session.Begin(quota: 20, sessionPresent: false, startAnew: true);
        for (var i = 0; i < 45; i++) Add();
        var batches = new List<int> { 20 };
        for (var acknowledged = 1; acknowledged <= 45; acknowledged++)
        {
            Acknowledge(PacketType.Puback, acknowledged);
            if (!_session.IsRefillDue) continue;
            var count = 0;
            while (_session.TryNext(out _)) count++;
            if (count > 0) batches.Add(count);
        }
        Assert.Equal([20, 15, 10], batches);
        Assert.False(_session.HasWaiting);
    }

    [Fact]
    public void More_than_two_windows_that_wait_are_a_backlog_which_flows()
    {
        _session.Begin(quota: 20, sessionPresent: false, startAnew: true);
        for (var i = 0; i < 61; i++) Add();
        Assert.True(_session.HasBacklog);
        Acknowledge(PacketType.Puback, 1);
        Assert.False(_session.IsRefillDue);

        Assert.True(_session.TryNext(out _));

        Assert.False(_session.HasBacklog);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(65535)]
    public void With_nothing_under_way_what_waits_is_always_due(int quota)
    {
        _session.Begin(quota, sessionPresent: false, startAnew: true);
        var all = Enumerable.Range(0, 50).Select(_ => Add()).ToList();
        while (all.Count > 0)
        {
            foreach (var publish in all.Where(publish => publish.TakesQuota).ToList())
            {
                Acknowledge(PacketType.Puback, publish.Identifier);
                all.Remove(publish);
            }
            Assert.True(_session.IsRefillDue || all.Count == 0);
            while (_session.TryNext(out _))
            {
            }
        }
    }

    [Fact]
    public void What_waits_twice_over_two_breaks_is_sent_once()
    {
        _session.Begin(quota: 3, sessionPresent: false, startAnew: true);
        foreach (var topic in new[] { "a", "b", "c", "d" }) Add(topic);
        for (var i = 0; i < 2; i++)
        {
            _session.Begin(quota: 1, sessionPresent: true, startAnew: true);
            Assert.True(_session.TryNext(out var first));
            Assert.Equal(("a", 1, true), (first.Message.Topic, (int)first.Identifier, first.IsAgain));
            Assert.False(_session.TryNext(out _));
        }
        var order = new List<string>();
        for (var i = 1; i <= 4; i++)
        {
            Acknowledge(PacketType.Puback, i);
            if (_session.TryNext(out var publish)) order.Add($"{publish.Message.Topic}{publish.Identifier}{publish.IsAgain}");
        }
        Assert.Equal(["b2True", "c3True", "d4False"], order);
    }

    [Fact]
    public void Acknowledgements_that_belong_to_nothing_are_counted()
    {
        Acknowledge(PacketType.Puback, 5);
        Acknowledge(PacketType.Pubcomp, 5);
        _session.Answer(new FilterAnswerPacket(PacketType.Suback, 5, [MqttReasonCode.Success]));
        Assert.Equal(new Acknowledgement(PacketType.Pubrel, 5, MqttReasonCode.PacketIdentifierNotFound), Acknowledge(PacketType.Pubrec, 5));
        Assert.Equal(4, _session.UnknownAcknowledgements);
    }

    [Fact]
    public async Task A_lost_connection_ends_requests_always_and_messages_unless_they_are_kept()
    {
        var lost = new MqttException(MqttFailure.Network, "gone");
        var publish = Add();
        var request = _session.TryAdd(PacketType.Suback, 1)!;
        _session.ConnectionLost(lost, keepMessages: true);
        await Assert.ThrowsAsync<MqttException>(() => request.Done.Task);
        Assert.False(publish.Task.IsCompleted);
        _session.ConnectionLost(lost, keepMessages: false);
        await Assert.ThrowsAsync<MqttException>(() => publish.Task);
    }
}
