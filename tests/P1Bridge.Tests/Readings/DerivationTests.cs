using System.Collections.Immutable;
using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

public class DerivationTests
{
    static readonly MeterPipelineOptions Flanders = new() { CapacityTariff = true };

    [Fact]
    public void A_total_that_the_meter_does_not_send_is_the_sum_of_its_tariffs()
        => Assert.Equal("27264.757", new Pipeline().Feed("1-0:1.8.1(012874.206*kWh)", "1-0:1.8.2(014390.551*kWh)").Payload("energy_import"));

    [Fact]
    public void A_total_that_the_meter_sends_is_not_computed()
        => Assert.Equal("999.000", new Pipeline().Feed("1-0:1.8.1(1.000*kWh)", "1-0:1.8.0(999.000*kWh)").Payload("energy_import"));

    [Fact]
    public void All_four_tariffs_count()
        => Assert.Equal("1111.000", new Pipeline().Feed("1-0:2.8.1(1*kWh)", "1-0:2.8.2(10*kWh)", "1-0:2.8.3(100*kWh)", "1-0:2.8.4(1000.000*kWh)").Payload("energy_export"));

    [Fact]
    public void Without_a_tariff_there_is_no_sum() => Assert.Null(new Pipeline().Feed("1-0:1.7.0(1*kW)").Payload("energy_import"));

    [Theory]
    [InlineData("1-0:1.8.2(014390.551*kW)", "unit_mismatch")]
    [InlineData("1-0:1.8.2(014390.551)", "unit_missing")]
    [InlineData("1-0:1.8.2(------*kWh)", "bad_number")]
    [InlineData("1-0:1.8.2(000000.000*kWh)", "total_fell")]
    [InlineData("1-0:1.8.2(994390.551*kWh)", "total_jumped")]
    [InlineData("1-0:1.8.2()", "missing")]
    [InlineData("1-0:1.8.2(014390.551*kWh", "missing")]
    [InlineData("1-0:9.9.9(1)", "missing")]
    public void The_sum_is_held_while_one_part_is(string line, string issue)
    {
        var pipeline = new Pipeline();
        pipeline.Feed("1-0:1.8.1(012874.206*kWh)", "1-0:1.8.2(014390.551*kWh)");

        var held = pipeline.Feed("1-0:1.8.1(012874.207*kWh)", line);
        var healed = pipeline.Feed("1-0:1.8.1(012874.208*kWh)", "1-0:1.8.2(014390.551*kWh)");

        Assert.Equal(["energy_import_tariff_1 12874.207"], held.Topics());
        Assert.Equal([$"energy_import_tariff_2: {issue}", $"energy_import: {issue}"], held.HeldBack());
        Assert.Equal("27264.759", healed.Payload("energy_import"));
        Assert.Empty(healed.HeldBack());
    }

    [Fact]
    public void The_sum_is_held_after_a_restart_too()
    {
        var before = new Pipeline();
        before.Feed("1-0:1.8.1(012874.206*kWh)", "1-0:1.8.2(014390.551*kWh)");
        var after = new Pipeline();
        after.Meter.Guard.Restore(before.Meter.Guard.Totals);

        Assert.Null(after.Feed("1-0:1.8.1(012874.206*kWh)").Payload("energy_import"));
    }

    [Fact]
    public void Without_the_guard_totals_are_as_sent()
    {
        var pipeline = new Pipeline(new MeterPipelineOptions { Guard = false });
        pipeline.Feed("1-0:1.8.1(012874.206*kWh)");

        Assert.Equal("1.000", pipeline.Feed("1-0:1.8.1(000001.000*kWh)").Payload("energy_import"));
    }

    [Theory]
    [InlineData("01.204", "00.000", "1.204")]
    [InlineData("00.000", "01.204", "-1.204")]
    [InlineData("00.000", "00.000", "0.000")]
    [InlineData("1.5", "0.25", "1.25")]
    public void Net_power_is_positive_from_the_grid(string import, string export, string expected)
        => Assert.Equal(expected, new Pipeline().Feed($"1-0:1.7.0({import}*kW)", $"1-0:2.7.0({export}*kW)").Payload("power"));

    [Fact]
    public void Net_power_needs_both()
    {
        Assert.Null(new Pipeline().Feed("1-0:1.7.0(01.204*kW)").Payload("power"));
        Assert.Equal("-0.451", new Pipeline().Feed("1-0:16.7.0(-00.451*kW)").Payload("power"));
    }

    [Theory]
    [InlineData("0-0:96.1.4(50217)", "0001", "1", "day")]
    [InlineData("0-0:96.1.4(50217)", "0002", "2", "night")]
    [InlineData("1-3:0.2.8(50)", "0001", "1", "night")]
    [InlineData("1-3:0.2.8(50)", "0002", "2", "day")]
    [InlineData("0-0:96.1.4(50217)", "0003", "3", null)]
    [InlineData("1-0:1.7.0(1*kW)", "0001", "1", null)]
    public void Tariffs_are_named_by_market(string market, string sent, string number, string? name)
    {
        var snapshot = new Pipeline().Feed(market, $"0-0:96.14.0({sent})");

        Assert.Equal((number, name), (snapshot.Payload("tariff"), snapshot.Payload("tariff_name")));
    }

    [Fact]
    public void Tariff_names_can_be_set()
    {
        var names = ImmutableSortedDictionary<long, string>.Empty.Add(1, "groen").Add(3, "rood");
        var pipeline = new Pipeline(new MeterPipelineOptions { TariffNames = names });

        Assert.Equal("groen", pipeline.Feed("0-0:96.1.4(50217)", "0-0:96.14.0(0001)").Payload("tariff_name"));
        Assert.Equal("rood", pipeline.Feed("0-0:96.1.4(50217)", "0-0:96.14.0(0003)").Payload("tariff_name"));
        Assert.Null(pipeline.Feed("0-0:96.1.4(50217)", "0-0:96.14.0(0002)").Payload("tariff_name"));
    }

    [Theory]
    [InlineData("250212191500W", "0.000", "4.000", "4.000")] // t = 0: all of the quarter is left
    [InlineData("250212192230W", "2.000", "4.000", "4.000")] // t = 450: half of it
    [InlineData("250212192959W", "3.996", "4.000", "4.000")] // t = 899: a second
    [InlineData("250212192230W", "1.000", "0.000", "1.000")]
    [InlineData("250212192959W", "2.000", "9.000", "2.010")]
    [InlineData("250212191500S", "0.100", "1.000", "1.100")]
    public void The_forecast_is_the_demand_so_far_and_the_power_for_the_rest(string clock, string demand, string power, string expected)
    {
        var snapshot = new Pipeline().Feed($"0-0:1.0.0({clock})", $"1-0:1.4.0({demand}*kW)", $"1-0:1.7.0({power}*kW)");

        Assert.Equal(expected, snapshot.Payload("demand_forecast"));
    }

    [Theory]
    [InlineData("250212191500W", "05.337", "1.337")]
    [InlineData("250212191500W", "03.000", "-1.000")]
    [InlineData("250212191500W", "01.000", "-1.500")] // the peak counts as 2.5 kW at least
    public void The_headroom_is_what_is_left_to_the_months_peak(string clock, string peak, string expected)
    {
        var snapshot = new Pipeline(Flanders).Feed(
            $"0-0:1.0.0({clock})", "1-0:1.4.0(00.000*kW)", "1-0:1.7.0(04.000*kW)", $"1-0:1.6.0(250209181500W)({peak}*kW)");

        Assert.Equal(expected, snapshot.Payload("demand_headroom"));
    }

    [Theory]
    [InlineData("1-0:1.4.0(00.100*kW)", "1-0:1.7.0(01.000*kW)")]
    [InlineData("0-0:1.0.0(250212191500W)", "1-0:1.7.0(01.000*kW)")]
    [InlineData("0-0:1.0.0(250212191500W)", "1-0:1.4.0(00.100*kW)")]
    [InlineData("0-0:1.0.0(000101000000W)", "1-0:1.4.0(00.100*kW)", "1-0:1.7.0(01.000*kW)")]
    public void Without_clock_demand_and_power_there_is_no_forecast(params string[] lines)
        => Assert.Null(new Pipeline(Flanders).Feed(lines).Payload("demand_forecast"));

    [Fact]
    public void The_average_of_the_last_12_months_has_a_floor_per_month()
        => Assert.Equal("4.7785", new Pipeline(Flanders).Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt")).Payload("peak_average"));

    [Fact]
    public void The_order_of_the_months_does_not_matter()
    {
        string[] months = ["(250101000000W)(241219180000W)(05.000*kW)", "(241201000000W)(241118114500W)(03.000*kW)", "(250201000000W)(250118114500W)(01.000*kW)"];

        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 2, 0]])
        {
            var snapshot = new Pipeline(Flanders).Feed($"0-0:98.1.0(3)(1-0:1.6.0)(1-0:1.6.0){string.Concat(order.Select(i => months[i]))}");
            Assert.Equal(
                ["peak_average 3.5000", "peaks/2024-11 3.000", "peaks/2024-12 5.000", "peaks/2025-01 1.000"],
                snapshot.Topics().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Of_13_months_the_oldest_does_not_count_whatever_the_order()
    {
        var months = Enumerable.Range(0, 13).Select(static i =>
            $"({new DateTime(2024, 2, 1).AddMonths(i):yyMMdd}000000W)(240115120000W)({(i == 0 ? "99.000" : "04.000")}*kW)");

        Assert.Equal("4.0000", new Pipeline(Flanders).Feed($"0-0:98.1.0(13)(1-0:1.6.0)(1-0:1.6.0){string.Concat(months)}").Payload("peak_average"));
        Assert.Equal("4.0000", new Pipeline(Flanders).Feed($"0-0:98.1.0(13)(1-0:1.6.0)(1-0:1.6.0){string.Concat(months.Reverse())}").Payload("peak_average"));
    }

    [Theory]
    [InlineData("(250901000000S)(632525252525S)(00.000*kW)", "unset_timestamp")]
    [InlineData("(251301000000S)(250825191500S)(09.000*kW)", "bad_timestamp")]
    [InlineData("(250901000000S)(250825191500S)(09.000*kWh)", "unit_mismatch")]
    [InlineData("(250901000000S)(250825191500S)(09.000)", "unit_mismatch")]
    [InlineData("(250901000000S)(250825191500S)(-9.000*kW)", "negative_value")]
    [InlineData("(250901000000S)(250825191500S)(*kW)", "bad_number")]
    public void A_bad_month_is_skipped_and_the_others_stay(string month, string issue)
    {
        var snapshot = new Pipeline(Flanders).Feed($"0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0){month}(251001000000S)(250925191500S)(07.529*kW)");

        Assert.Equal(["peaks/2025-09 7.529", "peak_average 7.5290"], snapshot.Topics());
        Assert.Equal([$"peaks: {issue}"], snapshot.HeldBack());
    }

    [Fact]
    public void Months_in_watts_are_published_and_averaged_in_kilowatts()
        => Assert.Equal(
            ["peaks/2025-09 7.529", "peak_average 7.5290"],
            new Pipeline(Flanders).Feed("0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(251001000000S)(250925191500S)(7529*W)").Topics());

    [Fact]
    public void Of_a_month_that_is_there_twice_the_last_one_counts()
        => Assert.Equal(
            ["peaks/2025-01 2.000"],
            new Pipeline(Flanders).Feed(
                "0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0)(250201000000W)(250103181500W)(01.000*kW)(250201000000W)(250104181500W)(02.000*kW)")
                .Topics().Where(static line => line.StartsWith("peaks", StringComparison.Ordinal)));

    [Fact]
    public void A_month_belongs_to_the_month_before_it_was_closed()
        => Assert.Equal(
            ["peaks/2024-12 4.020", "peaks/2025-03 3.951", "peak_average 3.9855"],
            new Pipeline(Flanders).Feed(
                "0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0)(250101000000W)(250101000000W)(04.020*kW)(250401000000S)(250302184500W)(03.951*kW)").Topics());

    [Theory]
    [InlineData("1-0:1.8.1(0.000000000000000001*Wh)", "1-0:1.8.2(999999999999999999*kWh)")]
    [InlineData("1-0:1.8.1(999999999999999999*kWh)", "1-0:1.8.2(0.001*kWh)")]
    [InlineData("1-0:1.7.0(999999999999999999*kW)", "1-0:2.7.0(0.000000000000000001*W)")]
    [InlineData("0-0:1.0.0(250212191500W)", "1-0:1.4.0(999999999999999999*kW)", "1-0:1.7.0(999999999999999999*kW)", "1-0:1.6.0(250209181500W)(0.000000000000000001*W)")]
    [InlineData("0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(251001000000S)(250925191500S)(999999999999999999*kW)")]
    [InlineData("0-0:17.0.0(0.000000000000000001*W)")]
    public void Numbers_of_absurd_length_are_held_and_stop_nothing(params string[] lines)
    {
        var pipeline = new Pipeline();

        for (var round = 0; round < 3; round++)
            Assert.Equal("234.9", pipeline.Feed([.. lines, "1-0:32.7.0(234.9*V)"]).Payload("voltage_l1"));
    }
}
