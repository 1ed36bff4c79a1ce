using System.Text.RegularExpressions;
using P1Bridge.Core.Publishing;
using P1Bridge.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What people paste must be there: cards that Home Assistant has, entities that discovery announces.</summary>
public partial class DashboardTests
{
    static readonly string[] BuiltIn = ["conditional", "entities", "gauge", "heading", "history-graph", "markdown", "statistic", "statistics-graph", "tile"];
    static readonly string[] InPlaces = ["grid", "sections", "trend-graph"];

    static readonly HashSet<string> Announced = EntitiesOf(Corpus.Snapshot("fluvius-3p-gas-water-peaks"));

    static readonly HashSet<string> WithTarget = EntitiesOf(new Pipeline(new MeterPipelineOptions { TargetDemand = Some.Number("4.0") }).Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt")));

    public static TheoryData<string> Texts => ["homeassistant/dashboard.yaml", "docs/home-assistant.md", "homeassistant/addon/DOCS.md", "README.md"];

    [Fact]
    public void The_dashboard_has_built_in_cards_only()
    {
        var types = Nodes(Parse(Read("homeassistant/dashboard.yaml"))).OfType<YamlMappingNode>()
            .Where(static node => node.Children.ContainsKey("type")).Select(static node => node["type"].ToString()).Distinct().ToList();

        Assert.Empty(types.Except(BuiltIn).Except(InPlaces));
        Assert.True(types.Count > 6, string.Join(", ", types));
        Assert.Contains("sections", types);
    }

    [Theory, MemberData(nameof(Texts))]
    public void Every_entity_is_one_that_is_announced(string file)
    {
        var named = EntityId().Matches(Read(file)).Select(static match => match.Value).Distinct().ToList();

        Assert.True(file is "README.md" or "homeassistant/addon/DOCS.md" || named.Count > 8, $"{file} names only {string.Join(", ", named)}");
        // The page names the two that come with a target, and says so.
        Assert.Empty(named.Except(file == "docs/home-assistant.md" ? WithTarget : Announced));
    }

    [Fact]
    public void The_dashboard_shows_every_entity_that_is_on_and_no_counter_of_the_Energy_dashboard()
    {
        var shown = EntityId().Matches(Read("homeassistant/dashboard.yaml")).Select(static match => match.Value).ToHashSet();
        var isOn = Discovery.Messages("fluvius-3p-gas-water-peaks").SelectMany(static message => message.Components()).Select(static pair => pair.Value!)
            .Where(static component => component["enabled_by_default"] is null && component["entity_category"] is null && (string?)component["device_class"] != "energy")
            .Select(static component => (string)component["default_entity_id"]!);

        Assert.Empty(isOn.Except(shown));
    }

    [Fact]
    public void The_YAML_of_the_documentation_can_be_read()
    {
        var blocks = YamlBlock().Matches(Read("docs/home-assistant.md")).Select(static match => match.Groups[1].Value).ToList();

        Assert.True(blocks.Count >= 6);
        Assert.All(blocks, static block => Assert.NotEmpty(Nodes(Parse(block))));
    }

    [Fact]
    public void The_overrides_of_the_documentation_are_taken()
    {
        var block = YamlBlock().Matches(Read("docs/home-assistant.md")).Select(static match => match.Groups[1].Value).Single(static text => text.Contains("overrides:", StringComparison.Ordinal));

        Assert.Equal(3, Configuration.Some.Options(Configuration.Some.Minimal + block).HomeAssistant.Overrides.Count);
    }

    static HashSet<string> EntitiesOf(MeterSnapshot snapshot)
        => [.. Discovery.Builder().All((Discovery.Meter, snapshot)).SelectMany(static message => message.Components()).Select(static pair => (string)pair.Value!["default_entity_id"]!)];

    static string Read(string path) => File.ReadAllText(Repository.PathOf(path.Split('/')));

    static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Single().RootNode;
    }

    static IEnumerable<YamlNode> Nodes(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.Values.SelectMany(Nodes).Prepend(mapping),
        YamlSequenceNode list => list.Children.SelectMany(Nodes).Prepend(list),
        _ => [node],
    };

    [GeneratedRegex(@"(sensor|binary_sensor|button)\.p1_[a-z0-9_]+")]
    private static partial Regex EntityId();

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex YamlBlock();
}
