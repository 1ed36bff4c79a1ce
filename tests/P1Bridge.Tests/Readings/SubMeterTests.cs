using System.Globalization;
using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

public class SubMeterTests
{
    static readonly DateTimeOffset Start = new(2025, 1, 14, 12, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void Water_on_channel_1_is_water()
    {
        var snapshot = new Pipeline().Feed(Corpus.Bytes("fluvius-1p-water-only.txt"));

        Assert.Equal("389.732", snapshot.Payload("water/volume"));
        Assert.DoesNotContain(snapshot.Devices, static device => device.TopicName == "gas");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_device_type_decides_on_whatever_channel_and_in_whatever_order(int channel)
    {
        var snapshot = new Pipeline().Feed(
            $"0-{channel}:24.2.3(250212190000W)(00001.000*m3)", $"0-{channel}:96.1.1({Some.Hex("7FLO9999000201")})", $"0-{channel}:24.1.0(003)");

        Assert.Equal(["gas/volume 1.000", "gas/read_time 2025-02-12T19:00:00+01:00"], snapshot.Topics());
        Assert.Equal("7FLO9999000201", snapshot.Devices[1].Identity);
    }

    [Theory]
    [InlineData("0-1:24.1.0(003)", "0-1:24.2.1(250212190000W)(00001.000*m3)", "gas/volume 1.000")]
    [InlineData("0-1:24.1.0(007)", "0-1:24.2.1(250212190000W)(00001.000*m3)", "water/volume 1.000")]
    [InlineData("0-1:24.1.0(7)", "0-1:24.2.1(250212190000W)(01000*dm3)", "water/volume 1.000")]
    [InlineData("0-1:24.1.0(012)", "0-1:24.2.1(250212190000W)(00018.412*GJ)", "heat/energy 18.412")]
    [InlineData("0-1:24.1.0(004)", "0-1:24.2.1(250212190000W)(18412*MJ)", "heat/energy 18.412")]
    [InlineData("0-1:24.1.0(002)", "0-1:24.2.1(250212190000W)(00018.412*kWh)", "electricity/energy 18.412")]
    [InlineData("0-1:24.1.0(010)", "0-1:24.2.1(250212190000W)(00018.412*GJ)", "cooling/energy 18.412")]
    [InlineData("0-1:24.1.0(006)", "0-1:24.2.1(250212190000W)(00007.901*m3)", "warm_water/volume 7.901")]
    public void Each_device_type_has_its_own_topics(string type, string value, string expected)
        => Assert.Equal(expected, new Pipeline().Feed(type, value).Topics().First());

    [Theory]
    [InlineData("0-1:24.1.0(099)")]
    [InlineData("0-1:24.1.0()")]
    [InlineData("0-1:24.1.0(gas)")]
    [InlineData("0-2:24.1.0(003)")]
    public void Without_a_known_type_of_the_same_channel_nothing_is_guessed(string type)
        => Assert.Empty(new Pipeline().Feed(type, "0-1:24.2.3(250212190000W)(00001.000*m3)").Topics());

    [Fact]
    public void Of_a_swapped_gas_meter_only_the_live_one_is_published()
    {
        var snapshot = new Pipeline().Feed(Corpus.Bytes("fluvius-gas-meter-swapped.txt"));

        Assert.Equal(["", "gas"], snapshot.Devices.Select(static device => device.TopicName));
        Assert.Equal(("7FLO9999000203", "214.905"), (snapshot.Devices[1].Identity, snapshot.Payload("gas/volume")));
        Assert.Equal(["channel_1/gas: stale"], snapshot.HeldBack());
    }

    [Theory]
    [InlineData("(700101010000W)(00000000)", "unset_timestamp")]
    [InlineData("(632525252525W)(00000.000)", "unset_timestamp")]
    [InlineData("(251315120000W)(00000.000*m3)", "bad_timestamp")]
    [InlineData("(250212190000W)(00000000)", "unit_missing")]
    [InlineData("(250212190000W)(00000.000*kWh)", "unit_mismatch")]
    [InlineData("()(00000.000*m3)", "unset_timestamp")]
    public void A_meter_that_was_never_read_is_not_there(string groups, string issue)
    {
        var snapshot = new Pipeline().Feed("0-1:24.1.0(003)", "0-1:96.1.1()", $"0-1:24.2.3{groups}", "0-1:24.4.0(1)");

        Assert.Empty(snapshot.Topics());
        Assert.Equal([$"channel_1/gas: {issue}"], snapshot.HeldBack());
    }

    [Fact]
    public void A_never_read_ghost_does_not_take_the_topics_of_the_live_meter()
    {
        var snapshot = new Pipeline().Feed(
            "0-1:24.1.0(003)", "0-1:96.1.1()", "0-1:24.2.3(250212190000W)(00000000)",
            "0-2:24.1.0(003)", $"0-2:96.1.1({Some.Hex("7FLO9999000203")})", "0-2:24.2.3(250212190000W)(00214.905*m3)");

        Assert.Equal("214.905", snapshot.Payload("gas/volume"));
        Assert.Single(snapshot.Devices, static device => device.Medium.Id == "gas");
    }

    [Theory]
    [InlineData("00000000000000")]
    [InlineData("3030303030303030303030303030")]
    [InlineData("2D2D2D2D2D2D2D2D2D2D2D2D2D2D")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("")]
    public void Meters_whose_identifier_was_never_set_are_told_apart_by_channel(string identifier)
    {
        var snapshot = new Pipeline().Feed(
            $"0-0:96.1.1({Some.Hex("1SAG9999000101")})",
            "0-1:24.1.0(003)", $"0-1:96.1.1({identifier})", "0-1:24.2.3(250212190000W)(00100.000*m3)",
            "0-2:24.1.0(007)", $"0-2:96.1.1({identifier})", "0-2:24.2.1(250212190000W)(00002.000*m3)");

        Assert.Equal(["1SAG9999000101", "1SAG9999000101_channel_1", "1SAG9999000101_channel_2"], snapshot.Devices.Select(static device => device.Identity));
        Assert.Equal(("100.000", "2.000"), (snapshot.Payload("gas/volume"), snapshot.Payload("water/volume")));
    }

    [Fact]
    public void Packed_digits_stay_the_identifier()
        => Assert.Equal("0012345678", new Pipeline().Feed("0-1:24.1.0(003)", "0-1:96.1.1(0012345678)", "0-1:24.2.3(250212190000W)(1*m3)").Devices[1].Identity);

    [Theory]
    [InlineData(5, true)]
    [InlineData(1440, true)]
    [InlineData(1441, false)]
    [InlineData(-60, true)]
    public void A_capture_time_may_be_a_day_old(int minutes, bool live)
    {
        var snapshot = new Pipeline().Feed(GasTelegram(Start, ("A", Start.AddMinutes(-minutes), "1.000")));

        Assert.Equal(live, snapshot.Payload("gas/volume") is not null);
    }

    [Fact]
    public void How_old_it_may_be_can_be_set()
    {
        var pipeline = new Pipeline(new MeterPipelineOptions { StaleAfter = TimeSpan.FromHours(1) });

        Assert.Equal(["channel_1/gas: stale"], pipeline.Feed(GasTelegram(Start, ("A", Start.AddMinutes(-61), "1.000"))).HeldBack());
    }

    [Fact]
    public void Two_live_gas_meters_are_gas_and_gas_2()
    {
        var snapshot = new Pipeline().Feed(GasTelegram(Start, ("A", Start, "1.000"), ("B", Start, "2.000")));

        Assert.Equal(["", "gas", "gas_2"], snapshot.Devices.Select(static device => device.TopicName));
        Assert.Equal(("1.000", "2.000"), (snapshot.Payload("gas/volume"), snapshot.Payload("gas_2/volume")));
    }

    [Fact]
    public void Two_live_meters_keep_their_names_when_one_pauses()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(GasTelegram(Start, ("A", Start, "1.000"), ("B", Start, "2.000")));
        pipeline.Feed(GasTelegram(Start.AddHours(6), ("A", Start.AddHours(6), "1.100"), ("B", Start.AddHours(6), "2.100")));

        var pausing = Start.AddDays(3);
        var paused = pipeline.Feed(GasTelegram(pausing, ("A", Start.AddHours(6), "1.100"), ("B", pausing, "2.200")));
        var back = pipeline.Feed(GasTelegram(pausing.AddMinutes(5), ("A", pausing, "1.200"), ("B", pausing, "2.200")));

        Assert.Equal(((string?)null, "2.200"), (paused.Payload("gas/volume"), paused.Payload("gas_2/volume")));
        Assert.Equal(("1.200", "2.200"), (back.Payload("gas/volume"), back.Payload("gas_2/volume")));
    }

    [Fact]
    public void Two_live_meters_keep_their_names_when_they_trade_channels()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(GasTelegram(Start, ("A", Start, "1.000"), ("B", Start, "2.000")));

        var traded = pipeline.Feed(GasTelegram(Start.AddMinutes(5), ("B", Start, "2.000"), ("A", Start, "1.000")));

        Assert.Equal(("1.000", "2.000"), (traded.Payload("gas/volume"), traded.Payload("gas_2/volume")));
    }

    [Fact]
    public void Names_survive_a_restart_even_while_the_first_one_pauses()
    {
        var before = new Pipeline();
        before.Feed(GasTelegram(Start, ("A", Start, "1.000"), ("B", Start, "2.000")));
        before.Feed(GasTelegram(Start.AddHours(6), ("A", Start.AddHours(6), "1.100"), ("B", Start.AddHours(6), "2.100")));
        var after = new Pipeline();
        after.Meter.SubMeters.Restore(before.Meter.SubMeters.Places);

        var later = Start.AddDays(3);
        var snapshot = after.Feed(GasTelegram(later, ("A", Start.AddHours(6), "1.100"), ("B", later, "2.200")));

        Assert.Equal("2.200", snapshot.Payload("gas_2/volume"));
        Assert.Null(snapshot.Payload("gas/volume"));
    }

    [Fact]
    public void A_meter_that_was_paired_again_is_published_once_with_its_newest_reading()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(GasTelegram(Start, ("A", Start, "1.000")));
        var later = Start.AddHours(1);

        var snapshot = pipeline.Feed(GasTelegram(later, ("A", Start, "1.000"), ("A", later, "1.200")));

        Assert.Equal(["gas/volume 1.200"], snapshot.Topics().Where(static line => line.Contains("volume", StringComparison.Ordinal)));
        Assert.Equal(["channel_1/gas: stale"], snapshot.HeldBack());
    }

    [Fact]
    public void A_replacement_takes_over_the_name_when_the_old_one_is_stale()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(GasTelegram(Start, ("OLD", Start, "3120.442")));
        var replaced = Start.AddHours(2);

        var at = replaced.AddHours(1);
        Assert.Equal("0.010", pipeline.FeedUntilBelieved(GasTelegram(at, ("OLD", Start, "3120.442"), ("NEW", at, "0.010"))).Payload("gas_2/volume"));
        at = replaced.AddHours(24);
        var taken = pipeline.Feed(GasTelegram(at, ("OLD", Start, "3120.442"), ("NEW", at, "0.500")));

        Assert.Equal(("NEW", "0.500"), (taken.Devices[1].Identity, taken.Payload("gas/volume")));
        Assert.Equal(["channel_1/gas: stale"], taken.HeldBack());
    }

    [Fact]
    public void A_replacement_on_the_same_channel_takes_over_the_name_and_has_its_own_total()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(GasTelegram(Start, ("OLD", Start, "3120.442")));
        var later = Start.AddDays(2);

        var snapshot = pipeline.FeedUntilBelieved(GasTelegram(later, ("NEW", later, "0.010")));

        Assert.Equal(("NEW", "0.010"), (snapshot.Devices[1].Identity, snapshot.Payload("gas/volume")));
        Assert.Empty(snapshot.HeldBack());
    }

    [Fact]
    public void A_sub_meters_parent_is_the_electricity_meter()
    {
        var snapshot = new Pipeline().Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));

        Assert.Equal([null, "1SAG9999000103", "1SAG9999000103"], snapshot.Devices.Select(static device => device.ParentIdentity));
    }

    [Fact]
    public void A_meter_without_identifier_is_named_as_it_is_configured()
        => Assert.Equal("garage", new Pipeline(new MeterPipelineOptions { Name = "garage" }).Feed("1-0:1.7.0(1*kW)").Devices.Single().Identity);

    static byte[] GasTelegram(DateTimeOffset clock, params ReadOnlySpan<(string Identity, DateTimeOffset CapturedAt, string Volume)> meters)
    {
        var lines = new List<string> { $"0-0:1.0.0({Stamp(clock)})" };
        for (var i = 0; i < meters.Length; i++)
        {
            lines.Add($"0-{i + 1}:24.1.0(003)");
            lines.Add($"0-{i + 1}:96.1.1({Some.Hex(meters[i].Identity)})");
            lines.Add($"0-{i + 1}:24.2.3({Stamp(meters[i].CapturedAt)})({meters[i].Volume}*m3)");
        }
        return Some.Telegram([.. lines]);
    }

    static string Stamp(DateTimeOffset time) => time.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture) + 'W';
}
