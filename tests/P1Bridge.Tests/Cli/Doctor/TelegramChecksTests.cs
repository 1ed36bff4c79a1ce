using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Cli.Doctor;

public class TelegramChecksTests
{
    static readonly MeterOptions Meter = new() { Source = new SimulatorSourceOptions() };

    [Theory]
    [InlineData(0, null, "The meter's clock and this machine's agree.")]
    [InlineData(-59, null, "The meter's clock and this machine's agree.")]
    [InlineData(61, "clock_off", "The meter's clock is 61 seconds ahead of this machine's.")]
    [InlineData(-3600, "clock_off", "The meter's clock is 60 minutes behind this machine's.")]
    [InlineData(-8100, "clock_off", "The meter's clock is 2.3 hours behind this machine's.")]
    [InlineData(863990, "clock_off", "The meter's clock is 10 days ahead of this machine's.")]
    public void A_clock_may_be_a_minute_off(int secondsAhead, string? finding, string text)
    {
        var result = TelegramChecks.Clock(Some.Snapshot() with { Clock = Some.Now.AddSeconds(secondsAhead) })!;
        Assert.Equal((finding, text), (result.Finding, result.Text));
        Assert.Equal(finding is not null, result.IsFault);
    }

    [Fact]
    public void A_meter_without_clock_is_not_judged() => Assert.Null(TelegramChecks.Clock(Some.Snapshot() with { Clock = null }));

    [Fact]
    public void The_same_moment_in_another_zone_is_no_difference()
        => Assert.False(TelegramChecks.Clock(Some.Snapshot() with { Clock = Some.Now.ToOffset(TimeSpan.FromHours(2)) })!.IsFault);

    [Fact]
    public void A_replaced_sub_meter_is_only_a_note()
    {
        var result = TelegramChecks.SubMeters(Meter, Snapshot("fluvius-gas-meter-swapped.txt"));
        Assert.Equal(CheckStatus.Note, result.Status);
        Assert.Contains("Read ones: gas.", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sub_meter_that_was_never_read_and_a_stale_one_are_told_apart()
    {
        var result = TelegramChecks.SubMeters(Meter, Snapshot("bad/unset-timestamps.txt"));
        Assert.Equal(("sub_meter_never_read", CheckStatus.Warning), (result.Finding, result.Status));
        Assert.Contains("gas on M-Bus channel 1: connected, but never read by the electricity meter", result.Details);
        Assert.Contains("water on M-Bus channel 4: not read for more than 24h", result.Details);
    }

    [Fact]
    public void Live_sub_meters_are_named()
        => Assert.Equal("gas, water: read by the electricity meter.", TelegramChecks.SubMeters(Meter, Snapshot("fluvius-3p-gas-water-peaks.txt")).Text);

    [Fact]
    public void Held_values_are_named_with_their_reason()
    {
        var result = TelegramChecks.Values(Snapshot("bad/wrong-unit.txt"));
        Assert.Equal(("values_held", CheckStatus.Warning), (result.Finding, result.Status));
        Assert.Contains(result.Details, static line => line.EndsWith(": sent in a unit that does not fit", StringComparison.Ordinal));
        Assert.Equal(CheckStatus.Ok, TelegramChecks.Values(Snapshot("fluvius-1p.txt")).Status);
    }

    [Fact]
    public void Months_without_a_peak_are_usual()
    {
        var snapshot = Some.Snapshot() with { Held = [new HeldValue("", "peaks", IssueClass.UnsetTimestamp), new HeldValue("", "peaks", IssueClass.UnsetTimestamp)] };
        var result = TelegramChecks.Values(snapshot);
        Assert.Equal(CheckStatus.Note, result.Status);
        Assert.Single(result.Details);
    }

    static MeterSnapshot Snapshot(string file)
    {
        var reader = new TelegramReader(Some.Catalogue);
        Assert.Contains(Some.Outcomes(reader, Corpus.Bytes(file)), static outcome => outcome.IsAccepted);
        return new MeterPipeline(Some.Catalogue, new MeterPipelineOptions()).Process(reader.Readings, Some.Now);
    }
}
