using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>Ways by which a false total once reached a topic.</summary>
public class FalseTotalTests
{
    const string Main = "0-0:96.1.1(3153414739393939303030313033)";
    const string GasA = "0-1:96.1.1(37464C4F39393939303030323031)";
    const string GasB = "0-1:96.1.1(37464C4F39393939303030323032)";
    const string Gas = "0-1:24.1.0(003)";

    readonly Pipeline _pipeline = new();

    [Fact]
    public void A_telegram_without_the_meters_identifier_is_guarded_as_that_meters()
    {
        _pipeline.Feed(Main, Clock(1), "1-0:1.8.1(012874.206*kWh)");

        Assert.Null(_pipeline.Feed(Clock(2), "1-0:1.8.1(000001.000*kWh)").Payload("energy_import_tariff_1"));
        Assert.Equal("12874.206", _pipeline.Feed(Main, Clock(3), "1-0:1.8.1(012874.206*kWh)").Payload("energy_import_tariff_1"));
    }

    [Fact]
    public void A_sub_meter_whose_identifier_line_was_lost_keeps_its_topics()
    {
        _pipeline.Feed(Main, Clock(1), Gas, GasA, "0-1:24.2.3(250212192000W)(02871.504*m3)");

        var snapshot = _pipeline.Feed(Main, Clock(2), Gas, "0-1:24.2.3(250212192000W)(02871.504*m3)");

        Assert.Equal("2871.504", snapshot.Payload("gas/volume"));
        Assert.DoesNotContain(snapshot.Devices, static device => device.TopicName == "gas_2");
    }

    [Fact]
    public void The_sum_of_the_tariffs_never_stands_in_for_a_total_that_was_sent_before()
    {
        _pipeline.Feed(Main, Clock(1), "1-0:1.8.0(05000.000*kWh)", "1-0:1.8.1(01000.000*kWh)", "1-0:1.8.2(02000.000*kWh)");

        Assert.Null(_pipeline.Feed(Main, Clock(2), "1-0:1.8.1(01000.000*kWh)", "1-0:1.8.2(02000.000*kWh)").Payload("energy_import"));
    }

    [Fact]
    public void A_capture_out_of_the_future_is_no_reading()
    {
        var snapshot = _pipeline.Feed(Main, Clock(1), Gas, GasA, "0-1:24.2.3(991231235959W)(95000.000*m3)");

        Assert.DoesNotContain(snapshot.Devices, static device => device.TopicName.Length > 0);
    }

    [Fact]
    public void A_meters_total_is_gone_from_the_topic_when_another_meter_speaks_there_whose_own_is_held()
    {
        var policy = new PublishPolicy(new PublishRules());
        policy.Decide(_pipeline.Feed(Main, Clock(1), Gas, GasB, "0-1:24.2.3(250212192000W)(00012.000*m3)"), Some.Now);
        policy.Decide(_pipeline.Feed(Main, "0-0:1.0.0(250214192231W)", Gas, GasA, "0-1:24.2.3(250214192000W)(05000.000*m3)"), Some.Now.AddDays(2));

        var held = _pipeline.Feed(Main, "0-0:1.0.0(250216192231W)", Gas, GasB, "0-1:24.2.3(250216192000W)(20000.000*m3)");
        var topic = held.Devices[1].TopicName;

        Assert.Null(held.Payload($"{topic}/volume"));
        Assert.Contains(new Publication("gas/volume", null), policy.Decide(held, Some.Now.AddDays(4)));
    }

    static string Clock(int second) => $"0-0:1.0.0(2502121922{30 + second}W)";
}
