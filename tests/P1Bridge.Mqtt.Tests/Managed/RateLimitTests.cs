using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

public class RateLimitTests
{
    readonly TestTime _time = new();

    Outbox Online(ManagedMqttClientOptions options)
    {
        var outbox = new Outbox(options, _time, _ => { });
        outbox.GoOnline();
        return outbox;
    }

    static void Add(Outbox outbox, string topic, string payload, MqttDelivery delivery = MqttDelivery.State) =>
        outbox.Add(MqttMessage.Text(topic, payload, MqttQualityOfService.AtLeastOnce, retain: delivery != MqttDelivery.History), delivery);

    static List<string> Sent(Outbox outbox)
    {
        var sent = new List<string>();
        while (outbox.TryTake(out var entry))
        {
            sent.Add(entry.Message.PayloadText);
            outbox.Settle(entry, MqttOutcome.Delivered);
        }
        return sent;
    }

    [Fact]
    public void In_no_second_there_is_more_than_the_rate_and_a_burst()
    {
        var random = new Random(5);
        var outbox = Online(new ManagedMqttClientOptions { MaximumRate = 100 });
        var sent = new List<double>();
        for (var now = 0.0; now < 20; now += 0.005)
        {
            for (var i = random.Next(3); i > 0; i--) Add(outbox, $"t{random.Next(1000)}", "x", random.Next(4) == 0 ? MqttDelivery.History : MqttDelivery.State);
            sent.AddRange(Sent(outbox).Select(_ => now));
            _time.Advance(0.005);
        }
        for (var i = 0; i < sent.Count; i++) Assert.InRange(sent.Skip(i).TakeWhile(at => at < sent[i] + 1).Count(), 1, 111);
        Assert.InRange(sent.Count, 1980, 2020);
    }

    [Fact]
    public void While_it_waits_the_latest_of_each_topic_counts_and_each_topic_has_its_turn()
    {
        var outbox = Online(new ManagedMqttClientOptions { MaximumRate = 10 });
        var seen = new Dictionary<string, int>();
        for (var second = 0; second < 20; second++)
        {
            for (var topic = 0; topic < 40; topic++) Add(outbox, $"{topic}", $"{topic} {second}");
            for (var step = 0; step < 10; step++)
            {
                foreach (var words in Sent(outbox).Select(payload => payload.Split(' ')))
                {
                    Assert.Equal(second, int.Parse(words[1]));
                    seen[words[0]] = seen.GetValueOrDefault(words[0]) + 1;
                }
                _time.Advance(0.1);
            }
        }
        Assert.Equal(40, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 4, 6));
    }

    [Fact]
    public void Control_is_limited_too_and_goes_first_and_history_takes_what_is_left()
    {
        var outbox = Online(new ManagedMqttClientOptions { MaximumRate = 10 });
        Assert.Empty(Sent(outbox));
        foreach (var i in Enumerable.Range(0, 3))
        {
            Add(outbox, $"h{i}", $"history {i}", MqttDelivery.History);
            Add(outbox, $"s{i}", $"state {i}");
            Add(outbox, $"c{i}", $"control {i}", MqttDelivery.Control);
        }
        var sent = new List<string>();
        for (var i = 0; i < 9; i++)
        {
            sent.AddRange(Sent(outbox));
            Assert.Equal(i + 1, sent.Count);
            if (i < 8) Assert.InRange(outbox.HeldBackFor!.Value.TotalSeconds, 0.099, 0.101);
            _time.Advance(0.1001);
        }
        Assert.Equal(
            ["control 0", "control 1", "control 2", "state 0", "state 1", "state 2", "history 0", "history 1", "history 2"], sent);
        Assert.Null(outbox.HeldBackFor);
    }

    [Fact]
    public void Bytes_are_limited_and_what_is_larger_than_a_burst_goes_and_is_paid_for()
    {
        var outbox = Online(new ManagedMqttClientOptions { MaximumByteRate = 10_000 });
        foreach (var topic in new[] { "a", "b", "c" }) Add(outbox, topic, new string(topic[0], 4989)); // 5000 on the wire; a burst is 1000.
        Assert.Single(Sent(outbox));
        Assert.Equal(0.5, outbox.HeldBackFor!.Value.TotalSeconds, 3);
        _time.Advance(0.499);
        Assert.Empty(Sent(outbox));
        _time.Advance(0.002);
        Assert.Single(Sent(outbox));
        _time.Advance(10); // Nobody saves up more than a burst.
        Assert.Single(Sent(outbox));
    }

    [Fact]
    public async Task With_a_real_broker_nothing_is_lost_but_what_was_overtaken()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var client = new ManagedMqttClient();
        await client.StartAsync(new ManagedMqttClientOptions
        {
            MaximumRate = 50, Client = new MqttClientOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "limited" },
        });
        await Eventually.True(() => client.Status.State == ManagedMqttState.Online);
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 60; i++) client.Enqueue(MqttMessage.Text($"t{i % 20}", $"{i}"), MqttDelivery.State);
        await Eventually.True(() => client.GetHealth() is { Queued: 0, InFlight: 0 });
        var outcomes = client.GetHealth().Outcomes;
        Assert.Equal(60, outcomes[MqttOutcome.Delivered] + outcomes[MqttOutcome.Superseded]);
        // Five at once, then one each 20 ms.
        var least = (outcomes[MqttOutcome.Delivered] - 5) / 50.0;
        Assert.True(TimeProvider.System.GetElapsedTime(start).TotalSeconds >= least - 0.02, "faster than allowed");
        Assert.True(outcomes[MqttOutcome.Superseded] > 0);
    }
}
