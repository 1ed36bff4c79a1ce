using P1Bridge.Mqtt.Managed;
using P1Bridge.Mqtt.Tests.Support;

namespace P1Bridge.Mqtt.Tests.Managed;

public class SubscriptionSetTests
{
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(300);
    readonly TestTime _time = new();

    SubscriptionSet Set(params string[] filters)
    {
        var set = new SubscriptionSet(_time);
        foreach (var filter in filters) set.Want(new MqttSubscription(filter));
        return set;
    }

    static string[] Wanted(SubscriptionSet set, int count = 8) => [.. set.TakeWanted(count, Retry).Select(subscription => subscription.Filter)];

    [Fact]
    public void Filters_are_asked_for_in_batches_and_once()
    {
        var set = Set("a", "b", "c");
        Assert.Equal(["a", "b"], Wanted(set, 2));
        Assert.Equal(["c"], Wanted(set, 2));
        Assert.Empty(Wanted(set));
    }

    [Fact]
    public void A_refused_or_unanswered_filter_is_reported_and_asked_for_again_later()
    {
        var set = Set("granted", "refused", "silent");
        Wanted(set);
        set.Answered(new MqttFilterResult("granted", MqttReasonCode.Success));
        set.Answered(new MqttFilterResult("refused", MqttReasonCode.UnspecifiedError));
        Assert.Equal(["refused"], set.Refused);
        _time.Advance(299);
        Assert.Empty(Wanted(set));
        _time.Advance(1);
        Assert.Equal(["refused", "silent"], Wanted(set));
    }

    [Fact]
    public void A_fresh_session_gets_all_again_and_a_resumed_one_only_what_it_lacks()
    {
        var set = Set("a", "b");
        Wanted(set);
        set.Answered(new MqttFilterResult("a", MqttReasonCode.Success));
        set.Resume();
        Assert.Equal(["b"], Wanted(set));
        set.StartFresh();
        Assert.Equal(["a", "b"], Wanted(set));
    }

    [Fact]
    public void What_is_dropped_is_unsubscribed_once_and_not_asked_for_any_more()
    {
        var set = Set("a", "b");
        set.Drop("a");
        set.Drop("never wanted");
        Assert.Equal(["a"], set.TakeUnwanted(8));
        Assert.Empty(set.TakeUnwanted(8));
        Assert.Equal(["b"], Wanted(set));
    }
}
