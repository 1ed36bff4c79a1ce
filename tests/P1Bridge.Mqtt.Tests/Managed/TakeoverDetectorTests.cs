using P1Bridge.Mqtt.Managed;

namespace P1Bridge.Mqtt.Tests.Managed;

public class TakeoverDetectorTests
{
    readonly TakeoverDetector _detector = new(new ManagedMqttClientOptions());

    bool Lost(double seconds, MqttFailure reason = MqttFailure.Network, bool suspected = false) =>
        _detector.Lost(reason, TimeSpan.FromSeconds(seconds), suspected);

    [Fact]
    public void Three_short_lives_in_a_row_are_enough() => Assert.Equal([false, false, true], [Lost(0.1), Lost(1.9), Lost(0.5)]);

    [Fact]
    public void Longer_lives_between_the_evictions_hide_nothing_as_long_as_none_is_stable() =>
        Assert.Equal([false, false, false, false, true], [Lost(1), Lost(3), Lost(8), Lost(20), Lost(40) || Lost(0.1)]);

    [Fact]
    public void A_stable_life_begins_the_count_anew() => Assert.Equal([false, false, false, false, false], [Lost(1), Lost(1), Lost(61), Lost(1), Lost(1)]);

    [Fact]
    public void A_broker_that_could_not_be_reached_in_between_is_no_rival()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(Lost(0.5));
            Assert.False(Lost(0.5));
            _detector.AttemptFailed();
        }
    }

    [Fact]
    public void A_message_under_suspicion_or_another_kind_of_end_is_no_rival()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.False(Lost(0.1, suspected: true));
            Assert.False(Lost(0.1, MqttFailure.Timeout));
        }
    }

    [Fact]
    public void After_standing_down_one_more_short_life_is_enough()
    {
        foreach (var expected in new[] { false, false, true, true, true }) Assert.Equal(expected, Lost(0.1));
        Assert.False(Lost(100));
        Assert.False(Lost(0.1));
    }

    [Theory]
    [InlineData(0x8E, Remedy.StandDown)]
    [InlineData(0x8B, Remedy.Backoff)]
    [InlineData(0x8D, Remedy.Backoff)]
    [InlineData(0x96, Remedy.Backoff)]
    [InlineData(0x97, Remedy.Backoff)]
    [InlineData(0xFF, Remedy.Backoff)]
    internal void A_broker_that_says_why_it_closes_is_believed(int code, Remedy expected) =>
        Assert.Equal(expected, FailureTable.ForClose(new MqttClosed(MqttFailure.Refused, "x", (MqttReasonCode)code), isTakeover: false, new MqttClientOptions()).Remedy);

    [Theory]
    [InlineData(new[] { 0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x97, 0x9F }, Remedy.Backoff)]
    [InlineData(new[] { 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x90, 0x95, 0x99, 0x9A, 0x9B }, Remedy.WaitForPerson)]
    internal void A_refusal_is_retried_soon_or_waits_for_a_person(int[] codes, Remedy expected) =>
        Assert.All(codes, code => Assert.Equal(expected, FailureTable.ForRefusal((MqttReasonCode)code)));
}
