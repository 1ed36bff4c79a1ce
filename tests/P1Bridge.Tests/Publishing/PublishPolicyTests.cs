using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

public class PublishPolicyTests
{
    readonly PublishPolicy _policy = new(new PublishRules());
    DateTimeOffset _now = Some.Now;

    [Fact]
    public void The_first_value_is_published_at_once()
        => Assert.Equal(["power_import=0.500", "energy_import=1.000", "tariff=1"], Decide(("power_import", "0.500"), ("energy_import", "1.000"), ("tariff", "1")));

    [Fact]
    public void An_unchanged_value_is_not_published_again()
    {
        Decide(("power_import", "0.500"));

        Assert.Empty(After(TimeSpan.FromMinutes(9), ("power_import", "0.500")));
    }

    [Fact]
    public void A_live_change_waits_for_the_minimum_interval_and_the_latest_wins()
    {
        Decide(("power_import", "0.500"));

        Assert.Empty(After(TimeSpan.FromSeconds(1), ("power_import", "0.600")));
        Assert.Empty(After(TimeSpan.FromSeconds(3.9), ("power_import", "0.700")));
        Assert.Equal(["power_import=0.800"], After(TimeSpan.FromSeconds(0.1), ("power_import", "0.800")));
        Assert.Empty(After(TimeSpan.FromSeconds(4), ("power_import", "0.900")));
    }

    [Fact]
    public void A_change_that_is_taken_back_within_the_interval_is_not_published()
    {
        Decide(("power_import", "0.500"));
        After(TimeSpan.FromSeconds(1), ("power_import", "0.600"));

        Assert.Empty(After(TimeSpan.FromSeconds(9), ("power_import", "0.500")));
    }

    [Fact]
    public void A_total_waits_a_minute()
    {
        Decide(("energy_import", "1.000"));

        Assert.Empty(After(TimeSpan.FromSeconds(59), ("energy_import", "1.001")));
        Assert.Equal(["energy_import=1.002"], After(TimeSpan.FromSeconds(1), ("energy_import", "1.002")));
    }

    [Fact]
    public void A_static_change_is_published_at_once()
    {
        Decide(("tariff", "1"));

        Assert.Equal(["tariff=2"], After(TimeSpan.FromSeconds(0.1), ("tariff", "2")));
        Assert.Equal(["tariff=1"], After(TimeSpan.Zero, ("tariff", "1")));
    }

    [Theory]
    [InlineData("power_import")]
    [InlineData("energy_import")]
    [InlineData("tariff")]
    public void Every_value_is_repeated_after_ten_minutes(string id)
    {
        Decide((id, "1"));

        Assert.Empty(After(TimeSpan.FromSeconds(599), (id, "1")));
        Assert.Equal([$"{id}=1"], After(TimeSpan.FromSeconds(1), (id, "1")));
        Assert.Empty(After(TimeSpan.FromSeconds(599), (id, "1")));
    }

    [Fact]
    public void The_rules_can_be_set()
    {
        var policy = new PublishPolicy(new PublishRules { Live = new(TimeSpan.Zero, TimeSpan.FromSeconds(2)) });

        Assert.Single(policy.Decide(SnapshotOf(("power_import", "1")), _now));
        Assert.Single(policy.Decide(SnapshotOf(("power_import", "2")), _now));
        Assert.Single(policy.Decide(SnapshotOf(("power_import", "2")), _now.AddSeconds(2)));
    }

    [Fact]
    public void A_value_that_vanished_is_taken_back_once_and_published_when_it_comes_back()
    {
        Decide(("power_import", "1"), ("tariff", "1"));
        After(TimeSpan.FromSeconds(1), ("power_import", "1"));

        Assert.DoesNotContain("tariff=", After(TimeSpan.FromSeconds(898), ("power_import", "1")));
        Assert.Contains("tariff=", After(TimeSpan.FromSeconds(1), ("power_import", "1")));
        Assert.DoesNotContain("tariff=", After(TimeSpan.FromSeconds(1), ("power_import", "2")));
        Assert.Equal(["tariff=1"], After(TimeSpan.FromSeconds(1), ("power_import", "2"), ("tariff", "1")));
    }

    [Fact]
    public void A_value_that_comes_back_in_time_is_not_taken_back()
    {
        Decide(("power_import", "1"), ("tariff", "1"));
        After(TimeSpan.FromMinutes(14), ("power_import", "1"));
        After(TimeSpan.FromSeconds(30), ("power_import", "1"), ("tariff", "1"));

        Assert.DoesNotContain("tariff=", After(TimeSpan.FromMinutes(14), ("power_import", "1")));
    }

    [Fact]
    public void Another_meter_on_the_same_topics_is_published_at_once()
    {
        Decide(Some.Device("gas", "OLD", ("volume", "3120.442"), ("valve", "open")));

        Assert.Equal(
            ["gas/volume=3120.442", "gas/valve=open"],
            Decide(Some.Device("gas", "NEW", ("volume", "3120.442"), ("valve", "open"))));
        Assert.Empty(Decide(Some.Device("gas", "NEW", ("volume", "3120.442"), ("valve", "open"))));
    }

    [Fact]
    public void Another_meter_leaves_other_meters_topics_alone()
    {
        Decide(Some.Device("gas", "OLD", ("volume", "1.000")), Some.Device("water", "W", ("volume", "2.000")));

        Assert.Equal(["gas/volume=1.000"], Decide(Some.Device("gas", "NEW", ("volume", "1.000")), Some.Device("water", "W", ("volume", "2.000"))));
    }

    [Fact]
    public void A_meter_that_takes_over_a_topic_name_leaves_nothing_on_its_old_one()
    {
        Decide(Some.Device("gas", "OLD", ("volume", "1.000")), Some.Device("gas_2", "NEW", ("volume", "2.000"), ("valve", "open")));

        Assert.Equal(
            ["gas_2/volume=", "gas_2/valve=", "gas/volume=2.001", "gas/valve=open"],
            Decide(Some.Device("gas", "NEW", ("volume", "2.001"), ("valve", "open"))));
        Assert.Empty(Decide(Some.Device("gas", "NEW", ("volume", "2.001"), ("valve", "open"))));
    }

    [Fact]
    public void A_sub_meter_that_pauses_keeps_its_topics()
    {
        Decide(Some.Device("", "M", ("tariff", "1")), Some.Device("gas", "G", ("volume", "1.000")));

        _now += TimeSpan.FromHours(1);
        Assert.Equal(["tariff=1"], Decide(Some.Device("", "M", ("tariff", "1"))));
    }

    [Fact]
    public void A_clock_that_is_set_back_silences_no_topic()
    {
        Decide(("power_import", "1"), ("energy_import", "1"));

        Assert.Equal(["power_import=1", "energy_import=1"], After(TimeSpan.FromDays(-365), ("power_import", "1"), ("energy_import", "1")));
        Assert.Empty(After(TimeSpan.FromSeconds(1), ("power_import", "1"), ("energy_import", "1")));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_keep_what_vanished()
    {
        Decide(("power_import", "1"), ("tariff", "1"));
        After(TimeSpan.FromDays(-365), ("power_import", "1"));

        Assert.Contains("tariff=", After(TimeSpan.FromMinutes(15), ("power_import", "1")));
    }

    [Fact]
    public void A_clock_that_is_set_forward_takes_back_nothing_that_is_sent()
    {
        Decide(("power_import", "1"), ("tariff", "1"));

        Assert.Equal(["power_import=1", "tariff=1"], After(TimeSpan.FromDays(20_000), ("power_import", "1"), ("tariff", "1")));
    }

    [Fact]
    public void After_a_reset_everything_is_due_again()
    {
        Decide(("power_import", "1"), ("energy_import", "1"));

        _policy.Reset();

        Assert.Equal(["power_import=1", "energy_import=1"], Decide(("power_import", "1"), ("energy_import", "1")));
        Assert.Empty(Decide(("power_import", "1"), ("energy_import", "1")));
    }

    [Fact]
    public void A_reset_does_not_forget_what_is_to_be_taken_back()
    {
        Decide(("power_import", "1"), ("tariff", "1"));
        _policy.Reset();

        Assert.Contains("tariff=", After(TimeSpan.FromMinutes(15), ("power_import", "1")));
    }

    IEnumerable<string> After(TimeSpan time, params ReadOnlySpan<(string Id, string Payload)> values)
    {
        _now += time;
        return Decide(values);
    }

    IEnumerable<string> Decide(params ReadOnlySpan<(string Id, string Payload)> values) => Decide(Some.Device("", "M", values));

    IEnumerable<string> Decide(params ReadOnlySpan<DeviceSnapshot> devices)
        => [.. _policy.Decide(Some.Snapshot(devices), _now).Select(static publication => $"{publication.Topic}={publication.Payload}")];

    static MeterSnapshot SnapshotOf(params ReadOnlySpan<(string Id, string Payload)> values) => Some.Snapshot(Some.Device("", "M", values));
}
