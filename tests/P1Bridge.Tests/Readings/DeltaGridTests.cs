using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>3x230 V without neutral: phase 2 is the reference of the two-wattmeter method and not measured.</summary>
public class DeltaGridTests
{
    static readonly string[] Phases =
    [
        .. from phase in new[] { 2, 4, 6 }
           from line in new[] { $"1-0:{phase}1.7.0(00.100*kW)", $"1-0:{phase}2.7.0(00.000*kW)", $"1-0:{phase + 1}1.7.0(001.00*A)" }
           select line,
    ];

    [Theory]
    [InlineData("1-0:52.7.0(000.0*V)")]
    [InlineData("1-0:94.32.1(230)", "1-0:52.7.0(230.0*V)")]
    public void Nothing_of_L2_is_published(params string[] grid)
    {
        var good = GoodIds([.. Phases, "1-0:32.7.0(229.4*V)", "1-0:72.7.0(230.1*V)", .. grid]);

        Assert.Equal(
            ["current_l1", "current_l3", "power_export_l1", "power_export_l3", "power_import_l1", "power_import_l3", "voltage_l1", "voltage_l3"],
            good);
    }

    [Theory]
    [InlineData("1-0:52.7.0(230.2*V)")]
    [InlineData("1-0:94.32.1(400)", "1-0:52.7.0(000.0*V)")]
    public void With_a_neutral_all_of_L2_is_published(params string[] grid)
    {
        var good = GoodIds([.. Phases, .. grid]);

        Assert.Equal(["current_l2", "power_export_l2", "power_import_l2", "voltage_l2"], good.Where(static id => id.EndsWith("l2", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_one_phase_meter_is_no_delta_grid()
        => Assert.Equal(["power_import_l1", "voltage_l1"], GoodIds(["1-0:21.7.0(00.100*kW)", "1-0:32.7.0(229.8*V)"]));

    [Theory]
    [InlineData("1-0:52.7.0(000.0*V)", "1-0:72.7.0(000.0*V)")]
    [InlineData("1-0:52.7.0(000.0*V)", "1-0:72.7.0(001.0*V)")]
    [InlineData("1-0:52.7.0(000.0*V)")]
    public void A_one_phase_meter_that_sends_the_other_phases_too_is_no_delta_grid(params string[] voltages)
        => Assert.Contains("voltage_l2", GoodIds([.. Phases, "1-0:32.7.0(233.0*V)", .. voltages]));

    [Fact]
    public void A_phase_that_comes_or_goes_is_noticed_also_in_a_telegram_laid_out_as_before()
    {
        var reader = new TelegramReader(Some.Catalogue);
        foreach (var (voltage, isDelta) in new[] { ("230.1", true), ("001.0", false), ("230.1", true) })
        {
            Some.Outcomes(reader, Some.Telegram("1-0:32.7.0(233.0*V)", "1-0:52.7.0(000.0*V)", $"1-0:72.7.0({voltage}*V)"));
            Assert.Equal(isDelta, reader.Readings.Main.IsDeltaGrid);
        }
    }

    [Theory]
    [InlineData("230.0", true)]
    [InlineData("23.0", false)]
    public void The_grid_type_is_the_number_and_not_its_digits(string type, bool isDelta)
        => Assert.Equal(isDelta, !GoodIds([$"1-0:94.32.1({type})", "1-0:52.7.0(229.0*V)"]).Contains("voltage_l2"));

    static IEnumerable<string> GoodIds(string[] lines)
    {
        var main = Some.Readings(lines).Main;
        return main.Rows.Where(row => row.IsPublished && main[row].State == ReadingState.Good).Select(static row => row.Id).Order(StringComparer.Ordinal);
    }
}
