using P1Bridge.HomeAssistant;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>Which meter a device stands for: swaps, shared numbers, names that change hands.</summary>
public class DiscoveryPlanMeterTests : DiscoveryPlanTestBase
{
    [Fact]
    public void A_replaced_meter_is_removed_before_its_successor_is_announced()
    {
        Observe(Full);

        Now += TimeSpan.FromSeconds(60);
        Plan.Observe(Discovery.Meter, NewGasMeter, Now);
        var removal = Assert.Single(Plan.TakeDue(Now).Messages);
        Assert.Equal(new DiscoveryMessage(Gas, null), removal);
        Assert.Equal(Now + TimeSpan.FromSeconds(5), Plan.NextDue);

        var successor = ObserveOne(NewGasMeter, after: 5);
        Assert.Equal((NewGas, "sensor.p1_gas_volume"), (successor.Topic, (string?)successor.Components()["volume"]!["default_entity_id"]));
        Assert.Empty(Observe(NewGasMeter, after: 1000));
        Assert.Single(Notes);
    }

    [Fact]
    public void The_own_removal_that_comes_back_from_the_broker_is_no_deletion_by_the_user()
    {
        Observe(Full);
        Observe(NewGasMeter, after: 60);
        Plan.OnDiscoveryTopic(Gas, "", isRetained: false, Now);

        Assert.Single(Notes);
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
        Assert.Empty(Notes);
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
            Now += TimeSpan.FromSeconds(10);
            Plan.Observe(new DiscoveryMeter("garage"), Full with { Name = "garage" }, Now);
            Assert.Empty(Observe(Full, after: 1));
        }
        Assert.Equal(3, Notes.Count);
        Assert.All(Notes, static note => Assert.Contains("'garage", note, StringComparison.Ordinal));
    }

    [Fact]
    public void A_sub_meter_that_shows_the_meters_own_number_is_not_announced()
    {
        var confused = Replace(1, static gas => gas with { Identity = Full.Devices[0].Identity });

        Assert.Equal([Bridge, Electricity, Water], Observe(confused));
        for (var i = 0; i < 10; i++)
            Assert.Empty(Observe(confused, after: 10));
        Assert.Contains("'meter/gas'", Assert.Single(Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_meter_swapped_while_the_bridge_was_off_loses_its_device_before_the_new_one_is_announced()
    {
        var swapped = Replace(1, static gas => gas with { Identity = "7FLO9999000299", Predecessor = "7FLO9999000201" });

        Plan.Observe(Discovery.Meter, swapped, Now);
        var first = Plan.TakeDue(Now).Messages;
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
    public void The_meter_that_had_the_topics_in_an_earlier_run_is_removed_at_once_and_once()
    {
        var successor = Replace(1, static gas => gas with { Identity = "7FLO9999000299", Predecessor = "7FLO9999000201" });
        Plan.Observe(Discovery.Meter, successor, Now);

        Assert.True(Plan.HasUrgent);
        Assert.Equal([new DiscoveryMessage(Gas, null)], Plan.TakeUrgent(Now, isConnected: false));
        Assert.Equal([Bridge, Electricity, Water], Take());
        Assert.Equal([NewGas], Observe(successor, after: 5));
        Assert.Empty(Observe(successor, after: 60));
        Assert.Single(Notes);
    }

    [Fact]
    public void A_meter_replaced_before_it_was_ever_announced_is_removed_all_the_same()
    {
        Plan.Observe(Discovery.Meter, Full, Now);
        Plan.Observe(Discovery.Meter, NewGasMeter, Now);

        Assert.Equal([new DiscoveryMessage(Gas, null)], Plan.TakeUrgent(Now, isConnected: false));
    }

    [Fact]
    public void A_predecessor_that_sends_on_under_another_name_is_not_removed()
    {
        var both = NewGasMeter.With([.. NewGasMeter.Devices.Select(static device => device.TopicName == "gas" ? device with { Predecessor = "7FLO9999000201" } : device),
            Full.Devices[1] with { TopicName = "gas_2" }]);

        Assert.Equal([Bridge, Electricity, NewGas, Water, Gas], Observe(both));
        Assert.Empty(Notes);
    }

    [Fact]
    public void Meters_that_trade_places_are_announced_anew_at_once_and_none_is_removed()
    {
        var second = Full.Devices[1] with { TopicName = "gas_2", Identity = "7FLO9999000299" };
        Observe(Full.With(Full.Devices.Add(second)));

        Plan.Observe(Discovery.Meter, Full.With(Full.Devices[0], second with { TopicName = "gas" }, Full.Devices[1] with { TopicName = "gas_2" }), Now);

        var urgent = Plan.TakeUrgent(Now, isConnected: true);
        Assert.Equal([Gas, NewGas], urgent.Select(static message => message.Topic));
        Assert.Equal("p1bridge/meter/gas_2/volume", (string?)urgent[0].Components()["volume"]!["state_topic"]);
        Assert.Equal("p1bridge/meter/gas/volume", (string?)urgent[1].Components()["volume"]!["state_topic"]);
        Assert.Empty(Notes);
    }
}
