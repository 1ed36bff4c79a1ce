using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.HomeAssistant;

public sealed class HomeAssistantDiscoveryOutputTests : IDisposable
{
    const string Gas = "homeassistant/device/p1bridge_7FLO9999000201/config";

    static readonly MeterSnapshot Full = Corpus.Snapshot("fluvius-3p-gas-water-peaks");

    readonly TestTimeProvider _time = new();
    readonly List<MqttPublication> _published = [];
    readonly List<MqttPublication> _attributes = [];
    readonly KeptLog _log = new();
    readonly HomeAssistantDiscoveryOutput _output;
    bool _isBroken;
    int _statesWanted;
    int _unretainedWanted;

    public HomeAssistantDiscoveryOutputTests()
    {
        _output = new HomeAssistantDiscoveryOutput(Discovery.Builder(), new DiscoveryPlanOptions { ReadBack = TimeSpan.Zero }, [Discovery.Meter], Publish, _time, static () => 0.5, _log);
        _output.StatesWanted += () => _statesWanted++;
        _output.UnretainedWanted += () => _unretainedWanted++;
    }

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Nothing_is_sent_before_the_broker_is_reached_and_everything_then()
    {
        await _output.WriteAsync(Full, default);
        Assert.Empty(_published);

        _output.OnConnected();
        _time.Advance(TimeSpan.Zero);
        Assert.Equal(4, _published.Count);
        Assert.All(_published, static message => Assert.True(message is { Retain: true, Kind: MessageKind.Control, Payload: not null }));
    }

    [Fact]
    public async Task The_broker_is_told_again_after_it_was_away()
    {
        await Start();
        _output.OnDisconnected();
        _time.Advance(TimeSpan.FromMinutes(10));
        await _output.WriteAsync(Full, default);
        Assert.Empty(_published);

        _output.OnConnected();
        _time.Advance(TimeSpan.Zero);
        Assert.Equal(4, _published.Count);
    }

    [Fact]
    public async Task A_birth_is_answered_without_any_telegram_and_then_the_states_are_wanted()
    {
        await Start();
        _output.OnStatusMessage("online");
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_published);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((4, 1), (_published.Count, _statesWanted));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((4, 1), (_published.Count, _statesWanted));
    }

    [Fact]
    public async Task What_is_not_retained_is_wanted_once_more_when_home_assistant_listens_to_what_was_announced()
    {
        await Start();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, _unretainedWanted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((1, 0), (_unretainedWanted, _statesWanted));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 0), (_unretainedWanted, _statesWanted));
    }

    [Fact]
    public async Task A_meter_that_is_new_is_listened_to_later_than_the_bridge()
    {
        _output.OnConnected();
        _time.Advance(TimeSpan.FromSeconds(3));
        await _output.WriteAsync(Full, default);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, _unretainedWanted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, _unretainedWanted);
    }

    [Fact]
    public async Task Values_that_are_not_retained_are_wanted_once_more_with_their_attributes()
    {
        using var output = new HomeAssistantDiscoveryOutput(
            Discovery.Builder(), new DiscoveryPlanOptions { ReadBack = TimeSpan.Zero }, [Discovery.Meter], Publish, _time, static () => 0.5, _log, retain: false);
        output.StatesWanted += () => _statesWanted++;
        output.OnConnected();
        await output.WriteAsync(Full, default);
        Assert.Single(_attributes);

        _time.Advance(TimeSpan.FromSeconds(5));
        await output.WriteAsync(Full, default);

        Assert.Equal((1, 2), (_statesWanted, _attributes.Count));
    }

    [Fact]
    public async Task Nothing_is_wanted_for_what_was_announced_before_the_connection_was_lost()
    {
        await Start();
        _output.OnDisconnected();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _unretainedWanted);
    }

    [Fact]
    public async Task The_states_alone_are_repeated_on_command()
    {
        await Start();

        _output.OnCommand("states", isRetained: false);
        _time.Advance(TimeSpan.Zero);

        Assert.Equal((1, 0), (_statesWanted, _published.Count));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task After_a_meter_was_forgotten_the_states_are_wanted_because_who_asked_has_emptied_them()
    {
        await Start();

        _output.OnCommand("forget 7FLO9999000201", isRetained: false);
        _time.Advance(TimeSpan.Zero);

        Assert.Equal(1, _statesWanted);
        Assert.Equal((Gas, null), (_published.Single().Topic, _published.Single().Payload));
    }

    [Fact]
    public async Task A_change_that_comes_too_soon_is_sent_later_even_when_the_meter_falls_silent()
    {
        await Start();
        _output.OnConnected();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(_published);
        await _output.WriteAsync(new MeterSilence("meter"), default);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(4, _published.Count);
    }

    [Fact]
    public async Task A_deletion_by_the_user_is_logged_once_and_not_fought()
    {
        await Start();
        _output.OnOwnTopicMessage(Gas, "", isRetained: false);
        _output.OnOwnTopicMessage(Gas, "", isRetained: false);
        await _output.WriteAsync(Full, default);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(_published);
        Assert.Contains(Gas, Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_connection_reaches_the_runner_and_is_made_up_for()
    {
        await Start();
        _time.Advance(TimeSpan.FromSeconds(10));
        _output.OnConnected();
        _isBroken = true;
        await Assert.ThrowsAsync<IOException>(async () => await _output.WriteAsync(Full, default));

        _isBroken = false;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, _published.Count);
    }

    [Fact]
    public async Task A_fault_in_the_timer_is_logged_and_tried_again()
    {
        await Start();
        _output.OnStatusMessage("online");
        _isBroken = true;
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((1, 0), (_log.Lines.Count, _statesWanted));

        _isBroken = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((4, 1), (_published.Count, _statesWanted));
    }

    [Fact]
    public void It_names_the_topics_to_subscribe_to()
        => Assert.Equal(("homeassistant/status", "homeassistant/device/+/config"), (_output.StatusTopic, _output.OwnTopicFilter));

    [Fact]
    public async Task Nothing_happens_after_the_end()
    {
        await Start();
        _output.OnStatusMessage("online");
        _output.Dispose();
        _output.OnConnected();
        await _output.WriteAsync(Full, default);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(_published);
    }

    [Fact]
    public async Task A_replaced_device_is_removed_before_the_write_returns_also_while_the_broker_is_away()
    {
        await Start();
        _output.OnDisconnected();

        await _output.WriteAsync(Full.With(Full.Devices.SetItem(1, Full.Devices[1] with { Identity = "7FLO9999000299" })), default);

        Assert.Equal([new MqttPublication(Gas, null, Retain: true, MessageKind.Control)], _published);
    }

    [Fact]
    public async Task A_removal_that_could_not_be_handed_on_is_made_with_the_next_telegram()
    {
        var successor = Full.With(Full.Devices.SetItem(1, Full.Devices[1] with { Identity = "7FLO9999000299" }));
        await Start();
        _isBroken = true;
        await Assert.ThrowsAsync<IOException>(async () => await _output.WriteAsync(successor, default));

        _isBroken = false;
        await _output.WriteAsync(successor, default);
        Assert.Equal((Gas, null), (_published[0].Topic, _published[0].Payload));
    }

    async Task Start()
    {
        _output.OnConnected();
        await _output.WriteAsync(Full, default);
        Assert.Equal(4, _published.Count);
        _published.Clear();
    }

    void Publish(MqttPublication message)
    {
        if (_isBroken) throw new IOException("no broker");
        (message.Topic.EndsWith("/attributes", StringComparison.Ordinal) ? _attributes : _published).Add(message);
    }
}
