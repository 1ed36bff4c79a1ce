using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>The good telegrams of tests/telegrams as snapshots, read as the bridge reads them.</summary>
static class Corpus
{
    public static readonly Catalogue Catalogue = CatalogueLoader.Load();

    public static readonly DateTimeOffset ReceivedAt = new(2025, 11, 5, 16, 53, 48, TimeSpan.Zero);

    static readonly Lazy<string> LazyRoot = new(FindRoot);

    /// <summary>The repository's root.</summary>
    public static string Root => LazyRoot.Value;

    /// <summary>Names of all good text telegrams.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Path.Combine(Root, "tests", "telegrams"), "*.txt")
        .Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static TheoryData<string> All => new(Names);

    /// <summary>The snapshot of a telegram, for a meter of that name.</summary>
    public static MeterSnapshot Snapshot(string telegram, string meter = "meter")
    {
        var reader = new TelegramReader(Catalogue);
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(Path.Combine(Root, "tests", "telegrams", $"{telegram}.txt"));
        var found = reader.TryRead(ref bytes, out var outcome) || reader.TryComplete(out outcome);
        Assert.True(found && outcome.IsAccepted, $"{telegram}: {outcome.Reason}");
        return new MeterPipeline(Catalogue, new MeterPipelineOptions { Name = meter }).Process(reader.Readings, ReceivedAt);
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "P1Bridge.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("P1Bridge.sln is in no folder above the tests");
    }
}
