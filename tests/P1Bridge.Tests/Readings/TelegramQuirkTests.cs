using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>What other readers of P1 ports stumbled over, each as a rule that holds here.</summary>
public class TelegramQuirkTests
{
    [Fact]
    public void Relays_do_not_overwrite_the_breaker()
    {
        var main = Some.Readings("0-0:96.3.10(1)", "0-1:96.3.10(0)", "0-2:96.3.10(0)", "0-3:96.3.10(2)", "0-4:96.3.10(0)");

        Assert.Equal("closed", Text(main.Main, "breaker"));
        Assert.Equal("2", Number(main.Main, "relay_3"));
        Assert.Single(main.Meters);
    }

    [Fact]
    public void The_main_meters_identifier_is_never_a_sub_meters()
    {
        var readings = Some.Readings("0-1:24.1.0(003)", $"0-1:96.1.1({Some.Hex("7FLO9999000201")})", "0-1:24.2.3(250212190000W)(00001.000*m3)");

        Assert.Null(readings.Main.EquipmentIdentifier);
        Assert.Equal("7FLO9999000201", readings.Meters[1].EquipmentIdentifier);
    }

    [Fact]
    public void Of_an_object_sent_twice_the_last_one_counts_and_it_is_counted()
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(00.500*kW)", "1-0:1.7.0(00.700*kW)"));

        Assert.Equal("0.700", Number(reader.Readings.Main, "power_import"));
        Assert.Equal((1, 1L), (reader.Readings.Duplicates, reader.Counters.Duplicates));
    }

    [Fact]
    public void A_bad_line_costs_that_line_not_the_telegram()
    {
        var reader = new TelegramReader(Some.Catalogue);
        var outcome = Assert.Single(Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(00.500*kW", "garbage", "1-0:2.7.0(00.000*kW)")));

        Assert.True(outcome.IsAccepted);
        Assert.Equal((2, 1), (reader.Counters.BadLines, reader.Readings.Objects));
        Assert.Equal((ReadingState.Absent, ReadingState.Good), (Of(reader.Readings.Main, "power_import").State, Of(reader.Readings.Main, "power_export").State));
    }

    [Fact]
    public void Without_a_checksum_a_bad_line_refuses_the_telegram()
    {
        var reader = new TelegramReader(Some.Catalogue);

        var outcomes = Some.Outcomes(reader, [.. Some.OldTelegram("1-0:1.7.0(0000.50*kW)", "gar(bage"), .. Some.OldTelegram("1-0:1.7.0(0000.50*kW)")]);

        Assert.Equal([RejectReason.CrcMissing, RejectReason.None], outcomes.Select(static outcome => outcome.Reason));
        Assert.Equal((1L, 1L), (reader.Counters.Accepted, reader.Counters.Refused(RejectReason.CrcMissing)));
    }

    [Theory]
    [InlineData("0-0:1.0.0(250212192231W)")]
    [InlineData("0-0:96.1.4(50217)")]
    [InlineData("1-3:0.2.8(50)")]
    public void A_telegram_with_version_or_clock_must_have_a_checksum(string line)
        => Assert.Equal(RejectReason.CrcMissing, Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue), Some.OldTelegram(line, "1-0:1.7.0(1*kW)"))).Reason);

    [Fact]
    public void A_telegram_without_checksum_and_without_objects_is_none()
        => Assert.Equal(RejectReason.CrcMissing, Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue), Some.OldTelegram())).Reason);

    [Fact]
    public void A_wrong_checksum_can_be_ignored_on_request_only()
    {
        var bad = Some.Telegram("1-0:1.7.0(00.500*kW)");
        bad[^3] = bad[^3] == (byte)'0' ? (byte)'1' : (byte)'0';

        Assert.Equal(RejectReason.CrcMismatch, Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue), bad)).Reason);
        Assert.True(Assert.Single(Some.Outcomes(new TelegramReader(Some.Catalogue, ignoreChecksum: true), bad)).IsAccepted);
    }

    [Fact]
    public void A_refused_telegram_leaves_the_readings_of_the_one_before()
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Some.Telegram("0-0:1.0.0(250212192231W)", "1-0:1.7.0(00.500*kW)"));
        var bad = Some.Telegram("1-0:1.7.0(09.999*kW)");
        bad[40] ^= 1;

        Some.Outcomes(reader, [.. bad, .. Some.OldTelegram("0-0:1.0.0(250212192232W)", "1-0:1.7.0(07.000*kW)")]);

        Assert.Equal("0.500", Number(reader.Readings.Main, "power_import"));
        Assert.Equal(31, reader.Readings.Clock?.Second);
    }

    [Fact]
    public void Nothing_is_kept_from_one_telegram_to_the_next()
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));
        Some.Outcomes(reader, Some.Telegram("1-0:1.7.0(00.500*kW)"));

        var meter = Assert.Single(reader.Readings.Meters);
        Assert.Null(reader.Readings.Clock);
        Assert.Null(meter.EquipmentIdentifier);
        Assert.Null(meter.Market);
        Assert.Equal(["power_import"], meter.Rows.Where(row => meter[row].State != ReadingState.Absent).Select(static row => row.Id));
    }

    [Fact]
    public void A_zero_without_unit_on_an_unread_channel_is_held_not_zero()
    {
        var gas = Some.Readings("0-1:24.1.0(003)", "0-1:24.2.3(250212190000W)(00000000)").Meters[1];

        Assert.Equal((ReadingState.Held, IssueClass.UnitMissing), (Of(gas, "volume").State, Of(gas, "volume").Issue));
        Assert.Null(gas.CapturedAt);
    }

    [Theory]
    [InlineData("0-0:96.1.4(50217)", "be")]
    [InlineData("1-3:0.2.8(50)", "nl")]
    [InlineData("1-3:0.2.8(42)", "nl")]
    public void The_version_text_has_five_digits_in_Belgium_and_two_in_the_Netherlands(string line, string market)
        => Assert.Equal(market, Some.Readings(line).Main.Market?.Id);

    [Fact]
    public void A_logical_device_name_and_a_version_make_it_Luxembourg()
        => Assert.Equal("lu", Some.Readings("1-3:0.2.8(42)", $"0-0:42.0.0({Some.Hex("SYN1099999900101")})").Main.Market?.Id);

    [Fact]
    public void History_rows_with_unset_dates_do_not_lose_the_other_rows()
    {
        var peaks = Of(Some.Readings(
            "0-0:98.1.0(3)(1-0:1.6.0)(1-0:1.6.0)(250901000000S)(632525252525S)(00.000*kW)(251001000000S)(250925191500S)(07.529*kW)(251301000000S)(250925191500S)(1*kW)").Main, "peaks");

        Assert.Equal(
            [IssueClass.UnsetTimestamp, IssueClass.None, IssueClass.BadTimestamp],
            peaks.Peaks!.Select(static peak => peak.Issue));
    }

    [Theory]
    [InlineData("000101010000W", IssueClass.ImplausibleClock)]
    [InlineData("700101010000W", IssueClass.UnsetTimestamp)]
    [InlineData("251315120000W", IssueClass.BadTimestamp)]
    public void A_clock_that_was_never_set_does_not_drop_the_telegram(string stamp, IssueClass issue)
    {
        var readings = Some.Readings($"0-0:1.0.0({stamp})", "1-0:1.7.0(00.500*kW)");

        Assert.Null(readings.Clock);
        Assert.Equal(issue, Of(readings.Main, "telegram_time").Issue);
        Assert.Equal("0.500", Number(readings.Main, "power_import"));
    }

    [Fact]
    public void A_stamp_on_the_day_of_the_clock_change_keeps_its_offset()
        => Assert.Equal(
            new DateTimeOffset(2025, 10, 26, 2, 15, 0, TimeSpan.FromHours(1)),
            Of(Some.Readings("1-0:1.6.0(251026021500W)(04.733*kW)").Main, "peak_month_time").Time);

    [Theory]
    [InlineData("0-0:17.0.0(999.9*kW)", "limiter")]
    [InlineData("0-0:17.0.0(99.999*kW)", "limiter")]
    [InlineData("0-0:17.0.0(0999.00*kW)", "limiter")]
    [InlineData("0-0:17.0.0(999*kW)", "limiter")]
    [InlineData("1-0:31.4.0(999*A)", "fuse")]
    [InlineData("1-0:31.4.0(999.99*A)", "fuse")]
    public void A_limit_that_is_not_active_is_none(string line, string id) => Assert.Equal(Reading.NoneWord, Text(Some.Readings(line).Main, id));

    [Theory]
    [InlineData("0-0:17.0.0(013.8*kW)", "limiter", "13.8")]
    [InlineData("0-0:17.0.0(000.0*kW)", "limiter", "0.0")]
    [InlineData("0-0:17.0.0(999.8*kW)", "limiter", "999.8")]
    [InlineData("0-0:17.0.0(069.0*kVA)", "limiter_apparent", "69.0")]
    [InlineData("1-0:31.4.0(063*A)", "fuse", "63")]
    [InlineData("1-0:31.4.0(998*A)", "fuse", "998")]
    public void A_limit_that_is_active_is_a_number(string line, string id, string expected)
    {
        var main = Some.Readings(line).Main;

        Assert.Equal(expected, Number(main, id));
        Assert.Single(main.Rows, row => main[row].State != ReadingState.Absent);
    }

    [Theory]
    [InlineData("1-0:1.8.1(4512337*Wh)", "energy_import_tariff_1", "4512.337")]
    [InlineData("1-0:41.7.0(00.120*KW)", "power_import_l2", "0.120")]
    [InlineData("1-0:1.7.0(500*W)", "power_import", "0.500")]
    [InlineData("1-0:32.7.0(229.8*V)", "voltage_l1", "229.8")]
    [InlineData("1-0:31.7.0(-01.96*A)", "current_l1", "-1.96")]
    public void A_unit_of_the_same_quantity_is_converted_exactly(string line, string id, string expected)
        => Assert.Equal(expected, Number(Some.Readings(line).Main, id));

    [Theory]
    [InlineData("1-0:1.7.0(01.234*kWh)", "power_import", IssueClass.UnitMismatch)]
    [InlineData("1-0:1.7.0(01.234*bananas)", "power_import", IssueClass.UnitMismatch)]
    [InlineData("1-0:1.6.0(250209181500W)(04.812*kWh)", "peak_month", IssueClass.UnitMismatch)]
    [InlineData("1-0:31.7.0(013.71)", "current_l1", IssueClass.UnitMissing)]
    [InlineData("1-0:1.7.0(-00.451*kW)", "power_import", IssueClass.NegativeValue)]
    [InlineData("1-0:1.8.1(-1*kWh)", "energy_import_tariff_1", IssueClass.NegativeValue)]
    [InlineData("1-0:1.8.1(------*kWh)", "energy_import_tariff_1", IssueClass.BadNumber)]
    [InlineData("1-0:1.8.1(999999999999999999*MWh)", "energy_import_tariff_1", IssueClass.BadNumber)]
    [InlineData("0-0:96.14.0(day)", "tariff", IssueClass.BadNumber)]
    [InlineData("0-0:96.3.10(3)", "breaker", IssueClass.UnknownWord)]
    [InlineData("0-0:96.3.10(open)", "breaker", IssueClass.BadNumber)]
    [InlineData("0-0:96.3.10(1.0)", "breaker", IssueClass.BadNumber)]
    [InlineData("0-0:96.13.0(4X)", "message", IssueClass.BadHex)]
    [InlineData("0-0:96.13.0(414)", "message", IssueClass.BadHex)]
    public void A_value_that_is_not_good_is_held_and_says_why(string line, string id, IssueClass issue)
        => Assert.Equal((ReadingState.Held, issue), (Of(Some.Readings(line).Main, id).State, Of(Some.Readings(line).Main, id).Issue));

    [Theory]
    [InlineData("1-0:1.7.0()", "power_import")]
    [InlineData("0-0:96.1.2()", "ean")]
    [InlineData("0-0:96.1.2(000000000000000000)", "ean")]
    [InlineData("0-0:96.1.2(2D2D2D2D2D2D2D2D2D2D2D2D2D2D2D2D2D2D)", "ean")]
    [InlineData("0-0:96.1.2(303030303030303030303030303030303030)", "ean")]
    public void What_was_never_set_is_absent(string line, string id) => Assert.Equal(default, Of(Some.Readings(line).Main, id));

    [Fact]
    public void An_empty_message_is_none_and_a_message_is_its_text()
    {
        Assert.Equal(Reading.NoneWord, Text(Some.Readings("0-0:96.13.0()").Main, "message"));
        Assert.Equal("Message to you", Text(Some.Readings("0-0:96.13.0(4D65737361676520746F20796F75)").Main, "message"));
    }

    [Fact]
    public void A_text_that_changes_and_changes_back_is_read_each_time()
    {
        var reader = new TelegramReader(Some.Catalogue);
        foreach (var text in new[] { "one", "two", "", "one", "longer than before", "one" })
        {
            Some.Outcomes(reader, Some.Telegram($"0-0:96.13.0({Some.Hex(text)})"));
            Assert.Equal(text.Length == 0 ? Reading.NoneWord : text, Text(reader.Readings.Main, "message"));
        }
    }

    [Fact]
    public void Unknown_objects_are_counted_and_harm_nothing()
    {
        var readings = Some.Readings("9-9:9.9.9(1)(2)", "1-0:1.7.0(00.500*kW)", "9-9:9.9.9(3)", "0-255:24.2.1(250212190000W)(00001.000*m3)", "0-0:24.1.0(3)");

        Assert.Equal(["0-0:24.1.0", "0-n:24.2.1", "9-9:9.9.9"], readings.Unknown.Keys.Order().Select(static reference => reference.ToString()));
        Assert.Equal(2, readings.Unknown[Some.Reference("9-9:9.9.9")]);
        Assert.Equal("0.500", Number(readings.Main, "power_import"));
    }

    [Fact]
    public void Unknown_objects_are_remembered_up_to_a_limit()
    {
        var lines = Enumerable.Range(0, ReadingSet.MaximumUnknown + 50).Select(static i => $"9-9:{i / 200}.{i % 200}.1(1)").ToArray();

        Assert.Equal(ReadingSet.MaximumUnknown, Some.Readings(lines).Unknown.Count);
    }

    static Reading Of(MeterReadings meter, string id) => meter[Some.Row(id, meter.Medium.Id)];

    static string? Text(MeterReadings meter, string id) => Of(meter, id).IsGood ? Of(meter, id).Text : null;

    static string? Number(MeterReadings meter, string id) => Of(meter, id) is { IsGood: true, Text: null } reading ? reading.Number.ToString() : null;
}
