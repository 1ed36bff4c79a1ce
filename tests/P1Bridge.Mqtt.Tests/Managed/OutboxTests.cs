using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

public class OutboxTests
{
    readonly TestTime _time = new();
    readonly List<string> _refused = [];

    Outbox Outbox(ManagedMqttClientOptions? options = null) =>
        new(options ?? new ManagedMqttClientOptions(), _time, message => _refused.Add(message.Topic));

    static MqttMessage Retained(string topic, string payload = "x") => MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce, retain: true);

    static List<Entry> TakeAll(Outbox outbox)
    {
        var taken = new List<Entry>();
        while (outbox.TryTake(out var entry)) taken.Add(entry);
        return taken;
    }

    static ManagedMqttHealth Health(Outbox outbox) => outbox.Describe(new ManagedMqttHealth
    {
        Status = new ManagedMqttStatus(ManagedMqttState.Online, "", default),
        Failures = new Dictionary<MqttFailure, long>(),
        Reconnects = new Dictionary<MqttFailure, long>(),
        Outcomes = new Dictionary<MqttOutcome, long>(),
        RefusedSubscriptions = [],
    });

    static string[] Topics(IEnumerable<Entry> entries) => [.. entries.Select(entry => entry.Message.Topic)];

    [Fact]
    public void Nothing_leaves_while_offline_and_live_is_dropped()
    {
        var outbox = Outbox();
        Assert.True(outbox.Add(Retained("s"), MqttDelivery.State));
        Assert.False(outbox.Add(Retained("l"), MqttDelivery.Live));
        Assert.False(outbox.TryTake(out _));
        _time.Advance(3);
        var health = Health(outbox);
        Assert.Equal((1, 3, 1L), (health.Queued, health.OldestAge.TotalSeconds, health.Outcomes[MqttOutcome.DroppedOffline]));
    }

    [Fact]
    public void The_window_bounds_what_is_under_way_and_acknowledgements_make_room()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumInFlight = 2 });
        outbox.GoOnline();
        foreach (var topic in new[] { "a", "b", "c" }) outbox.Add(Retained(topic), MqttDelivery.State);
        var taken = TakeAll(outbox);
        Assert.Equal(["a", "b"], Topics(taken));
        _time.Advance(0.25);
        outbox.Settle(taken[0], MqttOutcome.Delivered);
        Assert.Equal(["c"], Topics(TakeAll(outbox)));
        Assert.Equal(0.25, Health(outbox).LastAcknowledgementLatency!.Value.TotalSeconds);
    }

    [Fact]
    public void After_a_reconnect_lost_messages_come_first_then_waiting_ones_then_all_kept_ones()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(Retained("kept"), MqttDelivery.State);
        outbox.Add(Retained("config"), MqttDelivery.Control);
        foreach (var entry in TakeAll(outbox)) outbox.Settle(entry, MqttOutcome.Delivered);
        outbox.Add(Retained("lost"), MqttDelivery.State);
        TakeAll(outbox);
        outbox.GoOffline(linkResends: false);
        outbox.Add(Retained("waiting"), MqttDelivery.State);
        outbox.GoOnline();
        Assert.Equal(["config", "lost", "waiting", "kept"], Topics(TakeAll(outbox)));
    }

    [Fact]
    public void What_is_not_retained_or_was_erased_is_not_repeated()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(MqttMessage.Text("health", "x", MqttQualityOfService.AtLeastOnce), MqttDelivery.State);
        outbox.Add(Retained("gone"), MqttDelivery.Control);
        foreach (var entry in TakeAll(outbox)) outbox.Settle(entry, MqttOutcome.Delivered);
        outbox.Add(MqttMessage.Erase("gone"), MqttDelivery.Control);
        foreach (var entry in TakeAll(outbox)) outbox.Settle(entry, MqttOutcome.Delivered);
        outbox.GoOffline(linkResends: false);
        outbox.GoOnline();
        Assert.Empty(TakeAll(outbox));
        Assert.Equal(0, Health(outbox).Kept);
    }

    [Fact]
    public void An_erasure_that_was_under_way_is_repeated_until_it_is_through()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(MqttMessage.Erase("gone"), MqttDelivery.Control);
        TakeAll(outbox);
        outbox.GoOffline(linkResends: false);
        outbox.GoOnline();
        Assert.Equal(["gone"], Topics(TakeAll(outbox)));
    }

    [Fact]
    public void A_link_that_resends_by_itself_keeps_its_messages_and_gets_no_second_copy()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(Retained("a"), MqttDelivery.State);
        var entry = Assert.Single(TakeAll(outbox));
        outbox.GoOffline(linkResends: true);
        _time.Advance(1000);
        outbox.GoOnline();
        Assert.Empty(TakeAll(outbox));
        Assert.Equal(TimeSpan.Zero, outbox.LongestUnacknowledged);
        outbox.Settle(entry, MqttOutcome.Delivered);
        Assert.Equal(1, Health(outbox).Outcomes[MqttOutcome.Delivered]);
    }

    [Fact]
    public void A_message_that_breaks_each_connection_travels_alone_and_is_given_up()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumAttempts = 4 });
        outbox.Add(Retained("poison"), MqttDelivery.State);
        for (var attempt = 0; attempt < 4; attempt++)
        {
            outbox.GoOnline();
            outbox.Add(Retained("good"), MqttDelivery.State);
            var sent = new List<string>();
            while (outbox.TryTake(out var entry))
            {
                sent.Add(entry.Message.Topic);
                if (entry.Message.Topic == "good") outbox.Settle(entry, MqttOutcome.Delivered);
            }
            Assert.Equal("poison", attempt < 2 ? sent[0] : sent[^1]);
            outbox.GoOffline(linkResends: false);
        }
        Assert.Equal(["poison"], _refused);
        outbox.GoOnline();
        Assert.Equal(["good"], Topics(TakeAll(outbox)));
    }

    [Fact]
    public void Connections_that_never_worked_convict_nobody()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumAttempts = 3 });
        outbox.Add(Retained("birth"), MqttDelivery.Control);
        for (var i = 0; i < 20; i++)
        {
            outbox.GoOnline();
            Assert.Single(TakeAll(outbox));
            outbox.GoOffline(linkResends: false);
        }
        Assert.Empty(_refused);
    }

    [Fact]
    public void A_closed_box_takes_nothing_in_and_says_when_it_is_empty()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(Retained("a"), MqttDelivery.State);
        outbox.Close();
        Assert.False(outbox.Add(Retained("b"), MqttDelivery.State));
        Assert.False(outbox.Drained.IsCompleted);
        outbox.Settle(Assert.Single(TakeAll(outbox)), MqttOutcome.Delivered);
        Assert.True(outbox.Drained.IsCompleted);
        Assert.Equal(1, Health(outbox).Outcomes[MqttOutcome.Abandoned]);
    }

    [Fact]
    public void What_is_kept_is_bounded_too()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumMessages = 3 });
        for (var i = 0; i < 10; i++) outbox.Add(Retained($"t{i}"), MqttDelivery.State);
        Assert.Equal((3, 3), (Health(outbox).Kept, Health(outbox).Queued));
    }
}
