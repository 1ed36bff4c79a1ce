using System.Text.RegularExpressions;
using P1Bridge.Bridging;
using P1Bridge.Generation;
using P1Bridge.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace P1Bridge.Tests.Generation;

/// <summary>The dashboard and the table of measurements.</summary>
public partial class ProjectFilesTests
{
    static readonly TemplateFolder Templates = new(null);

    public static TheoryData<string> Telegrams => [.. Corpus.GoodNames];

    [Fact]
    public void The_repositorys_files_are_up_to_date()
    {
        // As "p1bridge generate --from tests/telegrams/fluvius-3p-gas-water-peaks.txt --output ." makes them.
        var files = ProjectFiles.All.Select(static path => GeneratedFile.Of(
            path, ProjectFiles.Render(Templates, SomeOpenHab.Model(), path), $"{BridgeReports.Version}: p1bridge generate --language en"));
        var folder = new GeneratedFolder(Repository.PathOf());
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") folder.Write(folder.Compare(files));

        Assert.All(folder.Compare(files), static file => Assert.Equal(FileState.Same, file.State));
    }

    [Theory, MemberData(nameof(Telegrams))]
    public void The_dashboard_of_any_meter_is_YAML_and_shows_only_what_the_meter_sends(string telegram)
    {
        foreach (var language in Core.Measurements.Names.Languages)
        {
            var model = SomeOpenHab.Model(SomeOpenHab.Options with { Language = language }, SomeOpenHab.Meter(telegram));
            var text = ProjectFiles.Render(Templates, model, ProjectFiles.Dashboard);

            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            Assert.NotEmpty(((YamlSequenceNode)yaml.Documents[0].RootNode["views"][0]["sections"]).Children);
            Assert.Empty(Entity().Matches(text).Select(static match => match.Value).Except(Entities(model)));
            Assert.DoesNotContain("entity: \n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_configured_meter_has_a_view()
    {
        var model = SomeOpenHab.Model(null, SomeOpenHab.Meter("fluvius-1p"), SomeOpenHab.Meter("fluvius-3p", "garage"));

        var text = ProjectFiles.Render(Templates, model, ProjectFiles.Dashboard);

        Assert.Equal(["meter", "garage"], Path().Matches(text).Select(static match => match.Groups[1].Value));
        Assert.Contains("sensor.p1_garage_power_import", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_has_a_line_for_each_value_of_each_medium()
    {
        var text = ProjectFiles.Render(Templates, SomeOpenHab.Model(), ProjectFiles.Measurements);

        var rows = text.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.Equal(Some.Catalogue.Measurements.Count(static row => row.IsPublished), rows.Count);
        Assert.All(rows, static row => Assert.Equal(9, row.Count(static letter => letter == '|')));
    }

    static IEnumerable<string> Entities(TemplateMap model)
        => from meter in ((IEnumerable<object?>)model["meters"]!).Cast<TemplateMap>()
           from device in ((IEnumerable<object?>)meter["devices"]!).Cast<TemplateMap>()
           from entity in ((TemplateMap)device["entities"]!).Values
           select (string)entity!;

    [GeneratedRegex(@"\b(binary_)?sensor\.p1_(?!bridge)\w+")]
    private static partial Regex Entity();

    [GeneratedRegex("path: (.*)")]
    private static partial Regex Path();
}
