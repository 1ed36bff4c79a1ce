using P1Bridge.Generation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

/// <summary>The set of every good telegram, for both versions and in all languages. They are left in <c>artifacts/openhab</c> for others to check.</summary>
public class GeneratedSetTests
{
    public static TheoryData<string, string, string> Sets
    {
        get
        {
            var sets = new TheoryData<string, string, string>();
            foreach (var telegram in Corpus.GoodNames)
            {
                foreach (var language in Core.Measurements.Names.Languages)
                {
                    sets.Add(telegram, "5", language);
                    sets.Add(telegram, "4.3", language);
                }
            }
            return sets;
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public async Task Things_items_sitemap_and_topics_fit_together(string telegram, string version, string language)
    {
        var snapshot = Corpus.Snapshot(telegram);
        var options = SomeOpenHab.Options with { Language = language, Version = version == "5" ? OpenHabVersion.Five : OpenHabVersion.FourThree };

        var files = SomeOpenHab.Files(options, meters: SomeOpenHab.Meter(snapshot));

        var topics = await SomeOpenHab.RetainedAsync(snapshot);
        SomeOpenHab.Leave(files, topics, $"{telegram}-{version}-{language}");
        Assert.Empty(OpenHabCheck.Findings(files, topics, version == "5" ? 5.0m : 4.3m));
    }

    [Fact]
    public async Task A_bad_link_is_found_in_any_place()
    {
        var snapshot = Corpus.Snapshot(SomeOpenHab.Full);
        var (files, topics) = (SomeOpenHab.Files(), await SomeOpenHab.RetainedAsync(snapshot));
        Assert.Empty(OpenHabCheck.Findings(files, topics));

        Assert.Contains("nothing is published on p1bridge/meter/power_in", Findings(".things", "meter/power_import\"", "meter/power_in\""));
        Assert.Contains("no channel uses p1bridge/meter/power_import", Findings(".things", "meter/power_import\"", "meter/power_in\""));
        Assert.Contains(Findings(".items", "p1_meter:power_import\"", "p1_meter:power_in\""), static finding => finding.StartsWith("P1_Power_Import: there is no channel", StringComparison.Ordinal));
        Assert.Contains("P1_Power_Import: kWh is no unit of Number:Power", Findings(".items", "p1_meter:power_import\", unit=\"kW\"", "p1_meter:power_import\", unit=\"kWh\""));
        Assert.Contains(Findings(".items", "\"Measurement\", \"Gas\"", "\"Measurement\", \"Steam\""), static finding => finding.EndsWith("has no tag Steam", StringComparison.Ordinal));
        Assert.Contains(Findings(".items", "(P1_Gas)", "(P1_Steam)"), static finding => finding.EndsWith("is in no meter's group", StringComparison.Ordinal));
        Assert.Contains(Findings(".sitemap", "item=P1_Peak_Average", "item=P1_Peak_Mean"), static finding => finding.EndsWith("there is no item P1_Peak_Mean", StringComparison.Ordinal));
        Assert.Contains(Findings(".sitemap", "}", ""), static finding => finding.Contains("expected", StringComparison.Ordinal));
        Assert.Contains("P1_Gas: openHAB 4.3 has no tag GasMeter", OpenHabCheck.Findings(files, topics, 4.3m));

        List<string> Findings(string extension, string good, string bad)
            => OpenHabCheck.Findings(files.Select(file => file.Path.EndsWith(extension, StringComparison.Ordinal) ? file with { Text = file.Text.Replace(good, bad, StringComparison.Ordinal) } : file), topics);
    }
}
