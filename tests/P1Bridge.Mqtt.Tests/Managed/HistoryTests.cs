using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Managed.Journaling;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

/// <summary>What the outbox does with History, and with answers that are no success.</summary>
public class HistoryTests
{
    readonly TestTime _time = new();
    readonly List<MqttRefusal> _refused = [];

    Outbox Outbox(ManagedMqttClientOptions? options = null) => new(options ?? new ManagedMqttClientOptions(), _time, _refused.Add);

    static MqttMessage Message(string topic, string payload = "x") => MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce);

    static bool Add(Outbox outbox, string payload, int? seconds = null) =>
        outbox.Add(Message("h", payload) with { Expiry = seconds is { } expiry ? TimeSpan.FromSeconds(expiry) : null }, MqttDelivery.History);

    static List<Entry> TakeAll(Outbox outbox)
    {
        var taken = new List<Entry>();
        while (outbox.TryTake(out var entry)) taken.Add(entry);
        return taken;
    }

    static string[] Payloads(IEnumerable<Entry> entries) => [.. entries.Select(entry => entry.Message.PayloadText)];

    static string[] Sent(Outbox outbox)
    {
        var taken = TakeAll(outbox);
        foreach (var entry in taken) outbox.Settle(entry, MqttOutcome.Delivered);
        return Payloads(taken);
    }

    static ManagedMqttHealth Health(Outbox outbox) => outbox.Describe(new ManagedMqttHealth
    {
        Status = new ManagedMqttStatus(ManagedMqttState.Online, "", default),
        Failures = new Dictionary<MqttFailure, long>(),
        Reconnects = new Dictionary<MqttFailure, long>(),
        Outcomes = new Dictionary<MqttOutcome, long>(),
        RefusedSubscriptions = [],
    });

    static long Count(Outbox outbox, MqttOutcome outcome) => Health(outbox).Outcomes[outcome];

    [Fact]
    public void History_is_never_collapsed_and_goes_behind_state_and_control()
    {
        var outbox = Outbox();
        Add(outbox, "h1");
        Add(outbox, "h2");
        outbox.Add(Message("s", "state"), MqttDelivery.State);
        outbox.Add(Message("c", "control"), MqttDelivery.Control);
        outbox.GoOnline();
        Assert.Equal(["control", "state", "h1", "h2"], Sent(outbox));
    }

    [Fact]
    public void What_an_outage_has_left_leaves_at_the_limited_rate_and_what_came_since_at_once()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { HistoryDrainRate = 100 });
        for (var i = 0; i < 50; i++) Add(outbox, $"{i}");
        outbox.GoOnline();
        for (var i = 0; i < 20; i++) Add(outbox, "new");
        var sent = Sent(outbox).Length;
        Assert.Equal(10, sent);
        Assert.InRange(outbox.HeldBackFor!.Value.TotalMilliseconds, 1, 10);
        for (; sent < 50; sent += Sent(outbox).Length) _time.Advance(0.05);
        Assert.Equal(70, sent);
        Assert.InRange(_time.GetUtcNow().ToUnixTimeMilliseconds(), 400, 450);
    }

    [Fact]
    public void History_leaves_a_part_of_the_window_to_the_present()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumInFlight = 16 });
        outbox.GoOnline();
        for (var i = 0; i < 50; i++) Add(outbox, $"{i}");
        Assert.Equal(14, TakeAll(outbox).Count);
        outbox.Add(Message("s", "state"), MqttDelivery.State);
        Assert.Equal(["state"], Payloads(TakeAll(outbox)));
    }

    [Fact]
    public void A_state_does_not_overtake_history_of_its_own_topic_not_even_over_a_break()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumInFlight = 3 });
        outbox.GoOnline();
        foreach (var payload in new[] { "h1", "h2", "h3" }) Add(outbox, payload);
        TakeAll(outbox);
        Add(outbox, "h4");
        outbox.Add(Message("h", "state"), MqttDelivery.State);
        outbox.GoOffline(linkResends: false);
        outbox.GoOnline();
        var sent = new List<string>();
        for (var i = 0; i < 10; i++) // Twice under way at a break, they travel one by one.
        {
            var taken = TakeAll(outbox);
            if (i == 0) outbox.GoOffline(linkResends: false);
            else foreach (var entry in taken) outbox.Settle(entry, MqttOutcome.Delivered);
            if (i == 0) outbox.GoOnline();
            else sent.AddRange(Payloads(taken));
        }
        Assert.Equal(["h1", "h2", "h3", "h4", "state"], sent);
    }

    [Fact]
    public void Of_a_state_behind_its_own_history_only_the_latest_waits()
    {
        var outbox = Outbox();
        Add(outbox, "h1");
        for (var i = 0; i < 1000; i++) outbox.Add(Message("h", $"state {i}"), MqttDelivery.State);
        Add(outbox, "h2");
        outbox.Add(Message("h", "state"), MqttDelivery.Control);
        Assert.Equal((3, 1000L), (Health(outbox).Queued, Count(outbox, MqttOutcome.Superseded)));
        outbox.GoOnline();
        Assert.Equal(["h1", "h2", "state"], Sent(outbox));
        Assert.Equal((0, 0L), (Health(outbox).Queued, Health(outbox).QueuedHistoryBytes));
    }

    [Fact]
    public void History_is_never_sent_without_acknowledgement()
    {
        var outbox = Outbox();
        outbox.Add(MqttMessage.Text("h", "x"), MqttDelivery.History);
        outbox.GoOnline();
        Assert.Equal(MqttQualityOfService.AtLeastOnce, Assert.Single(TakeAll(outbox)).Message.QualityOfService);
    }

    [Fact]
    public void Whatever_comes_each_message_ends_once_history_keeps_its_order_and_no_topic_goes_back_in_time()
    {
        var steps = Gen.ArrayOf(Gen.Choose(0, 99)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(11, 13), Prop.ForAll(steps, choices =>
        {
            var outbox = Outbox(new ManagedMqttClientOptions { MaximumInFlight = 4, HistoryDrainRate = 0, MaximumHistoryMessages = 6 });
            var (added, sent, delivered, underWay) = (0, new List<Entry>(), new List<Entry>(), new List<Entry>());
            foreach (var choice in choices.Concat(Enumerable.Repeat(99, 300)))
            {
                if (choice < 50) outbox.Add(Message($"t{choice % 3}", $"{++added}"), choice < 25 ? MqttDelivery.History : MqttDelivery.State);
                else if (choice < 60 && outbox.IsOnline)
                {
                    underWay.Clear();
                    outbox.GoOffline(linkResends: false);
                }
                else if (choice < 70 && underWay.Count > 0) outbox.Postpone(Pop(underWay, choice), (MqttReasonCode)0x97);
                else if (choice < 85) Deliver(choice);
                else
                {
                    if (!outbox.IsOnline) outbox.GoOnline();
                    while (outbox.TryTake(out var entry))
                    {
                        underWay.Add(entry);
                        sent.Add(entry);
                    }
                    if (choice == 99) Deliver(0);
                }
                _time.Advance(100);
            }
            var health = Health(outbox);
            var firsts = sent.Distinct().ToList();
            var history = firsts.Where(entry => entry.Delivery == MqttDelivery.History).Select(Number).ToList();
            return health is { Queued: 0, InFlight: 0, QueuedBytes: 0 } && health.Outcomes.Values.Sum() == added
                && delivered.Count == health.Outcomes[MqttOutcome.Delivered] && delivered.Distinct().Count() == delivered.Count
                && history.Order().SequenceEqual(history)
                && firsts.GroupBy(entry => entry.Message.Topic).All(topic => topic.Select(Number).Order().SequenceEqual(topic.Select(Number)));

            void Deliver(int choice)
            {
                if (underWay.Count == 0) return;
                var entry = Pop(underWay, choice);
                delivered.Add(entry);
                outbox.Settle(entry, MqttOutcome.Delivered);
            }
        }));
    }

    static int Number(Entry entry) => int.Parse(entry.Message.PayloadText);

    static Entry Pop(List<Entry> entries, int choice)
    {
        var entry = entries[choice % entries.Count];
        entries.Remove(entry);
        return entry;
    }

    [Fact]
    public void After_a_break_history_goes_on_where_it_was()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        foreach (var payload in new[] { "1", "2", "3" }) Add(outbox, payload);
        var taken = TakeAll(outbox);
        outbox.Settle(taken[1], MqttOutcome.Delivered);
        outbox.GoOffline(linkResends: false);
        Add(outbox, "4");
        outbox.GoOnline();
        Assert.Equal(["1", "3", "4"], Sent(outbox));
    }

    [Fact]
    public void The_oldest_makes_room_by_default()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 3 });
        for (var i = 0; i < 5; i++) Assert.True(Add(outbox, $"{i}"));
        outbox.GoOnline();
        Assert.Equal(2, Count(outbox, MqttOutcome.DroppedQueueFull));
        Assert.Equal(["2", "3", "4"], Sent(outbox));
    }

    [Fact]
    public void The_bound_in_bytes_holds_too()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryBytes = 2000 });
        for (var i = 0; i < 5; i++) Add(outbox, $"{i}".PadRight(500));
        Assert.Equal((2, 3L), (Health(outbox).QueuedHistory, Count(outbox, MqttOutcome.DroppedQueueFull)));
        Assert.False(Add(outbox, new string('x', 3000)));
        Assert.Equal(2, Health(outbox).QueuedHistory);
    }

    [Fact]
    public void The_new_one_can_be_the_one_to_go()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 2, HistoryOverflow = MqttHistoryOverflow.DropNew });
        Assert.Equal([true, true, false], [Add(outbox, "0"), Add(outbox, "1"), Add(outbox, "2")]);
        outbox.GoOnline();
        Assert.Equal(["0", "1"], Sent(outbox));
    }

    [Fact]
    public async Task The_one_who_waits_can_wait_for_room_in_turn()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 1, HistoryOverflow = MqttHistoryOverflow.Block });
        var handles = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<MqttResult>()).ToArray();
        for (var i = 0; i < 4; i++) Assert.True(outbox.Add(Message("h", $"{i}"), MqttDelivery.History, handles[i], mayBlock: true));
        Assert.False(Add(outbox, "never waits"));
        outbox.GiveUpWaiting(handles[2]);
        Assert.Equal(MqttOutcome.Abandoned, (await handles[2].Task).Outcome);
        Assert.Equal(1, Health(outbox).QueuedHistory);
        outbox.GoOnline();
        Assert.Equal(["0", "1", "3"], Sent(outbox));
        foreach (var i in new[] { 0, 1, 3 }) Assert.Equal(MqttOutcome.Delivered, (await handles[i].Task).Outcome);
    }

    [Fact]
    public async Task Who_offers_hears_of_room_in_turn_and_not_of_delivery()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 1, HistoryOverflow = MqttHistoryOverflow.Block });
        var rooms = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<bool>()).ToArray();
        for (var i = 0; i < 4; i++) outbox.Offer(Message("h", $"{i}"), MqttDelivery.History, rooms[i]);
        var offers = rooms.Select(room => room.Task).ToArray();
        Assert.True(await offers[0]);
        Assert.All(offers[1..], offer => Assert.False(offer.IsCompleted));
        outbox.GiveUpWaiting(rooms[2]);
        Assert.False(await offers[2].Soon());
        outbox.GoOnline();
        Assert.True(outbox.TryTake(out _));
        Assert.True(await offers[1].Soon());
        Assert.False(offers[3].IsCompleted);
        outbox.Close();
        Assert.False(await offers[3].Soon());
        Assert.False(await OfferAsync(outbox, "h", MqttDelivery.History));
    }

    [Fact]
    public async Task Who_waits_behind_what_has_expired_gets_its_room()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 1, HistoryOverflow = MqttHistoryOverflow.Block });
        Assert.True(Add(outbox, "short", 10));
        var room = new TaskCompletionSource<bool>();
        outbox.Offer(Message("h", "patient"), MqttDelivery.History, room);
        _time.Advance(20);

        outbox.GoOnline();

        Assert.Equal(["patient"], Sent(outbox));
        Assert.True(await room.Task.Soon());
        Assert.True(await OfferAsync(outbox, "h", MqttDelivery.History));
    }

    [Fact]
    public async Task Who_waits_behind_a_large_one_that_gives_up_gets_its_room()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryBytes = 2048, HistoryOverflow = MqttHistoryOverflow.Block });
        Assert.True(Add(outbox, "first"));
        var (large, small) = (new TaskCompletionSource<bool>(), new TaskCompletionSource<bool>());
        outbox.Offer(Message("h", new string('x', 1700)), MqttDelivery.History, large);
        outbox.Offer(Message("h", "small"), MqttDelivery.History, small);
        Assert.False(small.Task.IsCompleted);

        outbox.GiveUpWaiting(large);

        Assert.True(await small.Task.Soon());
        Assert.False(await large.Task.Soon());
    }

    [Fact]
    public async Task Who_offers_does_not_wait_where_something_may_be_dropped()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumHistoryMessages = 1, HistoryOverflow = MqttHistoryOverflow.DropNew });
        Assert.True(await OfferAsync(outbox, "h", MqttDelivery.History));
        Assert.False(await OfferAsync(outbox, "h", MqttDelivery.History));
        Assert.True(await OfferAsync(outbox, "s", MqttDelivery.State));
    }

    [Fact]
    public async Task Who_offers_can_change_his_mind()
    {
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            MaximumHistoryMessages = 1, HistoryOverflow = MqttHistoryOverflow.Block,
            Client = new MqttClientOptions { Host = "127.0.0.1", Port = 1 }, // Nothing listens there.
        });
        using var impatience = new CancellationTokenSource();
        Assert.True(await client.OfferAsync(Message("h", "0"), MqttDelivery.History, impatience.Token));
        var waiting = client.OfferAsync(Message("h", "1"), MqttDelivery.History, impatience.Token);
        var patient = client.OfferAsync(Message("h", "2"), MqttDelivery.History);
        Assert.False(waiting.IsCompleted);
        await impatience.CancelAsync();
        Assert.False(await waiting.Soon());
        await client.StopAsync(TimeSpan.Zero).Soon();
        Assert.False(await patient.Soon());
    }

    static async Task<bool> OfferAsync(Outbox outbox, string topic, MqttDelivery delivery)
    {
        var room = new TaskCompletionSource<bool>();
        outbox.Offer(Message(topic, "x"), delivery, room);
        return await room.Task.Soon();
    }

    [Fact]
    public void What_has_expired_is_not_sent_and_wall_time_counts_over_a_restart()
    {
        var outbox = Outbox();
        Add(outbox, "short", 10);
        Add(outbox, "long", 1000);
        var stored = new StoredMessage(1, MqttDelivery.History, _time.GetUtcNow().AddSeconds(-100), _time.GetUtcNow().AddSeconds(5), Message("h", "stored"));
        outbox.AddStored([stored, stored with { Expires = null, Message = Message("h", "for ever") }]);
        _time.Advance(20);
        outbox.GoOnline();
        var taken = TakeAll(outbox);
        Assert.Equal(["for ever", "long"], Payloads(taken));
        Assert.Equal([null, TimeSpan.FromSeconds(980)], taken.Select(entry => entry.ToSend(_time).Expiry));
        Assert.Equal(2, Count(outbox, MqttOutcome.Expired));
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_nothing_expire()
    {
        var stored = new StoredMessage(1, MqttDelivery.History, _time.GetUtcNow().AddYears(50), _time.GetUtcNow().AddYears(50).AddSeconds(10), Message("h"));
        Assert.False(Entry.FromStored(stored, _time).IsExpired(_time));
        var entry = Entry.FromStored(stored, _time);
        _time.Advance(11);
        Assert.True(entry.IsExpired(_time));
    }

    [Fact]
    public void Not_now_is_tried_again_later_and_in_place_and_not_for_ever()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumAttempts = 3 });
        outbox.GoOnline();
        Add(outbox, "busy");
        var attempts = 0;
        for (var second = 0; second < 20; second++)
        {
            foreach (var entry in TakeAll(outbox))
            {
                if (entry.Message.PayloadText != "busy")
                {
                    outbox.Settle(entry, MqttOutcome.Delivered);
                    continue;
                }
                attempts++;
                outbox.Postpone(entry, (MqttReasonCode)0x97);
            }
            if (second == 0)
            {
                Add(outbox, "next");
                Assert.Empty(TakeAll(outbox));
            }
            _time.Advance(1);
        }
        Assert.Equal((3, (MqttReasonCode)0x97), (attempts, Assert.Single(_refused).ReasonCode));
        Assert.Equal((1L, 1L), (Count(outbox, MqttOutcome.Refused), Count(outbox, MqttOutcome.Delivered)));
    }

    [Fact]
    public void A_state_that_is_not_taken_now_yields_to_a_newer_one()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        outbox.Add(Message("s", "old"), MqttDelivery.State);
        outbox.Postpone(Assert.Single(TakeAll(outbox)), (MqttReasonCode)0x80);
        Assert.Empty(TakeAll(outbox));
        outbox.Add(Message("s", "new"), MqttDelivery.State);
        _time.Advance(100);
        Assert.Equal(["new"], Sent(outbox));
        outbox.Add(Message("s", "again"), MqttDelivery.State);
        outbox.Postpone(Assert.Single(TakeAll(outbox)), (MqttReasonCode)0x80);
        _time.Advance(1);
        Assert.Equal(["again"], Sent(outbox));
        Assert.Equal(1, Count(outbox, MqttOutcome.Superseded));
    }

    [Fact]
    public async Task A_refused_message_goes_with_its_reason_and_the_next_one_comes()
    {
        var outbox = Outbox();
        outbox.GoOnline();
        var handle = new TaskCompletionSource<MqttResult>();
        outbox.Add(Message("h", "bad"), MqttDelivery.History, handle);
        Add(outbox, "good");
        var taken = TakeAll(outbox);
        outbox.Settle(taken[0], MqttOutcome.Refused, (MqttReasonCode)0x99, PublishVerdict.Refusal((MqttReasonCode)0x99, 1));
        outbox.Settle(taken[1], MqttOutcome.Delivered);
        var result = await handle.Task;
        Assert.Equal(("h", (MqttReasonCode)0x99), (_refused[0].Topic, result.ReasonCode!.Value));
        Assert.Contains("payload", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_message_that_breaks_each_connection_is_given_up_and_the_others_follow()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { MaximumAttempts = 4 });
        Add(outbox, "poison");
        Add(outbox, "good");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            outbox.GoOnline();
            outbox.Add(Message("birth"), MqttDelivery.State);
            for (var i = 0; i < 3 && outbox.TryTake(out var entry); i++)
            {
                if (entry.Message.Topic == "birth") outbox.Settle(entry, MqttOutcome.Delivered);
            }
            outbox.GoOffline(linkResends: false);
        }
        Assert.Equal("poison", Assert.Single(_refused).Message.PayloadText);
        outbox.GoOnline();
        Assert.Equal(["good"], Sent(outbox));
    }

    [Fact]
    public void A_hundred_thousand_messages_pass_in_time_that_grows_with_their_number_only()
    {
        var outbox = Outbox(new ManagedMqttClientOptions { HistoryDrainRate = 0, MaximumInFlight = 1000 });
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++) Add(outbox, "x");
        outbox.GoOnline();
        for (var sent = 0; sent < 100_000; sent += Sent(outbox).Length) Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }
}
