using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Generation;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

/// <summary>Sets of files, and what the bridge publishes for the same meters.</summary>
static class SomeOpenHab
{
    public const string Full = "fluvius-3p-gas-water-peaks";

    public static readonly Topics Topics = new("p1bridge");

    public static readonly ModelOptions Options = new() { Topics = Topics };

    /// <summary>The meter of a good telegram.</summary>
    public static ModelMeter Meter(string telegram, string meter = "meter") => Meter(Corpus.Snapshot(telegram, meter));

    public static ModelMeter Meter(MeterSnapshot snapshot, DiscoveryMeter? configured = null)
        => new(configured ?? new DiscoveryMeter(snapshot.Name) { TariffNames = ["day", "night"] }, snapshot.Devices);

    public static TemplateMap Model(ModelOptions? options = null, params IReadOnlyList<ModelMeter> meters)
        => TemplateModel.Of(Some.Catalogue, meters.Count > 0 ? meters : [Meter(Full)], options ?? Options);

    /// <summary>The set for these meters, from the built-in templates unless a folder is named.</summary>
    public static IReadOnlyList<GeneratedFile> Files(ModelOptions? options = null, string? templates = null, bool asYaml = false, params IReadOnlyList<ModelMeter> meters)
        => OpenHabFiles.Render(new TemplateFolder(templates), Model(options, meters), "0.0.0: test", asYaml);

    public static string Text(IEnumerable<GeneratedFile> files, string extension) => files.Single(file => file.Path.EndsWith(extension, StringComparison.Ordinal)).Text;

    /// <summary>The topics that stay on the broker: what the output of values publishes for a telegram, and what the bridge says of itself.</summary>
    public static async Task<HashSet<string>> RetainedAsync(MeterSnapshot snapshot, Topics? topics = null)
    {
        topics ??= Topics;
        var published = new CollectedPublications();
        var output = new MqttValuesOutput(topics, OutputTable.Rules(new()), retain: true, published.Add, TimeProvider.System);
        await output.WriteAsync(snapshot, CancellationToken.None);
        return [.. published.Where(static sent => sent.Retain && sent.Payload is not null).Select(static sent => sent.Topic), topics.BridgeState, topics.BridgeInfo];
    }

    /// <summary>Leaves a set with its topics in <c>artifacts/openhab</c>, where <c>.ci/run</c> has others check it.</summary>
    public static void Leave(IReadOnlyList<GeneratedFile> files, IEnumerable<string> topics, string name)
    {
        var folder = Repository.PathOf("artifacts", "openhab", name);
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)) File.Delete(old);
        var generated = new GeneratedFolder(folder);
        generated.Write(generated.Compare(files));
        File.WriteAllLines(Path.Combine(folder, "topics.txt"), topics.Order(StringComparer.Ordinal));
    }

    /// <summary>A value of a row that no catalogue has.</summary>
    public static PublishedValue Value(string id, string name, string payload = "1", OpenHabItem? item = null)
        => new(Some.Row("message") with { Id = id, Names = new Names(name, name, name, name), OpenHab = item ?? OpenHabItem.Plain }, id, payload, null);
}
