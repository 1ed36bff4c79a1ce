namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What Home Assistant and the broker say: births, deletions, connections, messages of earlier runs.</summary>
public class DiscoveryPlanBrokerTests : DiscoveryPlanTestBase
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 2)]
    [InlineData(0.999, 4.996)]
    public void After_a_birth_everything_is_sent_again_once_after_a_random_wait(double random, double seconds)
    {
        Random = random;
        Observe(Full);
        Plan.OnStatus("online", Now);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Plan.NextDue);

        Now = TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1);
        Assert.Empty(Plan.TakeDue(Now).Messages);
        Now = TimeSpan.FromSeconds(seconds);
        var batch = Plan.TakeDue(Now);
        Assert.True(batch.IsAfterBirth);
        Assert.Equal([Bridge, Electricity, Gas, Water], batch.Messages.Select(static message => message.Topic));
        Assert.Null(Plan.NextDue);
        Assert.False(Plan.TakeDue(Now).IsAfterBirth);
    }

    [Fact]
    public void Births_in_quick_succession_count_as_one()
    {
        Observe(Full);
        for (var i = 0; i < 10; i++)
            Plan.OnStatus("online", Now);

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
        Plan.OnStatus(payload, Now);

        Assert.Null(Plan.NextDue);
    }

    [Fact]
    public void A_deleted_device_stays_away_until_the_next_birth()
    {
        Observe(Replace(1, static gas => gas.With(gas.Values.Take(1))));
        Plan.OnDiscoveryTopic(Gas, "", isRetained: false, Now);
        Assert.Contains(Gas, Assert.Single(Notes), StringComparison.Ordinal);

        Assert.Empty(Observe(Full, after: 60));
        Plan.OnConnected(Now);
        Assert.DoesNotContain(Gas, Observe(Full, after: 60));
        Plan.OnDiscoveryTopic(Gas, "", isRetained: false, Now);
        Assert.Single(Notes);

        Plan.OnStatus("online", Now);
        Assert.Contains(Gas, Observe(Full, after: 5));
        Assert.Empty(Observe(Full, after: 60));
    }

    [Fact]
    public void Messages_on_topics_of_others_and_our_own_announcements_mean_nothing()
    {
        Observe(Full);
        Plan.OnDiscoveryTopic("homeassistant/device/zigbee_0x01/config", "", isRetained: false, Now);
        Plan.OnDiscoveryTopic(Gas, "{}", isRetained: true, Now);

        Assert.Empty(Notes);
        Assert.Null(Plan.NextDue);
    }

    [Fact]
    public void A_new_connection_makes_everything_due_again()
    {
        Observe(Full);
        Plan.OnConnected(Now);

        Assert.Empty(Observe(Full, after: 1));
        Assert.Equal([Bridge, Electricity, Gas, Water], Observe(Full, after: 4));
    }

    [Fact]
    public void A_device_of_an_earlier_run_on_the_topics_of_another_meter_is_removed_once()
    {
        var earlier = Discovery.Messages("fluvius-3p-gas-water-peaks").Single(static message => message.Topic == Gas);
        Plan.OnDiscoveryTopic(Gas, earlier.Payload!, isRetained: true, Now);

        Assert.Equal([Gas, Bridge, Electricity, NewGas, Water], Observe(NewGasMeter));
        Assert.Contains(Gas, Assert.Single(Notes), StringComparison.Ordinal);
        Plan.OnDiscoveryTopic(Gas, earlier.Payload!, isRetained: true, Now);
        Assert.Empty(Observe(NewGasMeter, after: 10));
    }

    [Fact]
    public void A_device_of_an_earlier_run_that_is_heard_of_late_is_removed_too()
    {
        Observe(NewGasMeter);
        Plan.OnDiscoveryTopic(Gas, Discovery.Messages("fluvius-3p-gas-water-peaks").Single(static message => message.Topic == Gas).Payload!, isRetained: true, Now);

        Assert.Equal([Gas], Take());
    }

    [Fact]
    public void Devices_that_are_merely_absent_of_other_bridges_or_of_other_programs_stay()
    {
        var all = Discovery.Messages("fluvius-3p-gas-water-peaks").ToDictionary(static message => message.Topic, static message => message.Payload!);
        foreach (var (topic, payload) in all)
            Plan.OnDiscoveryTopic(topic, payload, isRetained: true, Now);
        Plan.OnDiscoveryTopic("homeassistant/device/other_bridge/config", all[Gas].Replace("p1bridge/meter/", "p1house/meter/", StringComparison.Ordinal), isRetained: true, Now);
        Plan.OnDiscoveryTopic("homeassistant/device/other_program/config", all[Gas].Replace("\"P1Bridge\"", "\"Other\"", StringComparison.Ordinal), isRetained: true, Now);
        Plan.OnDiscoveryTopic("homeassistant/device/no_json/config", "{", isRetained: true, Now);
        Plan.OnDiscoveryTopic("homeassistant/device/odd_json/config", """{"origin":{"name":"P1Bridge"},"components":{"a":1,"b":{"state_topic":2}}}""", isRetained: true, Now);
        // Published now, by another bridge: whose device is right is for the user to say.
        Plan.OnDiscoveryTopic("homeassistant/device/p1bridge_7FLO9999000777/config", all[Gas], isRetained: false, Now);

        Assert.Empty(Observe(Full.With(Full.Devices[0])));
        Assert.Empty(Observe(Full, after: 5));
        Assert.Empty(Notes);
    }
}
