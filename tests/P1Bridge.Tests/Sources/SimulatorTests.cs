using P1Bridge.Core.Publishing;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Tests.Sources;

public class SimulatorTests
{
    static readonly string[] Totals = ["energy_import_tariff_1", "energy_import_tariff_2", "energy_export_tariff_1", "energy_export_tariff_2", "energy_import", "energy_export"];

    [Theory]
    [InlineData("2026-06-17T00:00:00+02:00", 24.5, 10)]
    [InlineData("2026-03-28T22:00:00+01:00", 8, 10)]
    [InlineData("2026-10-24T23:00:00+02:00", 8, 10)]
    [InlineData("2026-02-28T20:00:00+01:00", 8, 10)]
    [InlineData("2025-12-31T20:00:00+01:00", 8, 10)]
    [InlineData("2024-02-29T06:00:00+01:00", 6, 7)]
    public void Every_telegram_is_read_without_a_complaint_and_fits_the_one_before(string start, double hours, int step)
    {
        var from = Time(start);
        var house = new SimulatedHouse(from);
        var before = house.Read();
        for (var at = from.AddSeconds(step); at <= from.AddHours(hours); at = at.AddSeconds(step))
        {
            var now = house.AdvanceTo(at);
            AssertFits(before, now, at);
            before = now;
        }
        Assert.Equal((0, 0), (house.Reader.Counters.BadLines, house.Reader.Counters.Duplicates));
        Assert.Empty(house.Reader.Readings.Unknown);
        Assert.Equal(0, house.Reader.SkippedBytes);
    }

    static void AssertFits(MeterSnapshot before, MeterSnapshot now, DateTimeOffset at)
    {
        Assert.Empty(now.Held);
        Assert.Equal(["", "gas", "water"], now.Devices.Select(static device => device.TopicName));
        Assert.Equal(at, now.Clock);
        foreach (var total in Totals)
            Assert.True(now.Number(total) >= before.Number(total), $"{total} fell at {at}");
        Assert.True(now.Number("volume", "gas") >= before.Number("volume", "gas"));
        Assert.True(now.Number("volume", "water") >= before.Number("volume", "water"));
        var (import, export) = (now.Number("power_import"), now.Number("power_export"));
        Assert.True(import == 0 || export == 0);
        var phases = Enumerable.Range(1, 3).Sum(phase => now.Number($"power_import_l{phase}") - now.Number($"power_export_l{phase}"));
        Assert.Equal(import - export, phases);
    }

    [Theory]
    [InlineData("2026-06-17T12:00:00+02:00")]
    [InlineData("2026-01-14T21:30:00+01:00")]
    public void The_registers_hold_the_sum_of_the_power_of_each_second(string start)
    {
        var house = new SimulatedHouse(Time(start));
        var first = house.Read();
        var (wattSeconds, last) = (0m, first);
        for (var second = 1; second <= 3600; second++)
        {
            last = house.AdvanceTo(Time(start).AddSeconds(second));
            wattSeconds += 1000 * (last.Number("power_import") - last.Number("power_export"));
        }
        var counted = last.Number("energy_import") - first.Number("energy_import") - last.Number("energy_export") + first.Number("energy_export");
        // Four registers are cut to whole watt-hours, at both ends.
        Assert.InRange(counted - wattSeconds / 3_600_000, -0.004m, 0.004m);
        Assert.True(Math.Abs(counted) > 0.1m);
    }

    [Fact]
    public void Demand_is_the_energy_of_the_quarter_so_far_divided_by_the_whole_quarter()
    {
        var start = Time("2026-01-14T18:00:00+01:00");
        var house = new SimulatedHouse(start);
        var atStart = house.Read().Number("energy_import");
        Assert.Equal(0m, house.Read().Number("demand"));
        foreach (var second in (int[])[1, 200, 450, 899])
        {
            var now = house.AdvanceTo(start.AddSeconds(second));
            Assert.InRange(now.Number("demand") - 4 * (now.Number("energy_import") - atStart), -0.008m, 0.008m);
        }
        Assert.True(house.Read().Number("demand") > 0.05m);
        Assert.Equal(0m, house.AdvanceTo(start.AddSeconds(900)).Number("demand"));
    }

    [Fact]
    public void Export_does_not_lower_the_demand()
    {
        var noon = Time("2026-06-17T12:45:00+02:00");
        var house = new SimulatedHouse(noon.AddSeconds(-1));
        house.AdvanceTo(noon);
        var sum = 0m;
        for (var second = 1; second < 900; second++)
            sum += house.AdvanceTo(noon.AddSeconds(second)).Number("power_import");
        Assert.True(house.Read().Number("power_export") > 0.2m);
        Assert.InRange(house.Read().Number("demand") - sum / 900, -0.001m, 0.001m);
    }

    [Fact]
    public void A_new_month_closes_the_old_one_and_its_first_quarter_is_the_first_peak()
    {
        var start = Time("2025-10-31T23:50:00+01:00");
        var midnight = Time("2025-11-01T00:00:00+01:00");
        var house = new SimulatedHouse(start);
        var october = house.Read();
        Assert.DoesNotContain(october.Devices[0].Values, static value => value.Key == "peaks/2025-10");
        Assert.Contains(october.Devices[0].Values, static value => value.Key == "peaks/2024-09");

        var november = house.AdvanceTo(midnight);
        Assert.Equal(october.Payload("peak_month"), november.Payload("peaks/2025-10"));
        Assert.Equal(13, november.Devices[0].Values.Count(static value => value.Row.Id == "peaks"));
        Assert.DoesNotContain(november.Devices[0].Values, static value => value.Key == "peaks/2024-09");
        Assert.Equal(("0.000", "2025-11-01T00:00:00+01:00"), (november.Payload("peak_month"), november.Payload("peak_month_time")));
        var history = house.Reader.Readings.Main[november.Devices[0].Values.First(static value => value.Row.Id == "peaks").Row].Peaks!;
        Assert.Equal(history.OrderBy(static peak => peak.ClosedAt), history);
        Assert.Equal(midnight, history[^1].ClosedAt);

        var first = house.AdvanceTo(midnight.AddMinutes(15));
        Assert.Equal("2025-11-01T00:15:00+01:00", first.Payload("peak_month_time"));
        Assert.InRange(first.Number("peak_month") - 4 * (first.Number("energy_import") - november.Number("energy_import")), -0.008m, 0.008m);
    }

    [Fact]
    public void The_last_quarter_of_a_month_belongs_to_it_and_is_stamped_with_midnight()
    {
        var midnight = Time("2026-04-01T00:00:00+02:00");
        var register = new DemandRegister([], default, midnight.AddDays(-31));
        for (var second = -900; second < 0; second++)
            register.Add(4000, midnight.AddSeconds(second + 1));
        var month = Assert.Single(register.History);
        Assert.Equal((midnight, midnight, "4.000"), (month.ClosedAt, month.Time, month.Value.ToString()));
        Assert.Equal("2026-03", Payload.MonthOf(month));
    }

    [Fact]
    public void The_month_peak_only_rises_to_quarters_that_exceed_it()
    {
        var start = Time("2026-02-01T00:00:00+01:00");
        var now = start;
        var register = new DemandRegister([], default, start);
        AddQuarter(1500);
        AddQuarter(3200);
        AddQuarter(2000);
        Assert.Equal(("3.200", start.AddMinutes(30)), (register.Peak.ToString(), register.PeakTime));

        void AddQuarter(int watts)
        {
            for (var second = 0; second < 900; second++)
                register.Add(watts, now = now.AddSeconds(1));
        }
    }

    [Fact]
    public void The_tariff_changes_at_seven_and_at_ten_on_weekdays_only()
    {
        var monday = Time("2026-01-12T06:59:59+01:00");
        Assert.Equal("2", new SimulatedHouse(monday).Read().Payload("tariff"));
        Assert.Equal("1", new SimulatedHouse(monday.AddSeconds(1)).Read().Payload("tariff"));
        Assert.Equal("day", new SimulatedHouse(monday.AddHours(15)).Read().Payload("tariff_name"));
        Assert.Equal("night", new SimulatedHouse(monday.AddHours(15).AddSeconds(1)).Read().Payload("tariff_name"));
        Assert.Equal("2", new SimulatedHouse(monday.AddDays(-1).AddHours(5)).Read().Payload("tariff"));
    }

    [Fact]
    public void Energy_goes_to_the_register_of_the_tariff_in_force()
    {
        var house = new SimulatedHouse(Time("2026-01-12T21:30:00+01:00"));
        var before = house.Read();
        var atTen = house.AdvanceTo(Time("2026-01-12T22:00:00+01:00"));
        var after = house.AdvanceTo(Time("2026-01-12T22:30:00+01:00"));
        Assert.True(atTen.Number("energy_import_tariff_1") > before.Number("energy_import_tariff_1"));
        Assert.Equal(before.Number("energy_import_tariff_2"), atTen.Number("energy_import_tariff_2"));
        Assert.Equal(atTen.Number("energy_import_tariff_1"), after.Number("energy_import_tariff_1"));
        Assert.True(after.Number("energy_import_tariff_2") > atTen.Number("energy_import_tariff_2"));
    }

    [Theory]
    [InlineData("2026-03-29T01:59:59+01:00", "260329015959W", "260329030000S")]
    [InlineData("2026-10-25T02:59:59+02:00", "261025025959S", "261025020000W")]
    [InlineData("2026-10-25T02:59:59+01:00", "261025025959W", "261025030000W")]
    [InlineData("2025-12-31T23:59:59+01:00", "251231235959W", "260101000000W")]
    public void The_stamps_letter_follows_the_time_change(string time, string stamp, string oneSecondLater)
    {
        Assert.Equal(stamp, MeterClock.Stamp(Time(time)));
        Assert.Equal(oneSecondLater, MeterClock.Stamp(Time(time).AddSeconds(1)));
    }

    [Fact]
    public void Sub_meters_are_heard_every_five_minutes_and_keep_their_reading_between()
    {
        var start = Time("2026-01-14T07:00:00+01:00");
        var house = new SimulatedHouse(start);
        var captures = new HashSet<(string, string)>();
        for (var second = 0; second < 3600; second += 5)
        {
            var now = house.AdvanceTo(start.AddSeconds(second));
            captures.Add((now.Payload("read_time", "gas"), now.Payload("volume", "gas")));
        }
        Assert.InRange(captures.Count, 12, 13);
        Assert.Equal(captures.Count, captures.Select(static capture => capture.Item1).Distinct().Count());
        Assert.True(captures.Select(static capture => capture.Item2).Distinct().Count() > 3);
        Assert.NotEqual(house.Read().Payload("read_time", "gas"), house.Read().Payload("read_time", "water"));
    }

    [Theory]
    [InlineData("2026-01-14T03:00:00+01:00")]
    [InlineData("2026-06-17T12:00:00+02:00")]
    public void Something_moves_every_second(string start)
    {
        var house = new SimulatedHouse(Time(start));
        var moved = 0;
        var before = house.Read();
        for (var second = 1; second <= 120; second++)
        {
            var now = house.AdvanceTo(Time(start).AddSeconds(second));
            if (now.Payload("power") != before.Payload("power") || now.Payload("voltage_l1") != before.Payload("voltage_l1")) moved++;
            before = now;
        }
        Assert.InRange(moved, 118, 120);
    }

    [Fact]
    public void A_summer_noon_exports_and_a_winter_evening_imports()
    {
        var exported = 0m;
        for (var day = 0; day < 7; day++)
            exported += new SimulatedHouse(Time("2026-06-15T13:30:00+02:00").AddDays(day)).Read().Number("power_export");
        Assert.True(exported > 5);
        Assert.True(new SimulatedHouse(Time("2026-01-14T19:00:00+01:00")).Read().Number("power_import") > 0.3m);
    }

    [Fact]
    public void Voltage_sags_under_load_and_current_is_power_by_voltage()
    {
        var house = new SimulatedHouse(Time("2026-01-14T18:00:00+01:00"));
        var (idle, loaded) = (new List<decimal>(), new List<decimal>());
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var now = house.AdvanceTo(Time("2026-01-14T18:00:00+01:00").AddMinutes(minute));
            var (volts, watts) = (now.Number("voltage_l1"), 1000 * (now.Number("power_import_l1") + now.Number("power_export_l1")));
            Assert.InRange(volts, 220, 245);
            Assert.InRange(now.Number("current_l1") - watts / volts, -0.006m, 0.006m);
            (watts > 1200 ? loaded : idle).Add(volts);
        }
        Assert.NotEmpty(loaded);
        Assert.True(loaded.Average() < idle.Average() - 1);
    }

    [Fact]
    public void The_same_seed_and_start_give_the_same_bytes_and_another_seed_others()
    {
        var start = Time("2026-06-17T12:00:00+02:00");
        var (one, same, other) = (new SimulatedHouse(start, 7), new SimulatedHouse(start, 7), new SimulatedHouse(start, 8));
        for (var second = 0; second < 300; second += 3)
        {
            one.House.AdvanceTo(start.AddSeconds(second));
            same.House.AdvanceTo(start.AddSeconds(second));
            other.House.AdvanceTo(start.AddSeconds(second));
            Assert.Equal(one.Telegram(), same.Telegram());
            Assert.NotEqual(one.Telegram(), other.Telegram());
        }
    }

    [Fact]
    public void A_house_started_later_on_the_same_day_shows_what_the_first_one_shows()
    {
        var morning = new SimulatedHouse(Time("2026-10-25T01:15:00+02:00"));
        morning.House.AdvanceTo(Time("2026-10-25T19:00:00+01:00"));
        Assert.Equal(morning.Text(), new SimulatedHouse(Time("2026-10-25T19:00:00+01:00")).Text());
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Any_seed_and_any_time_give_a_good_telegram(int seed)
    {
        foreach (var start in (string[])["2016-01-01T00:00:00+01:00", "2019-03-13T00:00:00+01:00", "2026-03-01T00:00:00+01:00", "2068-12-31T23:59:59+01:00"])
            Assert.Empty(new SimulatedHouse(Time(start), seed).Read().Held);
    }

    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
