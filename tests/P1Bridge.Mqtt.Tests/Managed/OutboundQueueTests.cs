using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Mqtt.Managed;

namespace P1Bridge.Mqtt.Tests.Managed;

public class OutboundQueueTests
{
    readonly List<string> _finished = [];

    OutboundQueue Queue(int count = 100, long bytes = 1_000_000) =>
        new(count, bytes, (entry, outcome) => _finished.Add($"{entry.Message.PayloadText}:{outcome}"));

    static Entry Entry(string topic, string payload, MqttDelivery delivery = MqttDelivery.State) =>
        new(MqttMessage.Text(topic, payload), delivery, 0);

    static List<string> Drain(OutboundQueue queue)
    {
        var order = new List<string>();
        for (; queue.Peek() is { } entry; queue.Take()) order.Add(entry.Message.PayloadText);
        return order;
    }

    [Fact]
    public void Of_a_state_the_latest_value_stays_in_the_place_of_the_first()
    {
        var queue = Queue();
        foreach (var (topic, payload) in new[] { ("a", "a1"), ("b", "b1"), ("a", "a2"), ("c", "c1"), ("a", "a3") }) queue.Add(Entry(topic, payload));
        Assert.Equal(3, queue.Count);
        Assert.Equal(["a3", "b1", "c1"], Drain(queue));
        Assert.Equal(["a1:Superseded", "a2:Superseded"], _finished);
        Assert.Equal(0, queue.Bytes);
    }

    [Fact]
    public void Control_goes_before_state_and_live_is_never_collapsed()
    {
        var queue = Queue();
        queue.Add(Entry("s", "state"));
        queue.Add(Entry("l", "live1", MqttDelivery.Live));
        queue.Add(Entry("l", "live2", MqttDelivery.Live));
        queue.Add(Entry("c", "control", MqttDelivery.Control));
        Assert.Equal(["control", "state", "live1", "live2"], Drain(queue));
    }

    [Fact]
    public void A_topic_that_changes_its_class_keeps_only_the_newest_value()
    {
        var queue = Queue();
        queue.Add(Entry("t", "old"));
        queue.Add(Entry("t", "new", MqttDelivery.Control));
        Assert.Equal(["new"], Drain(queue));
    }

    [Fact]
    public void A_full_queue_drops_the_oldest_and_counts_it()
    {
        var queue = Queue(count: 2);
        foreach (var name in new[] { "a", "b", "c" }) Assert.True(queue.Add(Entry(name, name)));
        Assert.Equal(["a:DroppedQueueFull"], _finished);
        Assert.Equal(["b", "c"], Drain(queue));
    }

    [Fact]
    public void Control_messages_are_the_last_to_go()
    {
        var queue = Queue(count: 2);
        queue.Add(Entry("c1", "c1", MqttDelivery.Control));
        queue.Add(Entry("s1", "s1"));
        Assert.True(queue.Add(Entry("c2", "c2", MqttDelivery.Control)));
        Assert.False(queue.Add(Entry("s2", "s2")));
        Assert.True(queue.Add(Entry("c3", "c3", MqttDelivery.Control)));
        Assert.Equal(["s1:DroppedQueueFull", "s2:DroppedQueueFull", "c1:DroppedQueueFull"], _finished);
        Assert.Equal(["c2", "c3"], Drain(queue));
    }

    [Fact]
    public void The_byte_bound_holds_and_a_message_above_it_is_refused_alone()
    {
        var queue = Queue(bytes: 2000);
        queue.Add(Entry("a", new string('x', 900)));
        Assert.False(queue.Add(Entry("b", new string('y', 2000))));
        Assert.Equal(1, queue.Count);
        queue.Add(Entry("c", new string('z', 900)));
        Assert.Equal(1, queue.Count);
        Assert.InRange(queue.Bytes, 900, 2000);
    }

    [Fact]
    public void What_was_under_way_returns_in_front_and_in_order_unless_a_newer_value_waits()
    {
        var queue = Queue();
        queue.Add(Entry("c", "c1"));
        queue.Add(Entry("a", "a2"));
        queue.Return([Entry("a", "a1"), Entry("b", "b1"), Entry("b", "b2"), Entry("l", "l1", MqttDelivery.Live), Entry("d", "d1")]);
        Assert.Equal(["b2", "d1", "c1", "a2"], Drain(queue));
        Assert.Equal(["l1:DroppedOffline", "b1:Superseded", "a1:Superseded"], _finished);
    }

    [Fact]
    public void A_suspected_message_returns_to_the_end()
    {
        var queue = Queue();
        queue.Add(Entry("a", "a"));
        var suspect = Entry("s", "suspect");
        suspect.Breaks = Mqtt.Managed.Entry.SuspectAfter;
        queue.Return([suspect, Entry("b", "b")]);
        Assert.Equal(["b", "a", "suspect"], Drain(queue));
    }

    [Fact]
    public void Live_messages_go_with_the_connection()
    {
        var queue = Queue();
        queue.Add(Entry("l", "live", MqttDelivery.Live));
        queue.Add(Entry("s", "state"));
        queue.DropLive();
        Assert.Equal(["state"], Drain(queue));
        Assert.Equal(["live:DroppedOffline"], _finished);
    }

    [Fact]
    public void Whatever_comes_the_bounds_hold_every_message_ends_once_and_the_newest_value_of_a_topic_wins()
    {
        var steps = Gen.ArrayOf(Gen.Choose(0, 11)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(5, 9), Prop.ForAll(steps, choices =>
        {
            var ended = new List<Entry>();
            var queue = new OutboundQueue(5, 1500, (entry, _) => ended.Add(entry));
            var added = new List<Entry>();
            foreach (var choice in choices)
            {
                var entry = Entry($"t{choice % 4}", $"{added.Count}", (MqttDelivery)(choice % 3));
                added.Add(entry);
                queue.Add(entry);
                if (queue.Count > 5 || queue.Bytes > 1500) return false;
            }
            var left = new List<Entry>();
            for (; queue.Peek() is { } entry; queue.Take()) left.Add(entry);
            var latest = left.Where(entry => entry.Delivery != MqttDelivery.Live).Select(entry => entry.Message.Topic);
            return queue.Bytes == 0 && latest.Distinct().Count() == latest.Count()
                && added.ToHashSet().SetEquals(ended.Concat(left)) && ended.Count + left.Count == added.Count;
        }));
    }
}
