using FsCheck.Fluent;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

public class TotalGuardTests
{
    /// <summary>At most 100 kWh an hour.</summary>
    static readonly Measurement Row = Some.Row("energy_import_tariff_1");

    readonly TotalGuard _guard = new();
    DateTimeOffset _now = Some.Now;

    [Fact]
    public void The_first_value_is_believed() => Assert.Equal(IssueClass.None, Check("12874.206"));

    [Fact]
    public void Equal_and_rising_values_are_good()
        => Assert.All(new[] { "1.000", "1.000", "1.001", "1.002", "2.002" }, value => Assert.Equal(IssueClass.None, Check(value)));

    [Theory]
    [InlineData(1, "101.666", IssueClass.None)]
    [InlineData(1, "101.667", IssueClass.TotalJumped)]
    [InlineData(60, "101.666", IssueClass.None)]
    [InlineData(3600, "200.000", IssueClass.None)]
    [InlineData(3600, "200.001", IssueClass.TotalJumped)]
    public void A_rise_is_judged_by_the_time_it_took_but_at_least_a_minute(int seconds, string value, IssueClass expected)
    {
        Check("100.000");

        Assert.Equal(expected, Check(value, seconds));
    }

    [Fact]
    public void An_impossible_rise_heals_with_time()
    {
        Check("100.000");

        Assert.Equal(IssueClass.TotalJumped, Check("150.000", 60));
        Assert.Equal(IssueClass.TotalJumped, Check("150.000", 1739));
        Assert.Equal(IssueClass.None, Check("150.000", 1));
    }

    [Fact]
    public void A_jump_is_believed_only_when_it_stood_for_an_hour()
    {
        Check("100.000");

        Assert.All(Enumerable.Range(0, 3600), second => Assert.Equal(IssueClass.TotalJumped, Check($"9000.{second / 10:000}")));
        Assert.Equal(IssueClass.None, Check("9000.360"));
    }

    [Fact]
    public void A_jump_that_is_interrupted_starts_its_hour_anew()
    {
        Check("100.000");
        for (var i = 0; i < 3000; i++) Check("9000.000");

        Assert.Equal(IssueClass.None, Check("100.001"));
        Assert.All(Enumerable.Range(0, 3000), _ => Assert.Equal(IssueClass.TotalJumped, Check("9000.000")));
    }

    [Fact]
    public void A_jump_is_not_hurried_by_a_clock_that_jumps_too()
    {
        Check("100.000");
        Assert.Equal(IssueClass.TotalJumped, Check("9000.000"));

        Assert.Equal(IssueClass.TotalJumped, _guard.Check("M", Row, Reading.Of(Some.Number("9000.000")), _now.AddYears(70), _now).Issue);
        Assert.Equal(IssueClass.TotalJumped, _guard.Check("M", Row, Reading.Of(Some.Number("9000.000")), _now, _now.AddYears(70)).Issue);
    }

    [Fact]
    public void After_a_fall_that_was_believed_by_mistake_the_true_total_is_believed_at_once()
    {
        Check("12874.206");
        for (var i = 0; i < 3; i++) Check("0.000");

        Assert.Equal(IssueClass.None, Check("12874.206"));
        Assert.Equal(IssueClass.TotalFell, Check("0.000"));
    }

    [Fact]
    public void The_same_capture_told_many_times_agrees_with_nobody()
    {
        Captured("2871.504", minutes: 0);

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(IssueClass.TotalFell, Captured("0.000", minutes: 5)));
        Assert.Equal(IssueClass.None, Captured("2871.510", minutes: 10));
    }

    [Fact]
    public void Three_later_captures_that_agree_are_believed()
    {
        Captured("2871.504", minutes: 0);

        Assert.Equal(IssueClass.TotalFell, Captured("10.000", minutes: 5));
        Assert.Equal(IssueClass.TotalFell, Captured("10.001", minutes: 10));
        Assert.Equal(IssueClass.None, Captured("10.002", minutes: 15));
    }

    [Fact]
    public void A_capture_told_again_with_another_value_agrees_with_nobody()
    {
        Captured("2871.504", minutes: 0);

        Assert.All(Enumerable.Range(0, 9), thousandth => Assert.Equal(IssueClass.TotalFell, Captured($"10.00{thousandth}", minutes: 5)));
    }

    [Fact]
    public void The_capture_of_the_last_total_itself_never_lowers_it()
    {
        Captured("2871.504", minutes: 0);

        Assert.All(Enumerable.Range(0, 9), thousandth => Assert.Equal(IssueClass.TotalFell, Captured($"2870.00{thousandth}", minutes: 0)));
    }

    [Fact]
    public void A_later_capture_of_the_same_total_is_what_the_next_rise_is_measured_from()
    {
        Captured("2871.504", minutes: 0);
        Assert.Equal(IssueClass.None, Captured("2871.504", minutes: 60));

        Assert.Equal(Some.Now.AddMinutes(60), _guard.Totals.Single().MeterTime);
    }

    [Fact]
    public void A_telegram_whose_totals_are_nobodys_breaks_the_row()
    {
        Check("100.000");
        Check("50.000");
        Check("50.000");
        _guard.BreakRow();

        Assert.Equal(IssueClass.TotalFell, Check("50.000"));
        Assert.Equal(IssueClass.TotalFell, Check("50.000"));
        Assert.Equal(IssueClass.None, Check("50.000"));
    }

    [Fact]
    public void Of_too_many_meters_the_one_longest_not_heard_of_is_forgotten()
    {
        for (var meter = 0; meter < TotalGuard.MaximumMeters; meter++)
            Hear($"M{meter}", "energy_import_tariff_1", minutes: meter);
        // The first one has a counter that was never heard again, and another that was.
        Hear("M0", "energy_import_tariff_2", minutes: 1000);
        Hear("NEW", "energy_import_tariff_1", minutes: 1001);

        Assert.True(_guard.Knows("M0", Row));
        Assert.False(_guard.Knows("M1", Row));
        Assert.True(_guard.Knows("M2", Row));
        Assert.True(_guard.Knows("NEW", Row));
        Assert.Equal(TotalGuard.MaximumMeters + 1, _guard.Totals.Count());
    }

    [Fact]
    public void An_older_capture_never_lowers_a_total()
    {
        Captured("2871.504", minutes: 60);

        Assert.All(Enumerable.Range(0, 9), minute => Assert.Equal(IssueClass.TotalFell, Captured("2870.000", minutes: minute)));
    }

    [Fact]
    public void An_hour_of_gas_is_possible_although_its_capture_was_told_each_second()
    {
        for (var second = 0; second < 3600; second++)
            Assert.Equal(IssueClass.None, Captured("2871.504", minutes: 0, second));

        Assert.Equal(IssueClass.None, Captured("2879.504", minutes: 60, seconds: 0));
    }

    [Fact]
    public void A_fall_is_held_until_three_telegrams_agree()
    {
        Check("100.000");

        Assert.Equal([IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.None], new[] { Check("99.999"), Check("99.999"), Check("99.999") });
        Assert.Equal(IssueClass.None, Check("99.999"));
    }

    [Fact]
    public void Three_agreeing_telegrams_are_believed_even_when_they_rise()
    {
        Check("100.000");

        Assert.Equal([IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.None, IssueClass.None], new[] { Check("50.000"), Check("50.001"), Check("50.002"), Check("50.003") });
    }

    [Fact]
    public void A_telegram_that_disagrees_starts_the_count_anew()
    {
        Check("100.000");

        Assert.Equal(
            [IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.None],
            new[] { Check("50.000"), Check("50.000"), Check("40.000"), Check("40.000"), Check("40.000") });
    }

    [Fact]
    public void Lower_values_that_jump_do_not_agree()
    {
        Check("1000.000");

        Assert.All(new[] { "1.000", "500.000", "1.000", "500.000", "900.000" }, value => Assert.Equal(IssueClass.TotalFell, Check(value)));
    }

    [Fact]
    public void A_good_value_between_starts_the_count_anew()
    {
        Check("100.000");

        Assert.Equal(
            [IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.None, IssueClass.TotalFell, IssueClass.TotalFell, IssueClass.None],
            new[] { Check("50.000"), Check("50.000"), Check("100.000"), Check("50.000"), Check("50.000"), Check("50.000") });
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 4)]
    public void How_many_must_agree_can_be_set(int agreeing, int held)
    {
        var guard = new TotalGuard(agreeing);
        guard.Check("M", Row, Reading.Of(Some.Number("100")), _now, _now);

        var issues = Enumerable.Range(0, agreeing).Select(_ => guard.Check("M", Row, Reading.Of(Some.Number("50")), _now, _now).Issue).ToList();

        Assert.Equal(held, issues.Count(static issue => issue == IssueClass.TotalFell));
        Assert.Equal(IssueClass.None, issues[^1]);
    }

    [Fact]
    public void A_restored_total_is_guarded_from_the_first_telegram()
    {
        Check("100.000");
        var restarted = new TotalGuard();
        restarted.Restore(_guard.Totals);

        Assert.True(restarted.Knows("M", Row));
        Assert.Equal(IssueClass.TotalFell, restarted.Check("M", Row, Reading.Of(Some.Number("99.999")), _now, _now).Issue);
        Assert.Equal(IssueClass.TotalJumped, restarted.Check("M", Row, Reading.Of(Some.Number("500")), _now, _now).Issue);
        Assert.Equal(IssueClass.None, restarted.Check("M", Row, Reading.Of(Some.Number("500")), _now.AddHours(4), _now.AddHours(4)).Issue);
    }

    [Fact]
    public void What_is_stored_is_the_last_good_total_not_a_held_one()
    {
        Check("100.000");
        Check("99.000");
        Check("5000.000");

        Assert.Equal([new GuardedTotal("M", Row.Id, Some.Number("100.000"), Some.Now, Some.Now)], _guard.Totals);
    }

    [Fact]
    public void A_clock_that_is_set_back_blocks_nothing()
    {
        Check("100.000");

        Assert.Equal(IssueClass.None, Check("100.001", -86_400 * 365));
        Assert.Equal(IssueClass.None, Check("100.002"));
    }

    [Fact]
    public void A_clock_that_jumps_ahead_makes_no_room_for_a_jump()
    {
        Check("100.000");

        Assert.Equal(IssueClass.TotalJumped, _guard.Check("M", Row, Reading.Of(Some.Number("150.000")), _now, _now.AddMinutes(30)).Issue);
        Assert.Equal(IssueClass.TotalJumped, _guard.Check("M", Row, Reading.Of(Some.Number("150.000")), _now.AddYears(74), _now).Issue);
        Assert.Equal(IssueClass.None, _guard.Check("M", Row, Reading.Of(Some.Number("150.000")), _now.AddMinutes(30), _now.AddMinutes(30)).Issue);
    }

    [Fact]
    public void Each_equipment_identifier_and_each_row_has_its_own_total()
    {
        Check("100.000");

        Assert.Equal(IssueClass.None, _guard.Check("OTHER", Row, Reading.Of(Some.Number("1")), _now, _now).Issue);
        Assert.Equal(IssueClass.None, _guard.Check("M", Some.Row("energy_import_tariff_2"), Reading.Of(Some.Number("1")), _now, _now).Issue);
        Assert.Equal(IssueClass.TotalFell, Check("99.000"));
    }

    [Fact]
    public void What_is_no_total_or_not_good_passes()
    {
        Assert.Equal(IssueClass.None, _guard.Check("M", Some.Row("power_import"), Reading.Of(Some.Number("9")), _now, _now).Issue);
        Assert.Equal(IssueClass.None, _guard.Check("M", Some.Row("power_import"), Reading.Of(Some.Number("1")), _now, _now).Issue);
        Assert.Equal(IssueClass.UnitMissing, _guard.Check("M", Row, Reading.Held(IssueClass.UnitMissing), _now, _now).Issue);
        Assert.False(_guard.Knows("M", Row));
    }

    [Fact]
    public void Numbers_with_other_decimals_or_18_digits_are_compared_by_value()
    {
        Assert.Equal(IssueClass.None, Check("1.000"));
        Assert.Equal(IssueClass.None, Check("1"));
        Assert.Equal(IssueClass.TotalJumped, Check("999999999999999999"));
        Assert.Equal(IssueClass.None, Check("1.00000000000000001"));
        Assert.Equal(IssueClass.TotalJumped, Check("999999999999999999"));
    }

    [Fact]
    public void Whatever_comes_an_accepted_total_is_never_lower_than_the_last_unless_enough_telegrams_agreed()
    {
        var step = Gen.Choose(0, 2000).Zip(Gen.OneOf(Gen.Constant(1), Gen.Choose(-100, 7200)));
        Prop.ForAll(step.ArrayOf().ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), static (steps, agreeing) =>
        {
            var guard = new TotalGuard(agreeing);
            var now = Some.Now;
            long? last = null;
            var lower = 0;
            foreach (var (tenths, seconds) in steps)
            {
                now += TimeSpan.FromSeconds(seconds);
                var accepted = guard.Check("M", Row, Reading.Of(new FixedPoint(tenths, 1)), now, now).IsGood;
                lower = tenths < last ? lower + 1 : 0;
                if (accepted && tenths < last && lower < agreeing) return false;
                if (!accepted) continue;
                (last, lower) = (tenths, 0);
            }
            return guard.Totals.All(total => total.Value == new FixedPoint(last!.Value, 1));
        }).Holds(1000);
    }

    void Hear(string meter, string id, int minutes)
        => _guard.Check(meter, Some.Row(id), Reading.Of(Some.Number("1")), Some.Now.AddMinutes(minutes), Some.Now.AddMinutes(minutes));

    IssueClass Captured(string value, int minutes, int seconds = 0)
    {
        var gas = Some.Row("volume", "gas");
        var captured = Some.Now.AddMinutes(minutes);
        return _guard.Check("G", gas, Reading.Of(Some.Number(value)) with { Time = captured }, captured, captured.AddSeconds(seconds)).Issue;
    }

    IssueClass Check(string value, int secondsLater = 1)
    {
        if (_guard.Knows("M", Row)) _now += TimeSpan.FromSeconds(secondsLater);
        return _guard.Check("M", Row, Reading.Of(Some.Number(value)), _now, _now).Issue;
    }
}
