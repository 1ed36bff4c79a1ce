using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Bridging;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

public sealed class MeterMemoryTests : IDisposable
{
    static readonly string[] Lines =
    [
        "0-0:96.1.1(3153414739393939303030313033)", "0-0:1.0.0(250212192231W)", "1-0:1.8.1(012874.206*kWh)",
        "0-1:24.1.0(003)", "0-1:96.1.1(37464C4F39393939303030323031)", "0-1:24.2.3(250212192003W)(02871.504*m3)",
    ];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-memory-");
    readonly TestTimeProvider _time = new();

    string FilePath => Path.Combine(_folder.FullName, "meter.json");

    [Fact]
    public void Last_good_totals_and_topic_names_survive_a_restart()
    {
        var before = new Pipeline();
        before.Feed(Lines);
        Memory(before).Save();

        var after = new Pipeline();
        Memory(after).Restore();

        Assert.Equal(before.Meter.Guard.Totals, after.Meter.Guard.Totals);
        Assert.Equal(before.Meter.SubMeters.Places, after.Meter.SubMeters.Places);
        Assert.Null(after.Feed([.. Lines[..2], "1-0:1.8.1(000000.000*kWh)"]).Payload("energy_import_tariff_1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"totals\":[{}],\"sub_meters\":[]}")]
    [InlineData("{\"totals\":[{\"meter\":\"a\",\"id\":\"b\",\"value\":\"x\",\"meter_time\":\"\",\"received_at\":\"\"}],\"sub_meters\":[]}")]
    public void A_file_that_cannot_be_used_is_ignored_and_replaced(string text)
    {
        File.WriteAllText(FilePath, text);
        var pipeline = new Pipeline();
        var memory = Memory(pipeline);

        memory.Restore();
        Assert.Empty(pipeline.Meter.Guard.Totals);

        pipeline.Feed(Lines);
        memory.Save();
        Assert.Contains("12874.206", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_written_a_minute_after_the_first_telegram_and_then_seldom()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Lines);
        var memory = Memory(pipeline);

        memory.SaveIfDue();
        Assert.False(IsWrittenAfter(memory, TimeSpan.FromSeconds(59)));
        Assert.True(IsWrittenAfter(memory, TimeSpan.FromSeconds(1)));
        Assert.False(IsWrittenAfter(memory, TimeSpan.FromSeconds(599)));
        Assert.True(IsWrittenAfter(memory, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_meter_that_came_or_was_replaced_is_stored_at_once_but_not_faster_than_twice_a_minute()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Lines.AsSpan(0, 3));
        var memory = Memory(pipeline);
        memory.SaveIfDue();

        pipeline.FeedUntilBelieved(Some.Telegram(Lines));
        Assert.False(IsWrittenAfter(memory, TimeSpan.FromSeconds(29)));
        Assert.True(IsWrittenAfter(memory, TimeSpan.FromSeconds(1)));
        Assert.False(IsWrittenAfter(memory, TimeSpan.FromSeconds(31)));
    }

    [Fact]
    public void A_meter_replaced_while_the_bridge_was_off_is_stored_as_soon_as_it_is_believed()
    {
        var before = new Pipeline();
        before.Feed(Lines);
        Memory(before).Save();
        var after = new Pipeline();
        var memory = Memory(after);
        memory.Restore();

        after.FeedUntilBelieved(Some.Telegram(["0-0:96.1.1(3153414739393939303030313939)", .. Lines[1..]]));

        Assert.True(IsWrittenAfter(memory, TimeSpan.Zero));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_the_first_telegram_and_once()
    {
        File.WriteAllText(FilePath, "");
        var log = new KeptLog();
        var pipeline = new Pipeline();
        pipeline.Feed(Lines);
        var memory = new MeterMemory(FilePath, "meter", pipeline.Meter, _time, log);

        memory.SaveIfDue();
        Assert.Single(log.Lines);
        _time.Advance(TimeSpan.FromMinutes(20));
        memory.SaveIfDue();
        Assert.Single(log.Lines);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_nothing_but_the_memory()
    {
        var pipeline = new Pipeline();
        pipeline.Feed(Lines);
        File.WriteAllText(FilePath, "");

        // A file where the folder should be: fails for every user.
        new MeterMemory(FilePath, "meter", pipeline.Meter, _time, NullLogger.Instance).Save();

        Assert.Equal("", File.ReadAllText(FilePath));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    bool IsWrittenAfter(MeterMemory memory, TimeSpan wait)
    {
        File.Delete(FilePath);
        _time.Advance(wait);
        memory.SaveIfDue();
        return File.Exists(FilePath);
    }

    MeterMemory Memory(Pipeline pipeline) => new(_folder.FullName, "meter", pipeline.Meter, _time, NullLogger.Instance);
}
