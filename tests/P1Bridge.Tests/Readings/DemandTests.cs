using System.Globalization;
using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>The quarter-hour: what is computed with a memory of the telegrams before.</summary>
public class DemandTests
{
    static readonly DateTimeOffset Start = new(2025, 2, 12, 19, 15, 0, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("250212191500W", "900")]
    [InlineData("250212191501W", "899")]
    [InlineData("250212192959W", "1")]
    [InlineData("250330030000S", "900")]
    public void The_seconds_left_in_the_quarter_count_down_by_the_meters_clock(string clock, string expected)
        => Assert.Equal(expected, new Pipeline().Feed($"0-0:1.0.0({clock})").Payload("quarter_remaining"));

    [Theory]
    [InlineData("00.000", "01.204", "005.31", "-5.31")]
    [InlineData("01.204", "00.000", "005.31", "5.31")]
    [InlineData("00.000", "00.000", "000.04", "0.04")]
    [InlineData("00.000", "00.451", "-01.96", "-1.96")] // a meter whose currents have a sign
    public void A_current_has_a_sign_where_the_powers_of_its_phase_tell_the_direction(string import, string export, string current, string expected)
        => Assert.Equal(
            expected,
            new Pipeline().Feed($"1-0:21.7.0({import}*kW)", $"1-0:22.7.0({export}*kW)", $"1-0:31.7.0({current}*A)").Payload("current_l1_signed"));

    [Theory]
    [InlineData("1-0:31.7.0(005.31*A)", "1-0:2.7.0(01.204*kW)")]
    [InlineData("1-0:31.7.0(005.31*A)", "1-0:21.7.0(00.000*kW)")]
    [InlineData("1-0:31.7.0(005.31*A)", "1-0:22.7.0(01.204*kW)")]
    [InlineData("1-0:94.32.1(230)", "1-0:21.7.0(00.000*kW)", "1-0:22.7.0(01.204*kW)", "1-0:31.7.0(005.31*A)")]
    public void Without_the_powers_of_the_phase_a_current_has_no_sign(params string[] lines)
        => Assert.Null(new Pipeline().Feed(lines).Payload("current_l1_signed"));

    [Fact]
    public void Before_e_MUCS_1_7_the_demand_is_four_times_what_the_counters_rose_since_the_quarter_began()
    {
        var pipeline = new Pipeline();
        Assert.Null(pipeline.Feed(Telegram(Start.AddSeconds(-1), "100.000")).Payload("demand"));
        Assert.Equal("0.000", pipeline.Feed(Telegram(Start, "100.001")).Payload("demand"));

        var snapshot = pipeline.Feed(Telegram(Start.AddSeconds(450), "100.251", power: "02.000"));

        Assert.Equal("1.000", snapshot.Payload("demand"));
    }

    [Fact]
    public void The_demand_of_the_counters_gives_a_forecast_too()
    {
        var pipeline = new Pipeline();
        for (var second = 0; second < 450; second++)
            pipeline.Feed(Telegram(Start.AddSeconds(second), "100.000"));

        Assert.Equal("2.000", pipeline.Feed(Telegram(Start.AddSeconds(450), "100.250", power: "02.000")).Payload("demand_forecast"));
    }

    [Fact]
    public void Telegrams_each_10_seconds_are_bridged_by_the_rule_of_three()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start.AddSeconds(-4), "100.000"));
        pipeline.Feed(Telegram(Start.AddSeconds(6), "100.010"));

        Assert.Equal("0.024", pipeline.Feed(Telegram(Start.AddSeconds(6), "100.010")).Payload("demand"));
    }

    [Fact]
    public void A_quarter_whose_start_was_not_seen_has_no_demand_of_its_own()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start.AddSeconds(-300), "100.000"));

        Assert.Null(pipeline.Feed(Telegram(Start.AddSeconds(300), "100.400")).Payload("demand"));
    }

    [Fact]
    public void The_demand_that_the_meter_sends_is_not_computed()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start, "100.000", demand: "00.000"));

        Assert.Equal("0.777", pipeline.Feed(Telegram(Start.AddSeconds(30), "100.250", demand: "00.777")).Payload("demand"));
    }

    [Fact]
    public void A_finished_quarter_is_its_counters_rise_and_stays_until_the_next_one_ends()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start, "100.000", demand: "00.000"));
        Assert.Null(pipeline.Feed(Telegram(Start.AddSeconds(899), "100.600", demand: "02.401")).Payload("demand_finished"));

        Assert.Equal("2.404", pipeline.Feed(Telegram(Start.AddSeconds(900), "100.601", demand: "00.000")).Payload("demand_finished"));
        Assert.Equal("2.404", pipeline.Feed(Telegram(Start.AddSeconds(1700), "100.700", demand: "00.390")).Payload("demand_finished"));
    }

    [Fact]
    public void Without_counters_a_finished_quarter_is_the_last_demand_before_it_fell()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start.AddSeconds(899), demand: "02.401"));

        Assert.Equal("2.401", pipeline.Feed(Telegram(Start.AddSeconds(900), demand: "00.000")).Payload("demand_finished"));
    }

    [Theory]
    [InlineData(100, 1000)] // 15 minutes without telegrams: nobody saw the quarter end
    [InlineData(100, 4000)]
    [InlineData(100, -100)] // the clock was set back
    public void A_quarter_whose_end_was_not_seen_has_no_average(int before, int after)
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start, "100.000", demand: "00.000"));
        pipeline.Feed(Telegram(Start.AddSeconds(before), "100.010", demand: "00.040"));

        Assert.Null(pipeline.Feed(Telegram(Start.AddSeconds(after), "100.020", demand: "00.080")).Payload("demand_finished"));
    }

    [Fact]
    public void A_meter_that_sends_the_last_quarter_itself_is_believed()
        => Assert.Equal("1.236", new Pipeline().Feed("1-0:1.5.0(01.236*kW)").Payload("demand_finished"));

    [Theory]
    [InlineData(-5)]
    [InlineData(-3600)]
    [InlineData(61)]
    [InlineData(86400)]
    public void The_first_telegram_after_a_jump_of_the_clock_has_no_forecast(int jump)
    {
        var pipeline = new Pipeline();
        var now = Start.AddSeconds(100);
        Assert.NotNull(pipeline.Feed(Telegram(now, demand: "00.100", power: "01.000")).Payload("demand_forecast"));

        var jumped = now.AddSeconds(jump);
        Assert.Null(pipeline.Feed(Telegram(jumped, demand: "00.100", power: "01.000")).Payload("demand_forecast"));
        Assert.NotNull(pipeline.Feed(Telegram(jumped.AddSeconds(1), demand: "00.100", power: "01.000")).Payload("demand_forecast"));
    }

    [Fact]
    public void The_change_to_winter_time_is_no_jump()
    {
        var pipeline = new Pipeline();
        var last = new DateTimeOffset(2025, 10, 26, 2, 59, 59, TimeSpan.FromHours(2));
        pipeline.Feed(Telegram(last, "100.000", demand: "01.999", power: "02.000"));

        var first = pipeline.Feed(Telegram(last.AddSeconds(1).ToOffset(TimeSpan.FromHours(1)), "100.001", demand: "00.000", power: "02.000"));

        Assert.Equal(("2.000", "1.999"), (first.Payload("demand_forecast"), first.Payload("demand_finished")));
    }

    [Theory]
    [InlineData(0, "00.000", "2.500")]
    [InlineData(450, "00.500", "4.000")]
    [InlineData(450, "02.500", "0.000")]
    [InlineData(600, "03.000", "-1.500")]
    [InlineData(899, "02.499", "0.900")]
    public void The_power_left_to_the_target_is_for_the_rest_of_the_quarter(int elapsed, string demand, string expected)
    {
        var pipeline = new Pipeline(new MeterPipelineOptions { TargetDemand = Some.Number("2.5") });

        Assert.Equal(expected, pipeline.Feed(Telegram(Start.AddSeconds(elapsed), demand: demand)).Payload("target_headroom"));
    }

    [Fact]
    public void The_alarm_goes_on_above_the_target_and_off_below_95_percent_of_it()
    {
        var pipeline = new Pipeline(new MeterPipelineOptions { TargetDemand = Some.Number("2.000") });
        (string Power, string Alarm)[] steps =
        [
            ("1.950", "off"), ("2.000", "off"), ("2.001", "on"), ("1.999", "on"), ("1.900", "on"), ("1.899", "off"), ("1.999", "off"), ("2.500", "on"),
        ];

        // At a quarter's start the forecast is the power.
        foreach (var (power, alarm) in steps)
            Assert.Equal(alarm, pipeline.Feed(Telegram(Start, demand: "00.000", power: power)).Payload("demand_alarm"));
    }

    [Fact]
    public void The_alarm_is_remembered_over_a_restart()
    {
        var before = new Pipeline(new MeterPipelineOptions { TargetDemand = Some.Number("2.000") });
        before.Feed(Telegram(Start, demand: "00.000", power: "02.001"));
        var after = new Pipeline(new MeterPipelineOptions { TargetDemand = Some.Number("2.000") });
        after.Meter.Demand.Restore(before.Meter.Demand.State!);

        Assert.Equal("on", after.Feed(Telegram(Start.AddSeconds(1), demand: "00.000", power: "01.950")).Payload("demand_alarm"));
    }

    [Fact]
    public void Without_a_target_there_is_neither_headroom_to_it_nor_an_alarm()
    {
        var snapshot = new Pipeline().Feed(Telegram(Start, demand: "00.000", power: "09.000"));

        Assert.Null(snapshot.Payload("target_headroom"));
        Assert.Null(snapshot.Payload("demand_alarm"));
    }

    [Fact]
    public void The_quarters_start_is_remembered_over_a_restart()
    {
        var before = new Pipeline();
        before.Feed(Telegram(Start, "100.000"));
        before.Feed(Telegram(Start.AddSeconds(10), "100.010"));
        var after = new Pipeline();
        after.Meter.Demand.Restore(before.Meter.Demand.State!);

        Assert.Equal("1.000", after.Feed(Telegram(Start.AddSeconds(400), "100.250")).Payload("demand"));
    }

    [Fact]
    public void Counters_of_two_meters_are_never_subtracted()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start, "100.000", meter: "OLD"));
        pipeline.Feed(Telegram(Start.AddSeconds(10), "100.010", meter: "OLD"));

        Assert.Null(pipeline.Feed(Telegram(Start.AddSeconds(20), "400.000", meter: "NEW")).Payload("demand"));
    }

    [Fact]
    public void A_telegram_whose_meter_number_cannot_be_read_does_not_begin_anew()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Telegram(Start, "100.000", meter: "SAME"));
        pipeline.Feed(Telegram(Start.AddSeconds(10), "100.010"));

        Assert.Equal("0.080", pipeline.Feed(Telegram(Start.AddSeconds(20), "100.020", meter: "SAME")).Payload("demand"));
    }

    [Theory]
    [InlineData(null, "0-0:96.1.4(50217)", "2.5000", "1.500")]
    [InlineData(null, "1-3:0.2.8(50)", null, "0.000")]
    [InlineData(true, "1-3:0.2.8(50)", "2.5000", "1.500")]
    [InlineData(false, "0-0:96.1.4(50217)", null, "0.000")]
    public void The_floor_and_the_average_are_only_where_the_capacity_tariff_applies(bool? setting, string version, string? average, string headroom)
    {
        var snapshot = new Pipeline(new MeterPipelineOptions { CapacityTariff = setting }).Feed(
            version, "0-0:1.0.0(250212191500W)", "1-0:1.4.0(00.000*kW)", "1-0:1.7.0(01.000*kW)", "1-0:1.6.0(250209181500W)(01.000*kW)",
            "0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(250201000000W)(250118114500W)(01.000*kW)");

        Assert.Equal((average, headroom, "1.000"), (snapshot.Payload("peak_average"), snapshot.Payload("demand_headroom"), snapshot.Payload("peaks/2025-01")));
    }

    [Fact]
    public void A_Belgian_meter_without_peaks_has_no_capacity_tariff_by_itself()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(["0-0:96.1.4(50213)", "0-0:1.0.0(250131234500W)", "1-0:1.8.1(100.000*kWh)"]);
        pipeline.Feed(["0-0:96.1.4(50213)", "0-0:1.0.0(250131235959W)", "1-0:1.8.1(101.000*kWh)"]);

        Assert.Null(pipeline.Feed(["0-0:96.1.4(50213)", "0-0:1.0.0(250201000000W)", "1-0:1.8.1(101.000*kWh)"]).Payload("peak_average"));
    }

    static byte[] Telegram(DateTimeOffset clock, string? energy = null, string? demand = null, string? power = null, string? meter = null)
    {
        List<string> lines = [$"0-0:1.0.0({clock.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture)}{(clock.Offset == TimeSpan.FromHours(2) ? 'S' : 'W')})"];
        if (meter is not null) lines.Add($"0-0:96.1.1({Some.Hex(meter)})");
        if (energy is not null) lines.Add($"1-0:1.8.1({energy}*kWh)");
        if (demand is not null) lines.Add($"1-0:1.4.0({demand}*kW)");
        if (power is not null) lines.Add($"1-0:1.7.0({power}*kW)");
        return Some.Telegram([.. lines]);
    }
}
