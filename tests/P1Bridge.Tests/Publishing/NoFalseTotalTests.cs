using FsCheck.Fluent;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Publishing;

/// <summary>The promise above all others, over whatever meters do: no false total ever reaches a topic.</summary>
public class NoFalseTotalTests
{
    [Fact]
    public void No_false_total_reaches_a_topic_whatever_the_meters_send()
        => Prop.ForAll(ArbMap.Default.GeneratorFor<byte>().ArrayOf().ToArbitrary(), static steps =>
        {
            using var house = new DoubtfulHouse();
            foreach (var step in steps)
                house.Step(step);
            return (house.Fault is null && house.Shown > 0).Label(house.Fault ?? "nothing was shown");
        }).Holds(1000);

    [Theory]
    [InlineData("1-0:1.8.2()")]
    [InlineData("1-0:1.8.2(014390.551*kWh")]
    [InlineData("1-0:1.8.2")]
    [InlineData("1-0;1.8.2(014390.551*kWh)")]
    [InlineData("1-0:1.8.2(0143x0.551*kWh)")]
    public void The_very_first_telegram_has_no_sum_without_a_tariff_that_was_sent(string line)
    {
        var pipeline = new Pipeline();

        var first = pipeline.Feed("0-0:96.1.1(41)", "1-0:1.8.1(012874.206*kWh)", line);
        var second = pipeline.Feed("0-0:96.1.1(41)", "1-0:1.8.1(012874.206*kWh)", "1-0:1.8.2(014390.551*kWh)");

        Assert.Equal(("12874.206", null), (first.Payload("energy_import_tariff_1"), first.Payload("energy_import")));
        Assert.Equal("27264.757", second.Payload("energy_import"));
    }

    [Theory]
    [InlineData("1-0:1.8.1(012874.206*kWh)")]
    [InlineData("1-0:1.8.1(012874.206*kWh)", "what a gateway adds")]
    [InlineData("1-0:1.8.1(012874.206*kWh)", "1-0:32.7.0(231.7*V")]
    public void A_meter_with_one_tariff_has_its_sum_at_once(params string[] lines)
        => Assert.Equal("12874.206", new Pipeline().Feed(["0-0:96.1.1(41)", .. lines]).Payload("energy_import"));

    [Fact]
    public void A_line_that_is_odd_in_every_telegram_does_not_cost_the_sum_for_ever()
    {
        var pipeline = new Pipeline();
        var telegram = Some.Telegram("0-0:96.1.1(41)", "1-0:1.8.1(012874.206*kWh)", "1;odd");

        Assert.Null(pipeline.Feed(telegram).Payload("energy_import"));
        Assert.Equal("12874.206", pipeline.FeedUntilBelieved(telegram).Payload("energy_import"));
    }
}
