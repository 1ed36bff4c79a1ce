namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What is announced when: values and sub-meters that come, go and pause.</summary>
public class DiscoveryPlanTests : DiscoveryPlanTestBase
{
    [Fact]
    public void The_bridge_is_announced_before_any_telegram()
    {
        Assert.Equal(TimeSpan.Zero, Plan.NextDue);
        Assert.Equal([Bridge], Take());
        Assert.Null(Plan.NextDue);
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
        Plan.Observe(Discovery.Meter, Full, Now);

        Assert.Equal(Discovery.Builder().All((Discovery.Meter, Full)), Plan.TakeDue(Now).Messages);
    }

    [Fact]
    public void New_values_are_added_but_not_faster_than_the_rate()
    {
        Observe(Replace(0, static main => main.With(main.Values.Take(5))));
        Assert.Empty(Observe(Replace(0, static main => main.With(main.Values.Take(6))), after: 1));
        Assert.Empty(Observe(Replace(0, static main => main.With(main.Values.Take(7))), after: 1));
        Assert.Empty(Observe(Full, after: 1));
        Assert.Equal(TimeSpan.FromSeconds(5), Plan.NextDue);

        Now = TimeSpan.FromSeconds(5);
        var message = Assert.Single(Plan.TakeDue(Now).Messages);
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
    public void Without_a_connection_a_moved_device_keeps_the_step_that_removes_an_entity()
    {
        Observe(Full);
        Observe(WithoutValve, after: 1);
        Now += TimeSpan.FromSeconds(900);
        Plan.Observe(Discovery.Meter, WithoutValve.With(WithoutValve.Devices.SetItem(1, WithoutValve.Devices[1] with { TopicName = "gas_2" })), Now);

        foreach (var isConnected in (bool[])[false, true])
        {
            var message = isConnected ? Plan.TakeDue(Now + TimeSpan.FromSeconds(5)).Messages[0] : Assert.Single(Plan.TakeUrgent(Now, isConnected));
            Assert.Equal((Gas, """{"platform":"binary_sensor"}"""), (message.Topic, message.Components()["valve"]!.ToJsonString()));
        }
    }

    [Fact]
    public void What_could_not_be_handed_on_is_taken_again()
    {
        Observe(Full);
        Plan.Observe(Discovery.Meter, NewGasMeter, Now);
        var lost = Plan.TakeUrgent(Now, isConnected: true);

        Plan.PutBack(lost);

        Assert.Equal(lost, Plan.TakeUrgent(Now, isConnected: true));
    }
}
