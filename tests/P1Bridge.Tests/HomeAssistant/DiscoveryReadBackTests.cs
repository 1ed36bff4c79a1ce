using System.Text.Json.Nodes;
using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What the broker retains of earlier runs, of other settings and of other bridges.</summary>
public class DiscoveryReadBackTests : DiscoveryPlanTestBase
{
    const string Former = "homeassistant/device/p1bridge_cellar_bridge/config";

    static readonly Dictionary<string, string> Payloads = Discovery.Messages("fluvius-3p-gas-water-peaks").ToDictionary(static message => message.Topic, static message => message.Payload!);
    static readonly Dictionary<string, string> Cellar = Discovery.Messages("fluvius-3p-gas-water-peaks", topics: new Topics("cellar")).ToDictionary(static message => message.Topic, static message => message.Payload!);

    [Fact]
    public void What_the_broker_retains_already_is_not_sent_again()
    {
        Connect();
        foreach (var (topic, payload) in Payloads.Where(static pair => pair.Key != Water))
            Retained(topic, payload);

        Assert.Equal([Water], Observe(Full, after: 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_predecessor_that_the_broker_retains_as_well_is_removed_once(bool isRetainedHeardFirst)
    {
        var successor = Replace(1, static gas => gas with { Identity = "7FLO9999000299", Predecessor = "7FLO9999000201" });
        List<string> sent = [];
        Connect();
        if (isRetainedHeardFirst) Retained(Gas, Payloads[Gas]);
        sent.AddRange(Observe(successor));
        if (!isRetainedHeardFirst) Retained(Gas, Payloads[Gas]);
        sent.AddRange(Observe(successor, after: 1));
        sent.AddRange(Observe(successor, after: 60));

        Assert.Single(sent, Gas);
    }

    [Fact]
    public void A_meter_that_was_removed_comes_back_and_is_replaced_once_more_is_removed_once_more()
    {
        Connect();
        Observe(Full);
        Assert.Contains(Gas, Observe(NewGasMeter, after: 60));
        Assert.Contains(NewGas, Observe(Full, after: 60));
        Assert.Contains(Gas, Observe(Full, after: 60));

        Assert.Contains(Gas, Observe(NewGasMeter, after: 60));
    }

    [Fact]
    public void After_a_lost_connection_nothing_is_taken_for_retained_any_more()
    {
        Connect();
        foreach (var (topic, payload) in Payloads)
            Retained(topic, payload);
        Plan.OnDisconnected();
        Connect();

        Assert.Equal(4, Observe(Full, after: 1).Count);
    }

    [Fact]
    public void After_a_birth_all_is_sent_whatever_is_retained()
    {
        Connect();
        foreach (var (topic, payload) in Payloads)
            Retained(topic, payload);
        Observe(Full, after: 1);
        Plan.OnStatus("online", Now);
        Now += TimeSpan.FromSeconds(3);

        Assert.Equal(4, Take().Count);
    }

    [Fact]
    public void The_first_announcement_waits_for_what_the_broker_retains()
    {
        var plan = new DiscoveryPlan(Discovery.Builder(), new DiscoveryPlanOptions(), () => Random, Notes.Add);
        plan.OnConnected(Now);
        plan.Observe(Discovery.Meter, Full, Now);

        Assert.Equal((0, TimeSpan.FromSeconds(1)), (plan.TakeDue(TimeSpan.FromSeconds(0.9)).Messages.Count, plan.NextDue));
        Assert.Equal(4, plan.TakeDue(TimeSpan.FromSeconds(1)).Messages.Count);
    }

    [Fact]
    public void A_measurement_that_was_excluded_since_is_removed_by_its_reduced_form_and_then_left_out()
    {
        var options = new DiscoveryOptions { Overrides = new EntityOverrides([new EntityOverride { Measurement = "power", Exclude = true }]) };
        var plan = new DiscoveryPlan(Discovery.Builder(options), new DiscoveryPlanOptions { ReadBack = TimeSpan.Zero }, () => Random, Notes.Add);
        plan.OnDiscoveryTopic(Electricity, Payloads[Electricity], isRetained: true, Now);
        plan.Observe(Discovery.Meter, Full, Now);

        var first = plan.TakeDue(Now).Messages.Single(static message => message.Topic == Electricity).Components();
        Assert.Equal("""{"platform":"sensor"}""", first["power"]!.ToJsonString());
        var second = Assert.Single(plan.TakeDue(TimeSpan.FromSeconds(5)).Messages).Components();
        Assert.False(second.ContainsKey("power"));
        Assert.Null(plan.NextDue);
    }

    [Fact]
    public void An_entity_of_an_earlier_run_that_does_not_come_back_is_removed_when_its_time_is_up()
    {
        Retained(Gas, Payloads[Gas]);
        Observe(WithoutValve);

        Assert.Empty(Observe(WithoutValve, after: 899));
        Assert.Equal("""{"platform":"binary_sensor"}""", ObserveOne(WithoutValve, after: 1).Components()["valve"]!.ToJsonString());
        Assert.False(ObserveOne(WithoutValve, after: 5).Components().ContainsKey("valve"));
    }

    [Fact]
    public void An_entity_of_an_earlier_run_that_comes_back_late_stays()
    {
        Retained(Gas, Payloads[Gas]);
        Observe(WithoutValve);

        Assert.Equal([Gas], Observe(Full, after: 60));
        Assert.Empty(Observe(Full, after: 900));
    }

    [Fact]
    public void An_entity_of_the_bridge_that_an_earlier_version_had_is_removed()
    {
        var payload = JsonNode.Parse(Payloads[Bridge])!;
        payload["components"]!["uptime"] = new JsonObject { ["platform"] = "sensor" };
        Retained(Bridge, payload.ToJsonString());

        Assert.Equal("""{"platform":"sensor"}""", Plan.TakeDue(Now).Messages[0].Components()["uptime"]!.ToJsonString());
        Now += TimeSpan.FromSeconds(5);
        Assert.Equal(Payloads[Bridge], Assert.Single(Plan.TakeDue(Now).Messages).Payload);
    }

    [Fact]
    public void A_meter_that_a_running_bridge_announces_is_left_to_it_until_that_one_stops()
    {
        Connect();
        Retained(Gas, Cellar[Gas]);
        Assert.Equal("cellar/bridge/state", Plan.TakeWanted());
        Plan.OnWanted("cellar/bridge/state", "online", isRetained: true, Now);

        Assert.Equal([Bridge, Electricity, Water], Observe(Full, after: 1));
        Assert.Contains("'cellar/bridge/state'", Assert.Single(Notes), StringComparison.Ordinal);
        Observe(Full, after: 100);
        Assert.Single(Notes);

        Plan.OnWanted("cellar/bridge/state", "offline", isRetained: false, Now);
        Assert.Equal([Gas], Take());
    }

    [Fact]
    public void A_bridge_that_is_merely_off_keeps_its_devices()
    {
        Connect();
        Retained(Former, Cellar[Former]);
        Plan.OnWanted(Plan.TakeWanted()!, "offline", isRetained: true, Now);

        Assert.DoesNotContain(Former, Observe(Full, after: 1));
        Assert.Empty(Observe(Full, after: 10));
    }

    [Fact]
    public void The_devices_of_a_bridge_that_is_gone_without_a_trace_are_removed_once()
    {
        Connect();
        Retained(Former, Cellar[Former]);
        Observe(Full, after: 1);

        Assert.Empty(Observe(Full, after: 9));
        Assert.Equal([Former], Observe(Full, after: 1));
        Assert.Contains("is removed", Assert.Single(Notes), StringComparison.Ordinal);
        Assert.Empty(Observe(Full, after: 100));
    }

    [Fact]
    public void With_another_base_topic_the_devices_of_the_last_run_are_removed()
    {
        var plan = With(new FormerDiscovery("cellar/bridge/state", new HashSet<string> { Former }));
        plan.OnDiscoveryTopic(Former, Cellar[Former], isRetained: true, Now);
        // The former run was ours and has ended.
        plan.OnWanted("cellar/bridge/state", "offline", isRetained: true, Now);

        Assert.Equal([Former], Orphans(plan).Where(static topic => topic.StartsWith("homeassistant/", StringComparison.Ordinal)));
    }

    [Fact]
    public void With_another_base_topic_the_values_of_the_last_run_are_taken_back_once_also_of_devices_that_are_announced_anew()
    {
        var plan = With(new FormerDiscovery("cellar/bridge/state", new HashSet<string> { Former }));
        foreach (var (topic, payload) in Cellar) plan.OnDiscoveryTopic(topic, payload, isRetained: true, Now);
        plan.OnWanted("cellar/bridge/state", "offline", isRetained: true, Now);
        plan.OnDiscoveryTopic(Gas, Payloads[Gas], isRetained: false, Now);

        var orphans = Orphans(plan);
        foreach (var topic in (string[])["cellar/bridge/state", "cellar/bridge/info", "cellar/meter/availability", "cellar/meter/json", "cellar/meter/power", "cellar/meter/gas/volume"])
            Assert.Contains(topic, orphans);
        Assert.DoesNotContain(orphans, static topic => topic.StartsWith("p1bridge/", StringComparison.Ordinal));
        Assert.Contains("p1bridge discovery --clear --set mqtt.base_topic=cellar", Notes[^1], StringComparison.Ordinal);
        foreach (var (topic, payload) in Cellar) plan.OnDiscoveryTopic(topic, payload, isRetained: false, Now);
        Assert.DoesNotContain(Orphans(plan), static topic => topic.StartsWith("cellar/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cellar/bridge/state", "online")] // Somebody else has it now.
    [InlineData("attic/bridge/state", "offline")] // The last run was not that one.
    [InlineData("", "offline")] // Nothing is known of a last run.
    public void Values_that_are_not_certainly_our_own_stay(string former, string state)
    {
        var plan = With(new FormerDiscovery(former, new HashSet<string>()));
        foreach (var (topic, payload) in Cellar) plan.OnDiscoveryTopic(topic, payload, isRetained: true, Now);
        plan.OnWanted("cellar/bridge/state", state, isRetained: true, Now);

        Assert.DoesNotContain(Orphans(plan), static topic => topic.StartsWith("cellar/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("online")]
    [InlineData("offline")]
    public void Who_has_the_former_base_topic_later_is_another_bridge(string state)
    {
        var plan = With(new FormerDiscovery("cellar/bridge/state", new HashSet<string> { Former }));
        HearCellar(state);
        Orphans(plan);

        // It starts, and is away for a while.
        plan.OnWanted("cellar/bridge/state", "online", isRetained: false, Now);
        plan.OnDisconnected();
        plan.OnConnected(TimeSpan.FromSeconds(100));
        HearCellar("offline");

        Assert.DoesNotContain(Orphans(plan, 101), static topic => topic.Contains("cellar", StringComparison.Ordinal));

        void HearCellar(string bridge)
        {
            foreach (var (topic, payload) in Cellar) plan.OnDiscoveryTopic(topic, payload, isRetained: true, Now);
            plan.OnWanted("cellar/bridge/state", bridge, isRetained: true, Now);
        }
    }

    [Fact]
    public void Who_uses_the_former_prefix_later_is_another_bridge()
    {
        const string outside = "old/device/p1bridge_1SAG9999000103/config";
        var plan = With(new FormerDiscovery("p1bridge/bridge/state", new HashSet<string> { outside }));
        Assert.DoesNotContain(outside, Orphans(plan));
        plan.OnWanted(outside, Cellar[Electricity], isRetained: false, Now);
        plan.OnDisconnected();
        plan.OnConnected(TimeSpan.FromSeconds(100));
        plan.OnWanted(outside, Cellar[Electricity], isRetained: true, Now);

        Assert.DoesNotContain(outside, Orphans(plan, 101));
    }

    [Fact]
    public void What_was_to_be_looked_for_on_a_lost_connection_is_looked_for_anew_on_the_next_one()
    {
        Connect();
        Observe(Full, after: 1);
        Plan.OnDisconnected();
        Now += TimeSpan.FromSeconds(60);
        Connect();
        Retained(Former, Cellar[Former]);

        Assert.DoesNotContain(Former, Take()); // Its bridge has not been heard of, because it was not asked for yet.
        Assert.DoesNotContain(Former, Observe(Full, after: 1));
        Assert.Contains(Former, Observe(Full, after: 10));
    }

    [Fact]
    public void Nothing_below_the_present_base_topic_is_taken_for_the_former_one()
    {
        var formerly = new FormerTopics("home/", new FormerDiscovery("home/bridge/bridge/state", new HashSet<string>()));

        formerly.Hear(new DiscoveredDevice(["home/bridge/meter/power"], ["home/bridge/bridge/state"], []));

        Assert.Equal("", formerly.Prefix);
        Assert.Empty(formerly.Take());
    }

    [Fact]
    public void However_many_bridges_announcements_name_a_bounded_number_is_listened_to()
    {
        var foreign = new ForeignDiscovery("p1bridge/bridge/state", FormerDiscovery.Unknown, "homeassistant/");
        var wanted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            foreign.Hear("homeassistant/device/a/config", new DiscoveredDevice([], [$"{i}/bridge/state"], []));
            foreign.Hear($"homeassistant/device/b{i}/config", new DiscoveredDevice([], [$"{i}/bridge/state"], []));
            while (foreign.TakeWanted() is not null) wanted++;
        }

        Assert.InRange(wanted, 100, 200);
    }

    [Fact]
    public void An_announcement_that_names_no_topic_is_not_listened_to()
    {
        var foreign = new ForeignDiscovery("p1bridge/bridge/state", FormerDiscovery.Unknown, "homeassistant/");
        foreign.Hear("homeassistant/device/a/config", new DiscoveredDevice([], ["#/bridge/state"], []));

        Assert.Null(foreign.TakeWanted());
    }

    [Theory]
    [InlineData("""{"origin":{"name":"P1Bridge"},"components":{"a":{"state_topic":"\uD800"}}}""")]
    [InlineData("""{"origin":{"name":"\uDC00"},"components":{}}""")]
    [InlineData("""{"origin":{"name":"P1Bridge"},"components":{"\uD800":{"platform":"sensor"}}}""")]
    [InlineData("""{"origin":{"name":"P1Bridge"},"components":{},"availability":[{"topic":"\uD800"}]}""")]
    public void Half_a_character_in_an_announcement_makes_it_nobodys(string payload)
    {
        Assert.Null(DiscoveredDevice.Parse(payload));
        Plan.OnDiscoveryTopic(Gas, payload, isRetained: true, Now);
        Assert.Contains(Gas, Observe(Full, after: 1));
    }

    [Fact]
    public void With_another_prefix_the_devices_of_the_last_run_are_removed_below_the_old_one()
    {
        const string Old = "old/device/p1bridge_bridge/config";
        var plan = With(new FormerDiscovery("p1bridge/bridge/state", new HashSet<string> { Old }));
        Assert.Equal(Old, plan.TakeWanted());
        plan.OnWanted(Old, Payloads[Bridge], isRetained: true, Now);

        Assert.Equal([Old], Orphans(plan));
    }

    [Fact]
    public void What_is_no_message_of_ours_below_the_old_prefix_stays()
    {
        const string Old = "old/device/p1bridge_bridge/config";
        var plan = With(new FormerDiscovery("p1bridge/bridge/state", new HashSet<string> { Old }));
        plan.OnWanted(Old, Payloads[Bridge].Replace("\"P1Bridge\"", "\"Other\"", StringComparison.Ordinal), isRetained: true, Now);

        Assert.Empty(Orphans(plan));
    }

    [Fact]
    public void A_forgotten_meter_is_removed_and_does_not_come_back_by_itself()
    {
        Observe(Full);
        var withoutGas = Full.With(Full.Devices.RemoveAt(1));
        Observe(withoutGas, after: 10);
        Assert.True(Plan.Forget("7FLO9999000201"));

        Assert.Equal([Gas], Take());
        Plan.OnDiscoveryTopic(Gas, "", isRetained: false, Now);
        Assert.Single(Notes);
        Plan.OnStatus("online", Now);
        Assert.DoesNotContain(Gas, Observe(withoutGas, after: 10));
        Assert.False(Plan.Forget("7FLO9999000201"));
    }

    [Fact]
    public void A_forgotten_meter_that_still_sends_is_announced_anew()
    {
        Observe(Full);
        Plan.Forget("7FLO9999000201");

        Assert.Equal([Gas], Take());
        Assert.Equal([Gas], Observe(Full, after: 1));
        Assert.Contains("still sends", Assert.Single(Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void On_demand_everything_is_announced_at_once_also_what_was_deleted()
    {
        Observe(Full);
        Plan.OnDiscoveryTopic(Gas, "", isRetained: false, Now);
        Plan.Announce(Now);

        Assert.Equal(TimeSpan.Zero, Plan.NextDue);
        var batch = Plan.TakeDue(Now);
        Assert.Equal((4, true), (batch.Messages.Count, batch.IsAfterBirth));
    }

    DiscoveryPlan With(FormerDiscovery former)
    {
        var plan = new DiscoveryPlan(Discovery.Builder(), new DiscoveryPlanOptions { ReadBack = TimeSpan.Zero }, () => Random, Notes.Add, former);
        plan.OnConnected(Now);
        return plan;
    }

    static List<string> Orphans(DiscoveryPlan plan, double from = 1)
    {
        plan.Observe(Discovery.Meter, Full, TimeSpan.FromSeconds(from));
        plan.TakeDue(TimeSpan.FromSeconds(from));
        return [.. plan.TakeDue(TimeSpan.FromSeconds(from + 10)).Messages.Where(static message => message.Payload is null).Select(static message => message.Topic)];
    }

    void Connect() => Plan.OnConnected(Now);

    void Retained(string topic, string payload) => Plan.OnDiscoveryTopic(topic, payload, isRetained: true, Now);
}
