using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>When another equipment identifier counts.</summary>
public class IdentityGateTests
{
    readonly Pipeline _pipeline = new();

    [Fact]
    public void The_very_first_identifiers_count_at_once()
        => Assert.Equal(["MAIN", "GAS"], Identities(Feed("MAIN", "GAS")));

    [Fact]
    public void Another_meter_counts_when_three_telegrams_in_a_row_agree()
    {
        Feed("MAIN", "GAS");

        var first = Feed("OTHER", "GAS");
        Assert.Empty(first.Devices);
        Assert.Equal(["equipment_identifier: unconfirmed_identifier"], first.HeldBack());
        Assert.Empty(Feed("OTHER", "GAS").Devices);
        Assert.Equal(["OTHER", "GAS"], Identities(Feed("OTHER", "GAS")));
    }

    [Fact]
    public void One_telegram_in_between_begins_the_count_anew()
    {
        Feed("MAIN", "GAS");
        Feed("OTHER", "GAS");
        Feed("OTHER", "GAS");

        Assert.Equal(["MAIN", "GAS"], Identities(Feed("MAIN", "GAS")));
        Assert.Empty(Feed("OTHER", "GAS").Devices);
        Assert.Empty(Feed("OTHER", "GAS").Devices);
        Assert.Equal(["OTHER", "GAS"], Identities(Feed("OTHER", "GAS")));
    }

    [Fact]
    public void Another_sub_meter_does_not_hold_up_the_electricity_meter()
    {
        Feed("MAIN", "GAS");

        var snapshot = Feed("MAIN", "OTHER");

        Assert.Equal(["MAIN"], Identities(snapshot));
        Assert.Equal(["channel_1/gas: unconfirmed_identifier"], snapshot.HeldBack());
    }

    [Fact]
    public void A_sub_meter_that_is_not_live_is_held_back_for_that_whatever_its_number()
    {
        Feed("MAIN", "GAS");

        Assert.Equal(["channel_1/gas: stale"], Feed("MAIN", "OTHER", capturedAt: "240212190000W").HeldBack());
    }

    [Fact]
    public void A_sub_meter_of_another_kind_must_be_agreed_upon_too()
    {
        Feed("MAIN", "GAS");

        Assert.Equal(["MAIN"], Identities(Feed("MAIN", "GAS", type: "007")));
        Assert.Equal(["MAIN", "GAS"], Identities(Feed("MAIN", "GAS")));
        Assert.DoesNotContain(_pipeline.Meter.SubMeters.Places, static place => place.Medium == "water");
    }

    [Fact]
    public void A_lost_identifier_line_while_another_meter_announces_itself_is_nobodys()
    {
        Feed("MAIN", "GAS");
        Feed("OTHER", "GAS");

        Assert.Empty(Feed("", "GAS").Devices);
    }

    [Fact]
    public void A_single_false_identifier_followed_by_lost_ones_does_not_silence_the_meter()
    {
        Feed("MAIN", "GAS");
        Feed("OTHER", "GAS");
        Feed("", "GAS");
        Feed("", "GAS");

        Assert.Equal(["MAIN", "GAS"], Identities(Feed("", "GAS")));
    }

    [Theory]
    [InlineData("003.0", "gas")]
    [InlineData("3", "gas")]
    [InlineData("0.3", null)]
    [InlineData("0.7", null)]
    [InlineData("30", null)]
    public void A_device_type_is_the_number_and_not_its_digits(string type, string? medium)
        => Assert.Equal(medium, Feed("MAIN", "GAS", type).Devices.Skip(1).Select(static device => device.Medium.Id).SingleOrDefault());

    MeterSnapshot Feed(string main, string gas, string type = "003", string capturedAt = "250212190000W") => _pipeline.Feed(
        $"0-0:96.1.1({Some.Hex(main)})", "1-0:1.8.1(000001.000*kWh)",
        $"0-1:24.1.0({type})", $"0-1:96.1.1({Some.Hex(gas)})", $"0-1:24.2.{(type == "007" ? 1 : 3)}({capturedAt})(00001.000*m3)");

    static IEnumerable<string> Identities(MeterSnapshot snapshot) => snapshot.Devices.Select(static device => device.Identity);
}
