using P1Bridge.Mqtt.Managed;

namespace P1Bridge.Mqtt.Tests.Managed;

public class RivalWatchTests
{
    static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Short = TimeSpan.FromSeconds(20);

    readonly RivalWatch _watch = new(Stable);

    [Fact]
    public void Three_short_connections_in_a_row_are_a_rivals_work_and_so_is_each_further_one()
        => Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => _watch.IsEviction(MqttFailure.Network, Short)));

    [Fact]
    public void A_connection_that_stood_ends_the_row()
    {
        for (var i = 0; i < 5; i++) _watch.IsEviction(MqttFailure.Network, Short);

        Assert.False(_watch.IsEviction(MqttFailure.Network, Stable));
        Assert.False(_watch.IsEviction(MqttFailure.Network, Short));
    }

    [Fact]
    public void A_broker_that_could_not_be_reached_in_between_was_restarted()
    {
        for (var i = 0; i < 9; i++)
        {
            Assert.False(_watch.IsEviction(MqttFailure.Network, Short));
            _watch.NoteFailedAttempt();
        }
    }

    [Theory]
    [InlineData(MqttFailure.Timeout)]
    [InlineData(MqttFailure.Protocol)]
    public void Only_a_connection_that_the_broker_ends_counts(MqttFailure failure)
        => Assert.DoesNotContain(true, Enumerable.Range(0, 9).Select(_ => _watch.IsEviction(failure, Short)));
}
