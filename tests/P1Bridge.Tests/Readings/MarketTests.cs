using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>What is told from the telegram alone: which market, and the objects of markets other than Belgium.</summary>
public class MarketTests
{
    [Theory]
    [InlineData("fluvius-3p.txt", "be")]
    [InlineData("ores-siconia-t211.txt", "be")]
    [InlineData("dsmr22-nl-gas.txt", "nl")]
    [InlineData("dsmr4-nl.txt", "nl")]
    [InlineData("dsmr5-nl-gas.txt", "nl")]
    [InlineData("smarty-lu-plain.txt", "lu")]
    [InlineData("sweden-se.txt", "se")]
    public void The_market_of_each_kind_of_meter_is_told_from_its_objects(string name, string market)
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Corpus.Bytes(name));

        Assert.Equal(market, reader.Readings.Main.Market?.Id);
    }

    [Theory]
    [InlineData("nl", "1-0:1.8.1(16722.627*kWh)", "0-0:96.14.0(0002)")] // DSMR 2.2 without a gas meter
    [InlineData("nl", "0-2:24.1.0(3)", "0-2:24.3.0(250120210000)(00)(60)(1)(0-2:24.2.1)(m3)\r\n(13376.292)")]
    [InlineData(null, "1-0:1.8.1(16722.627*kWh)")]
    [InlineData(null, "1-0:1.8.1(16722.627*kWh)", "0-0:96.14.0(0002)", "0-0:1.0.0(250120210000W)")] // a version line that was lost
    [InlineData("se", "1-0:1.8.0(00006678.394*kWh)")]
    [InlineData(null, "1-0:1.8.0(006678.394*kWh)")]
    [InlineData(null, "1-0:1.8.0(00006678.394*kWh)", "1-0:1.8.1(00006678.394*kWh)")]
    [InlineData(null, "1-0:1.8.0()")]
    public void Without_a_version_the_layout_decides(string? market, params string[] lines)
        => Assert.Equal(market, Some.Readings(lines).Main.Market?.Id);

    [Fact]
    public void A_fuse_of_two_values_is_one_for_import_and_one_for_export()
    {
        var snapshot = new Pipeline().Feed("1-1:31.4.0(100*A)(-063*A)");

        Assert.Equal(["fuse_import 100", "fuse_export -63"], snapshot.Topics());
    }

    [Theory]
    [InlineData("1-1:31.4.0(100*A)", "fuse_import 100")]
    [InlineData("1-1:31.4.0(100*A)()", "fuse_import 100")]
    [InlineData("1-1:31.4.0(100*A)(063*kWh)", "fuse_import 100")]
    public void A_second_value_that_is_not_there_or_not_good_costs_only_itself(string line, string expected)
        => Assert.Equal([expected], new Pipeline().Feed(line).Topics());

    [Fact]
    public void A_second_value_does_not_stay_from_the_telegram_before()
    {
        var pipeline = new Pipeline();
        pipeline.Feed("1-1:31.4.0(100*A)(-063*A)");

        Assert.Equal(["fuse_import 100"], pipeline.Feed("1-1:31.4.0(100*A)").Topics());
    }

    [Theory]
    [InlineData("1-0:3.8.1(012988*varh)", "energy_reactive_import_tariff_1 12.988")] // Austria
    [InlineData("1-0:13.7.0(-0.973)", "power_factor -0.973")]
    [InlineData("1-0:14.7.0(50.01*Hz)", "frequency 50.01")]
    [InlineData("1-0:9.7.0(00.421*kVA)", "power_apparent_import 0.421")]
    [InlineData("0-0:96.7.21(00015)", "power_failures 15")]
    [InlineData("1-0:72.36.0(00002)", "voltage_swells_l3 2")]
    [InlineData("0-0:96.13.4(4869)", "message_4 Hi")]
    public void Objects_of_other_markets_have_topics(string line, string expected) => Assert.Contains(expected, new Pipeline().Feed(line).Topics());

    [Theory]
    [InlineData("0-0:96.1.0")]
    [InlineData("0-0:42.0.0")]
    public void Meters_of_other_markets_name_themselves_otherwise(string reference)
        => Assert.Equal("SYN9999000101", Some.Readings($"{reference}({Some.Hex("SYN9999000101")})").Main.EquipmentIdentifier);

    [Fact]
    public void The_clock_of_an_adapter_for_heat_meters_is_a_clock()
        => Assert.Equal(new DateTimeOffset(2025, 2, 12, 19, 22, 31, TimeSpan.FromHours(1)), Some.Readings("0-0:1.1.0(250212192231W)").Clock);

    [Fact]
    public void In_Sweden_the_letter_W_stands_in_July_too()
        => Assert.Equal(TimeSpan.FromHours(1), Some.Readings("0-0:1.0.0(250715184019W)").Clock!.Value.Offset);

    [Fact]
    public void In_the_repeated_hour_without_a_letter_time_does_not_go_back()
    {
        var reader = new TelegramReader(Some.Catalogue);
        var offsets = new[] { "020000", "024500", "020500", "024500", "030000" }.Select(time =>
        {
            Some.Outcomes(reader, Some.OldTelegram("0-1:24.1.0(3)", $"0-1:24.3.0(251026{time})(00)(60)(1)(0-1:24.2.1)(m3)", "(13376.292)"));
            return reader.Readings.Meters[1].CapturedAt!.Value.Offset.Hours;
        });

        Assert.Equal([2, 2, 1, 1, 1], offsets);
    }

    [Theory]
    [InlineData("251026013000", 2)]
    [InlineData("250715120000", 2)]
    [InlineData("251225120000", 1)]
    public void Outside_the_repeated_hour_a_stamp_without_letter_is_what_it_is(string stamp, int hours)
    {
        var later = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(TimestampStatus.Valid, MeterTime.Read(Some.Latin(stamp), later, out var time));
        Assert.Equal(TimeSpan.FromHours(hours), time.Offset);
    }

    [Fact]
    public void A_total_on_a_damaged_line_has_no_digits_that_tell_a_market_either()
    {
        var reader = new TelegramReader(Some.Catalogue);
        Some.Outcomes(reader, Some.Telegram("0-0:1.0.0(250715184019W)", "1-0:1.8.0(00001234.567*kWh)"));
        Assert.Equal("se", reader.Readings.Main.Market?.Id);

        Some.Outcomes(reader, Some.Telegram("0-0:1.0.0(250715184029W)", "1-0:1.8.0(0000.0(0000.350*kW)"));

        Assert.Null(reader.Readings.Main.Market);
    }
}
