using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

/// <summary>What survives a restart, through the file that it lies in.</summary>
public sealed class MeterStateTests : IDisposable
{
    static readonly MeterPipelineOptions Everything = new() { ContinuousTotals = true, TargetDemand = Some.Number("1.0") };

    readonly string _directory = Directory.CreateTempSubdirectory("p1bridge-memory-").FullName;

    string File => Path.Combine(_directory, "meter.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_that_a_pipeline_remembers_is_the_same_after_a_restart()
    {
        var before = new Pipeline(Everything);
        before.Feed(Corpus.Bytes("fluvius-gas-meter-swapped.txt"));
        before.FeedUntilBelieved(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));
        Memory(before).Save();

        var after = new Pipeline(Everything);
        Memory(after).Restore();

        Assert.Equal(Text(before), Text(after));
        Assert.NotEmpty(after.Meter.Peaks.Peaks);
        Assert.NotEmpty(after.Meter.Continuous.Totals);
        Assert.Contains(after.Meter.Registry.Meters, static meter => meter.ReplacedBy == "1SAG9999000103");
        Assert.NotNull(after.Meter.Demand.State);
    }

    [Fact]
    public void A_file_of_an_older_version_is_read_as_far_as_it_goes()
    {
        var before = new Pipeline(Everything);
        before.Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt"));
        Memory(before).Save();
        var file = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();
        foreach (var key in file.Select(static pair => pair.Key).Where(static key => key is not ("totals" or "sub_meters")).ToList())
            file.Remove(key);
        System.IO.File.WriteAllText(File, file.ToJsonString());

        var after = new Pipeline(Everything);
        Memory(after).Restore();

        Assert.Equal(before.Meter.Guard.Totals, after.Meter.Guard.Totals);
        Assert.Empty(after.Meter.Peaks.Peaks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"totals\":[],\"sub_meters\":[],\"peaks\":[{\"meter\":\"A\",\"month\":\"2025-13\",\"time\":\"x\",\"value\":\"1\",\"origin\":\"history\"}]}")]
    [InlineData("{\"totals\":[],\"sub_meters\":[],\"peaks\":[{\"meter\":\"A\",\"month\":\"2025-01\",\"time\":\"2025-01-01T00:00:00Z\",\"value\":\"1\",\"origin\":\"guess\"}]}")]
    [InlineData("{\"totals\":[],\"sub_meters\":[],\"quarter\":{}}")]
    [InlineData("{\"totals\":[],\"sub_meters\":[],\"meters\":{}}")]
    public void A_damaged_file_is_ignored_as_a_whole(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var pipeline = new Pipeline(Everything);

        Memory(pipeline).Restore();

        Assert.True(MeterState.Of(pipeline.Meter).IsEmpty);
    }

    [Fact]
    public void What_was_learnt_across_meters_stays_while_it_is_switched_off()
    {
        var on = new Pipeline(Everything);
        on.Feed(Corpus.Bytes("fluvius-3p.txt"));
        Memory(on).Save();
        var off = new Pipeline();
        Memory(off).Restore();
        off.Feed(Corpus.Bytes("fluvius-3p.txt"));
        Memory(off).Save();
        var again = new Pipeline(Everything);
        Memory(again).Restore();

        Assert.Equal(on.Meter.Continuous.Totals, again.Meter.Continuous.Totals);
    }

    [Fact]
    public void A_swap_is_told_as_JSON()
    {
        var swap = new MeterSwap("gas", "gas_2", "OLD\"1", "NEW", new DateTimeOffset(2025, 1, 14, 12, 0, 0, TimeSpan.FromHours(1)));

        Assert.Equal(
            """{"type":"meter_swapped","meter":"garage","medium":"gas","topic":"garage/gas_2","old":"OLD\"1","new":"NEW","time":"2025-01-14T12:00:00+01:00"}""",
            BridgeReports.Event("garage", swap));
    }

    MeterMemory Memory(Pipeline pipeline) => new(_directory, "meter", pipeline.Meter, new TestTimeProvider(), NullLogger.Instance);

    static string Text(Pipeline pipeline)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            MeterState.Of(pipeline.Meter).Write(json);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
