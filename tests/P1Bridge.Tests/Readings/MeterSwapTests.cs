using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

/// <summary>Another meter on the same topics.</summary>
public class MeterSwapTests
{
    static readonly DateTimeOffset Start = new(2025, 1, 14, 12, 0, 0, TimeSpan.FromHours(1));
    static readonly MeterPipelineOptions Continuous = new() { ContinuousTotals = true };

    [Fact]
    public void A_new_electricity_meter_is_a_swap_once()
    {
        var pipeline = new Pipeline();
        Assert.Empty(pipeline.Feed(Electricity("OLD", Start)).Swaps);

        var swapped = pipeline.FeedUntilBelieved(Electricity("NEW", Start.AddHours(1)));

        Assert.Equal(new MeterSwap("main", "", "OLD", "NEW", Start.AddHours(1)), Assert.Single(swapped.Swaps));
        Assert.Equal("OLD", swapped.Devices[0].Predecessor);
        var next = pipeline.Feed(Electricity("NEW", Start.AddHours(1).AddSeconds(1)));
        Assert.Empty(next.Swaps);
        Assert.Equal("OLD", next.Devices[0].Predecessor);
    }

    [Fact]
    public void The_old_meter_is_marked_in_what_is_kept()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Electricity("OLD", Start));
        pipeline.FeedUntilBelieved(Electricity("NEW", Start.AddHours(1)));

        Assert.Equal(
            [new KnownMeter("OLD", "main", "", Start, Start.AddHours(1), "NEW"), new KnownMeter("NEW", "main", "", Start.AddHours(1))],
            pipeline.Meter.Registry.Meters);
    }

    [Fact]
    public void A_swap_while_the_bridge_was_off_is_seen_as_soon_as_it_is_believed()
    {
        var before = new Pipeline();
        before.Feed(Electricity("OLD", Start));
        var after = new Pipeline();
        after.Meter.Registry.Restore(before.Meter.Registry.Meters);

        Assert.Equal("NEW", Assert.Single(after.FeedUntilBelieved(Electricity("NEW", Start.AddDays(1))).Swaps).New);
    }

    [Fact]
    public void A_replaced_gas_meter_is_a_swap_when_it_takes_the_name_over()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Gas(Start, ("OLD", Start, "3120.442")));
        var replaced = Start.AddHours(3);
        Assert.Empty(pipeline.FeedUntilBelieved(Gas(replaced, ("OLD", Start, "3120.442"), ("NEW", replaced, "0.010"))).Swaps);

        var taken = Start.AddHours(30);
        var swap = Assert.Single(pipeline.Feed(Gas(taken, ("OLD", Start, "3120.442"), ("NEW", taken, "0.500"))).Swaps);

        Assert.Equal(new MeterSwap("gas", "gas", "OLD", "NEW", taken), swap);
    }

    [Fact]
    public void A_telegram_whose_meter_number_cannot_be_read_is_no_swap()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Electricity("SAME", Start));

        Assert.Empty(pipeline.Feed(Some.Telegram("0-0:1.0.0(250114120001W)", "0-0:96.1.1(53)(", "1-0:1.8.1(1.000*kWh)")).Swaps);
        Assert.Empty(pipeline.Feed(Electricity("SAME", Start.AddSeconds(2))).Swaps);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(5, 1, 2)]
    public void Two_meters_on_one_wire_are_told_at_most_once_and_not_each_second(int inARow, int expectedSwaps, int meters)
    {
        var pipeline = new Pipeline();
        var swaps = 0;
        for (var second = 0; second < 600; second++)
            swaps += pipeline.Feed(Electricity(second / inARow % 2 == 0 ? "ONE" : "OTHER", Start.AddSeconds(second))).Swaps.Length;

        Assert.Equal(expectedSwaps, swaps);
        Assert.Equal(meters, pipeline.Meter.Registry.Meters.Count());
    }

    [Fact]
    public void A_meter_that_is_put_back_is_a_swap_again()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Electricity("OLD", Start));
        pipeline.FeedUntilBelieved(Electricity("NEW", Start.AddDays(1)));

        Assert.Equal(("NEW", "OLD"), pipeline.FeedUntilBelieved(Electricity("OLD", Start.AddDays(2))).Swaps.Select(static swap => (swap.Old, swap.New)).Single());
        Assert.Equal(["NEW", "OLD"], pipeline.Meter.Registry.Meters.Select(static meter => meter.Identity));
    }

    [Fact]
    public void A_continuous_total_goes_on_where_the_old_meter_stopped()
    {
        var pipeline = new Pipeline(Continuous);
        Assert.Equal("12000.500", pipeline.Feed(Electricity("OLD", Start, "12000.500")).Payload("energy_import_continuous"));

        Assert.Equal("12000.500", pipeline.FeedUntilBelieved(Electricity("NEW", Start.AddHours(1), "000003.000")).Payload("energy_import_continuous"));
        Assert.Equal("12000.750", pipeline.Feed(Electricity("NEW", Start.AddHours(2), "000003.250")).Payload("energy_import_continuous"));
        Assert.Equal("3.250", pipeline.Feed(Electricity("NEW", Start.AddHours(2), "000003.250")).Payload("energy_import"));
    }

    [Fact]
    public void A_continuous_total_counts_the_day_on_which_both_gas_meters_were_heard_of()
    {
        var pipeline = new Pipeline(Continuous);
        pipeline.Feed(Gas(Start, ("OLD", Start, "3120.442")));
        var replaced = Start.AddHours(3);
        pipeline.FeedUntilBelieved(Gas(replaced, ("OLD", Start, "3120.442"), ("NEW", replaced, "0.010")));

        var taken = Start.AddHours(30);
        var snapshot = pipeline.Feed(Gas(taken, ("OLD", Start, "3120.442"), ("NEW", taken, "0.510")));

        Assert.Equal(("3120.942", "0.510"), (snapshot.Payload("gas/volume_continuous"), snapshot.Payload("gas/volume")));
    }

    [Fact]
    public void A_continuous_total_is_remembered_over_a_restart()
    {
        var before = new Pipeline(Continuous);
        before.Feed(Electricity("OLD", Start, "12000.500"));
        var after = new Pipeline(Continuous);
        after.Meter.Continuous.Restore(before.Meter.Continuous.Totals, before.Meter.Continuous.Firsts);

        Assert.Equal("12000.500", after.FeedUntilBelieved(Electricity("NEW", Start.AddDays(1), "000000.100")).Payload("energy_import_continuous"));
    }

    [Fact]
    public void A_continuous_total_never_falls()
    {
        var totals = new ContinuousTotals();
        var random = new Random(20250114);
        var last = Some.Number("0");
        for (var round = 0; round < 5000; round++)
        {
            var next = totals.Next("gas", "volume_continuous", $"METER{random.Next(4)}", new Core.Telegrams.FixedPoint(random.Next(1_000_000), 3));
            Assert.True(next >= last, $"round {round}: {next} after {last}");
            last = next;
        }
    }

    [Fact]
    public void Continuous_totals_are_there_only_when_switched_on()
        => Assert.DoesNotContain(new Pipeline().Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt")).Topics(), static line => line.Contains("continuous", StringComparison.Ordinal));

    [Fact]
    public void Each_total_across_meters_of_the_corpus_begins_with_the_meters_own()
    {
        var snapshot = new Pipeline(Continuous).Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));

        foreach (var (own, across) in new[] { ("energy_import", "energy_import_continuous"), ("energy_export", "energy_export_continuous"), ("gas/volume", "gas/volume_continuous"), ("water/volume", "water/volume_continuous") })
            Assert.Equal(snapshot.Payload(own), snapshot.Payload(across));
    }

    static byte[] Electricity(string identity, DateTimeOffset clock, string energy = "000001.000")
        => Some.Telegram($"0-0:96.1.1({Some.Hex(identity)})", $"0-0:1.0.0({clock:yyMMddHHmmss}W)", $"1-0:1.8.1({energy}*kWh)", $"1-0:2.8.1({energy}*kWh)");

    static byte[] Gas(DateTimeOffset clock, params ReadOnlySpan<(string Identity, DateTimeOffset CapturedAt, string Volume)> meters)
    {
        List<string> lines = [$"0-0:1.0.0({clock:yyMMddHHmmss}W)"];
        for (var i = 0; i < meters.Length; i++)
        {
            lines.Add($"0-{i + 1}:24.1.0(003)");
            lines.Add($"0-{i + 1}:96.1.1({Some.Hex(meters[i].Identity)})");
            lines.Add($"0-{i + 1}:24.2.3({meters[i].CapturedAt:yyMMddHHmmss}W)({meters[i].Volume}*m3)");
        }
        return Some.Telegram([.. lines]);
    }
}
