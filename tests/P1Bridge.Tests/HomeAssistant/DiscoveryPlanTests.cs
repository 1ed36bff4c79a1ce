using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Tests.HomeAssistant;

public class DiscoveryPlanTests
{
    const string Bridge = "homeassistant/device/p1bridge_bridge/config";
    const string Electricity = "homeassistant/device/p1bridge_1SAG9999000103/config";
    const string Gas = "homeassistant/device/p1bridge_7FLO9999000201/config";
    const string Water = "homeassistant/device/p1bridge_8SEN9999000301/config";
    const string NewGas = "homeassistant/device/p1bridge_7FLO9999000299/config";

    static readonly MeterSnapshot Full = Corpus.Snapshot("fluvius-3p-gas-water-peaks");
    static readonly MeterSnapshot WithoutValve = Replace(1, static gas => gas.With(gas.Values.Where(static value => value.Key != "valve")));
    static readonly MeterSnapshot NewGasMeter = Replace(1, static gas => gas with { Identity = "7FLO9999000299" });

    readonly List<string> _notes = [];
    readonly DiscoveryPlan _plan;
    double _random = 0.5;
    TimeSpan _now;

    public DiscoveryPlanTests() => _plan = new DiscoveryPlan(Discovery.Builder(), new DiscoveryPlanOptions(), () => _random, _notes.Add);

    [Fact]
    public void The_bridge_is_announced_before_any_telegram()
    {
        Assert.Equal(TimeSpan.Zero, _plan.NextDue);
        Assert.Equal([Bridge], Take());
        Assert.Null(_plan.NextDue);
    }

    [Fact]
    public void The_first_telegram_is_announced_at_once_and_only_once()
    {
        Assert.Equal([Bridge, Electricity, Gas, Water], Observe(Full));
        for (var second = 0; second < 60; second++)
            Assert.Empty(Observe(Full, after: 1));
    }

    [Fact]
    public void What_is_announced_is_what_the_builder_makes_of_the_telegram()
    {
        _plan.Observe(Discovery.Meter, Full, _now);

        Assert.Equal(Discovery.Builder().All((Discovery.Meter, Full)), _plan.TakeDue(_now).Messages);
    }

    [Fact]
    public void New_values_are_added_but_not_faster_than_the_rate()
    {
        Observe(Replace(0, static main => main.With(main.Values.Take(5))));
        Assert.Empty(Observe(Replace(0, static main => main.With(main.Values.Take(6))), after: 1));
        Assert.Empty(Observe(Replace(0, static main => main.With(main.Values.Take(7))), after: 1));
        Assert.Empty(Observe(Full, after: 1));
        Assert.Equal(TimeSpan.FromSeconds(5), _plan.NextDue);

        _now = TimeSpan.FromSeconds(5);
        var message = Assert.Single(_plan.TakeDue(_now).Messages);
        Assert.Equal((Electricity, 38), (message.Topic, message.Components().Count));
    }

    [Fact]
    public void An_added_water_meter_is_announced_at_once()
    {
        Observe(Full.With(Full.Devices.Take(2)));

        Assert.Equal([Water], Observe(Full, after: 1));
    }

    [Fact]
    public void A_value_missing_in_one_telegram_stays()
    {
        Observe(Full);
        Assert.Empty(Observe(WithoutValve, after: 60));
        Assert.Empty(Observe(Full, after: 1));
        Assert.Empty(Observe(WithoutValve, after: 1000));
        Assert.Empty(Observe(Full, after: 1));
    }

    [Fact]
    public void A_value_missing_in_the_first_telegram_after_a_long_silence_stays()
    {
        Observe(Full);

        Assert.Empty(Observe(WithoutValve, after: 86400));
    }

    [Fact]
    public void A_value_absent_for_long_is_first_reduced_and_then_left_out()
    {
        Observe(Full);
        Observe(WithoutValve, after: 1);
        Assert.Empty(Observe(WithoutValve, after: 899));

        var reduced = ObserveOne(WithoutValve, after: 1);
        Assert.Equal((Gas, """{"platform":"binary_sensor"}"""), (reduced.Topic, reduced.Components()["valve"]!.ToJsonString()));
        Assert.Equal(3, reduced.Components().Count);
        Assert.Empty(Observe(WithoutValve, after: 1));

        var without = ObserveOne(WithoutValve, after: 4);
        Assert.Equal((Gas, "volume,read_time"), (without.Topic, string.Join(",", without.Components().Select(static pair => pair.Key))));
        Assert.Empty(Observe(WithoutValve, after: 1000));
    }

    [Fact]
    public void A_value_that_comes_back_is_announced_again()
    {
        Observe(Full);
        Observe(WithoutValve, after: 1);
        Observe(WithoutValve, after: 900);

        var back = ObserveOne(Full, after: 5);
        Assert.Equal(3, back.Components().Count);
        Assert.NotNull(back.Components()["valve"]!["unique_id"]);
        Assert.Empty(Observe(Full, after: 10));
    }

    [Fact]
    public void A_silent_sub_meter_is_not_forgotten()
    {
        Observe(Full);
        for (var minute = 0; minute < 60 * 48; minute++)
            Assert.Empty(Observe(Full.With(Full.Devices[0]), after: 60));
        Assert.Empty(Observe(Full, after: 60));
    }

    [Fact]
    public void A_sub_meter_that_sends_nothing_good_keeps_its_entities()
    {
        var empty = Replace(1, static gas => gas.With());
        Observe(Full);
        for (var minute = 0; minute < 60; minute++)
            Assert.Empty(Observe(empty, after: 60));
    }

    [Fact]
    public void A_sub_meter_without_any_good_value_is_not_announced()
        => Assert.Equal([Bridge, Electricity, Water], Observe(Replace(1, static gas => gas.With())));

    [Fact]
    public void A_replaced_meter_is_removed_before_its_successor_is_announced()
    {
        Observe(Full);

        _now += TimeSpan.FromSeconds(60);
        _plan.Observe(Discovery.Meter, NewGasMeter, _now);
        var removal = Assert.Single(_plan.TakeDue(_now).Messages);
        Assert.Equal(new DiscoveryMessage(Gas, null), removal);
        Assert.Equal(_now + TimeSpan.FromSeconds(5), _plan.NextDue);

        var successor = ObserveOne(NewGasMeter, after: 5);
        Assert.Equal((NewGas, "sensor.p1_gas_volume"), (successor.Topic, (string?)successor.Components()["volume"]!["default_entity_id"]));
        Assert.Empty(Observe(NewGasMeter, after: 1000));
        Assert.Single(_notes);
    }

    [Fact]
    public void The_own_removal_that_comes_back_from_the_broker_is_no_deletion_by_the_user()
    {
        Observe(Full);
        Observe(NewGasMeter, after: 60);
        _plan.OnDiscoveryTopic(Gas, "", isRetained: false);

        Assert.Single(_notes);
        Assert.Equal([NewGas], Observe(NewGasMeter, after: 5));
    }

    [Fact]
    public void A_meter_that_moves_to_another_topic_keeps_its_device()
    {
        var second = Full.Devices[1] with { TopicName = "gas_2", Identity = "7FLO9999000299" };
        Observe(Full.With(Full.Devices.Add(second)));

        Assert.Equal([Gas, NewGas], Observe(NewGasMeter, after: 60));
        Assert.Empty(Observe(NewGasMeter, after: 60));
    }

    [Fact]
    public void A_telegram_whose_identifier_cannot_be_read_makes_no_new_meter()
    {
        var unread = Full.With(Full.Devices.Select(static device => device.ParentIdentity is null
            ? device with { Identity = "meter" }
            : device with { ParentIdentity = "meter" }));
        Observe(Full);

        Assert.Empty(Observe(unread, after: 10));
        Assert.Empty(Observe(Full, after: 10));
        Assert.Empty(_notes);
    }

    [Fact]
    public void A_meter_whose_identifier_is_read_later_takes_the_place_of_its_stand_in()
    {
        var unread = Full.With(Full.Devices[0] with { Identity = "meter" });

        Assert.Equal([Bridge, "homeassistant/device/p1bridge_meter/config"], Observe(unread));
        Assert.Equal(["homeassistant/device/p1bridge_meter/config"], Observe(Full.With(Full.Devices[0]), after: 10));
        Assert.Equal([Electricity], Observe(Full.With(Full.Devices[0]), after: 5));
    }

    [Fact]
    public void A_meter_read_by_two_configured_meters_is_announced_for_the_first_only()
    {
        Observe(Full);
        for (var i = 0; i < 10; i++)
        {
            _now += TimeSpan.FromSeconds(10);
            _plan.Observe(new DiscoveryMeter("garage"), Full with { Name = "garage" }, _now);
            Assert.Empty(Observe(Full, after: 1));
        }
        Assert.Equal(3, _notes.Count);
        Assert.All(_notes, static note => Assert.Contains("'garage", note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_sub_meter_that_shows_the_meters_own_number_is_not_announced()
    {
        var confused = Replace(1, static gas => gas with { Identity = Full.Devices[0].Identity });

        Assert.Equal([Bridge, Electricity, Water], Observe(confused));
        for (var i = 0; i < 10; i++)
            Assert.Empty(Observe(confused, after: 10));
        Assert.Contains("'meter/gas'", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 2)]
    [InlineData(0.999, 4.996)]
    public void After_a_birth_everything_is_sent_again_once_after_a_random_wait(double random, double seconds)
    {
        _random = random;
        Observe(Full);
        _plan.OnStatus("online", _now);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _plan.NextDue);

        _now = TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1);
        Assert.Empty(_plan.TakeDue(_now).Messages);
        _now = TimeSpan.FromSeconds(seconds);
        var batch = _plan.TakeDue(_now);
        Assert.True(batch.IsAfterBirth);
        Assert.Equal([Bridge, Electricity, Gas, Water], batch.Messages.Select(static message => message.Topic));
        Assert.Null(_plan.NextDue);
        Assert.False(_plan.TakeDue(_now).IsAfterBirth);
    }

    [Fact]
    public void Births_in_quick_succession_count_as_one()
    {
        Observe(Full);
        for (var i = 0; i < 10; i++)
            _plan.OnStatus("online", _now);

        Assert.Equal(4, Observe(Full, after: 3).Count);
        Assert.Empty(Observe(Full, after: 3));
    }

    [Theory]
    [InlineData("offline")]
    [InlineData("")]
    [InlineData("ONLINE")]
    public void Other_words_than_the_birth_mean_nothing(string payload)
    {
        Observe(Full);
        _plan.OnStatus(payload, _now);

        Assert.Null(_plan.NextDue);
    }

    [Fact]
    public void A_deleted_device_stays_away_until_the_next_birth()
    {
        Observe(Replace(1, static gas => gas.With(gas.Values.Take(1))));
        _plan.OnDiscoveryTopic(Gas, "", isRetained: false);
        Assert.Contains(Gas, Assert.Single(_notes), StringComparison.Ordinal);

        Assert.Empty(Observe(Full, after: 60));
        _plan.OnConnected();
        Assert.DoesNotContain(Gas, Observe(Full, after: 60));
        _plan.OnDiscoveryTopic(Gas, "", isRetained: false);
        Assert.Single(_notes);

        _plan.OnStatus("online", _now);
        Assert.Contains(Gas, Observe(Full, after: 5));
        Assert.Empty(Observe(Full, after: 60));
    }

    [Fact]
    public void Messages_on_topics_of_others_and_our_own_announcements_mean_nothing()
    {
        Observe(Full);
        _plan.OnDiscoveryTopic("homeassistant/device/zigbee_0x01/config", "", isRetained: false);
        _plan.OnDiscoveryTopic(Gas, "{}", isRetained: true);

        Assert.Empty(_notes);
        Assert.Null(_plan.NextDue);
    }

    [Fact]
    public void A_meter_swapped_while_the_bridge_was_off_loses_its_device_before_the_new_one_is_announced()
    {
        var swapped = Replace(1, static gas => gas with { Identity = "7FLO9999000299", Predecessor = "7FLO9999000201" });

        _plan.Observe(Discovery.Meter, swapped, _now);
        var first = _plan.TakeDue(_now).Messages;
        Assert.Equal((Gas, null), (first[0].Topic, first[0].Payload));
        Assert.DoesNotContain(first, static message => message.Topic == NewGas);

        Assert.Equal([NewGas], Observe(swapped, after: 5));
        Assert.Empty(Observe(swapped, after: 60));
    }

    [Fact]
    public void A_predecessor_that_speaks_on_other_topics_keeps_its_device()
    {
        var swapped = Replace(1, static gas => gas with { Predecessor = "8SEN9999000301" });

        Observe(Full);
        Assert.Empty(Observe(swapped, after: 60));
    }

    [Fact]
    public void A_new_connection_makes_everything_due_again()
    {
        Observe(Full);
        _plan.OnConnected();

        Assert.Empty(Observe(Full, after: 1));
        Assert.Equal([Bridge, Electricity, Gas, Water], Observe(Full, after: 4));
    }

    [Fact]
    public void The_meter_that_had_the_topics_in_an_earlier_run_is_removed_at_once_and_once()
    {
        var successor = Replace(1, static gas => gas with { Identity = "7FLO9999000299", Predecessor = "7FLO9999000201" });
        _plan.Observe(Discovery.Meter, successor, _now);

        Assert.True(_plan.HasUrgent);
        Assert.Equal([new DiscoveryMessage(Gas, null)], _plan.TakeUrgent(_now, isConnected: false));
        Assert.Equal([Bridge, Electricity, Water], Take());
        Assert.Equal([NewGas], Observe(successor, after: 5));
        Assert.Empty(Observe(successor, after: 60));
        Assert.Single(_notes);
    }

    [Fact]
    public void A_meter_replaced_before_it_was_ever_announced_is_removed_all_the_same()
    {
        _plan.Observe(Discovery.Meter, Full, _now);
        _plan.Observe(Discovery.Meter, NewGasMeter, _now);

        Assert.Equal([new DiscoveryMessage(Gas, null)], _plan.TakeUrgent(_now, isConnected: false));
    }

    [Fact]
    public void A_predecessor_that_sends_on_under_another_name_is_not_removed()
    {
        var both = NewGasMeter.With([.. NewGasMeter.Devices.Select(static device => device.TopicName == "gas" ? device with { Predecessor = "7FLO9999000201" } : device),
            Full.Devices[1] with { TopicName = "gas_2" }]);

        Assert.Equal([Bridge, Electricity, NewGas, Water, Gas], Observe(both));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Meters_that_trade_places_are_announced_anew_at_once_and_none_is_removed()
    {
        var second = Full.Devices[1] with { TopicName = "gas_2", Identity = "7FLO9999000299" };
        Observe(Full.With(Full.Devices.Add(second)));

        _plan.Observe(Discovery.Meter, Full.With(Full.Devices[0], second with { TopicName = "gas" }, Full.Devices[1] with { TopicName = "gas_2" }), _now);

        var urgent = _plan.TakeUrgent(_now, isConnected: true);
        Assert.Equal([Gas, NewGas], urgent.Select(static message => message.Topic));
        Assert.Equal("p1bridge/meter/gas_2/volume", (string?)urgent[0].Components()["volume"]!["state_topic"]);
        Assert.Equal("p1bridge/meter/gas/volume", (string?)urgent[1].Components()["volume"]!["state_topic"]);
        Assert.Empty(_notes);
    }

    [Fact]
    public void Without_a_connection_a_moved_device_keeps_the_step_that_removes_an_entity()
    {
        Observe(Full);
        Observe(WithoutValve, after: 1);
        _now += TimeSpan.FromSeconds(900);
        _plan.Observe(Discovery.Meter, WithoutValve.With(WithoutValve.Devices.SetItem(1, WithoutValve.Devices[1] with { TopicName = "gas_2" })), _now);

        foreach (var isConnected in (bool[])[false, true])
        {
            var message = isConnected ? _plan.TakeDue(_now + TimeSpan.FromSeconds(5)).Messages[0] : Assert.Single(_plan.TakeUrgent(_now, isConnected));
            Assert.Equal((Gas, """{"platform":"binary_sensor"}"""), (message.Topic, message.Components()["valve"]!.ToJsonString()));
        }
    }

    [Fact]
    public void What_could_not_be_handed_on_is_taken_again()
    {
        Observe(Full);
        _plan.Observe(Discovery.Meter, NewGasMeter, _now);
        var lost = _plan.TakeUrgent(_now, isConnected: true);

        _plan.PutBack(lost);

        Assert.Equal(lost, _plan.TakeUrgent(_now, isConnected: true));
    }

    [Fact]
    public void A_device_of_an_earlier_run_on_the_topics_of_another_meter_is_removed_once()
    {
        var earlier = Discovery.Messages("fluvius-3p-gas-water-peaks").Single(static message => message.Topic == Gas);
        _plan.OnDiscoveryTopic(Gas, earlier.Payload!, isRetained: true);

        Assert.Equal([Gas, Bridge, Electricity, NewGas, Water], Observe(NewGasMeter));
        Assert.Contains(Gas, Assert.Single(_notes), StringComparison.Ordinal);
        _plan.OnDiscoveryTopic(Gas, earlier.Payload!, isRetained: true);
        Assert.Empty(Observe(NewGasMeter, after: 10));
    }

    [Fact]
    public void A_device_of_an_earlier_run_that_is_heard_of_late_is_removed_too()
    {
        Observe(NewGasMeter);
        _plan.OnDiscoveryTopic(Gas, Discovery.Messages("fluvius-3p-gas-water-peaks").Single(static message => message.Topic == Gas).Payload!, isRetained: true);

        Assert.Equal([Gas], Take());
    }

    [Fact]
    public void Devices_that_are_merely_absent_of_other_bridges_or_of_other_programs_stay()
    {
        var all = Discovery.Messages("fluvius-3p-gas-water-peaks").ToDictionary(static message => message.Topic, static message => message.Payload!);
        foreach (var (topic, payload) in all)
            _plan.OnDiscoveryTopic(topic, payload, isRetained: true);
        _plan.OnDiscoveryTopic("homeassistant/device/other_bridge/config", all[Gas].Replace("p1bridge/meter/", "p1house/meter/", StringComparison.Ordinal), isRetained: true);
        _plan.OnDiscoveryTopic("homeassistant/device/other_program/config", all[Gas].Replace("\"P1Bridge\"", "\"Other\"", StringComparison.Ordinal), isRetained: true);
        _plan.OnDiscoveryTopic("homeassistant/device/no_json/config", "{", isRetained: true);
        _plan.OnDiscoveryTopic("homeassistant/device/odd_json/config", """{"origin":{"name":"P1Bridge"},"components":{"a":1,"b":{"state_topic":2}}}""", isRetained: true);
        // Published now, by another bridge: whose device is right is for the user to say.
        _plan.OnDiscoveryTopic("homeassistant/device/p1bridge_7FLO9999000777/config", all[Gas], isRetained: false);

        Assert.Equal([Bridge, Electricity], Observe(Full.With(Full.Devices[0])));
        Assert.Equal([Gas, Water], Observe(Full, after: 5));
        Assert.Empty(_notes);
    }

    static MeterSnapshot Replace(int index, Func<DeviceSnapshot, DeviceSnapshot> change)
        => Full.With(Full.Devices.SetItem(index, change(Full.Devices[index])));

    List<string> Take() => [.. _plan.TakeDue(_now).Messages.Select(static message => message.Topic)];

    List<string> Observe(MeterSnapshot snapshot, double after = 0)
    {
        _now += TimeSpan.FromSeconds(after);
        _plan.Observe(Discovery.Meter, snapshot, _now);
        return Take();
    }

    DiscoveryMessage ObserveOne(MeterSnapshot snapshot, double after)
    {
        _now += TimeSpan.FromSeconds(after);
        _plan.Observe(Discovery.Meter, snapshot, _now);
        return Assert.Single(_plan.TakeDue(_now).Messages);
    }
}
