using FsCheck.Fluent;
using P1Bridge.Core.Measurements;
using P1Bridge.Generation;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

/// <summary>Whatever meters, catalogues and configurations say: the files parse, every link holds, and no text becomes code.</summary>
public class HostileTextTests
{
    static readonly string[] Texts =
    [
        "\"", "\\", "\\\"", "100 %", "%s %d %n", "[", "]", "[%s]", "a [b] c", "{{ 1 }}", "{{", "}}", "{%{", "\n", "\r\n", "a\nb", "// a", "/* a", "*/", "'", "${ENV:HOME}", "\0", "\t", "\u001b[31m",
        "\u202Eabc", "שלום", "\u2028", "💡", "\ud83d", "=,;", "}", "\" ] } Thing mqtt:topic:x:y \"z", "# a", ": a", "- a", "",
    ];

    static readonly OpenHabItem[] Kinds =
    [
        OpenHabItem.Plain, new("Number:Power", "kW", ["Measurement", "Power"], "energy", "%.3f %unit%"), new("DateTime", null, ["Status", "Timestamp"], "time", "%1$tF"),
        new("Number", null, ["Measurement"], "line", "%.0f"),
    ];

    public static TheoryData<string> Rows => [.. Texts];

    [Theory, MemberData(nameof(Rows))]
    public async Task Names_payloads_identifiers_and_tariffs_stay_texts(string text)
    {
        var snapshot = Corpus.Snapshot(SomeOpenHab.Full);
        var devices = snapshot.Devices.Select(device => device with
        {
            Identity = text,
            Values = [.. device.Values.Select(value => value with { Payload = text, Row = Named(value.Row, text) })],
            Medium = device.Medium with { Names = new Names(text, text, text, text) },
        });
        snapshot = snapshot with { Devices = [.. devices] };

        var files = SomeOpenHab.Files(meters: SomeOpenHab.Meter(snapshot, new DiscoveryMeter("meter") { TariffNames = [text, "night"] }));

        var topics = await SomeOpenHab.RetainedAsync(snapshot);
        SomeOpenHab.Leave(files, topics, $"hostile-{Array.IndexOf(Texts, text)}-5-en");
        Assert.Empty(OpenHabCheck.Findings(files, topics));
        Assert.Equal(SomeOpenHab.Files().Select(LinesOf), files.Select(LinesOf));
    }

    [Theory]
    [InlineData("\"a\\b\"/[c]{d}")]
    [InlineData("heim/zähler/💡")]
    [InlineData("{{/x}}")]
    public async Task Any_base_topic_is_kept_to_the_letter(string baseTopic)
    {
        var topics = new Topics(baseTopic);
        var files = SomeOpenHab.Files(SomeOpenHab.Options with { Topics = topics });

        var published = await SomeOpenHab.RetainedAsync(Corpus.Snapshot(SomeOpenHab.Full), topics);
        SomeOpenHab.Leave(files, published, $"topics-{baseTopic.Length}-5-en");
        Assert.Empty(OpenHabCheck.Findings(files, published));
    }

    [Fact]
    public async Task Meters_and_values_that_want_one_name_get_two()
    {
        var gas = Some.Device("gas", "g", ("volume", "1.000"));
        var main = Some.Device("", "e", ("power_import", "1.000")) with { Values = [SomeOpenHab.Value("gas_volume", "a"), SomeOpenHab.Value("meter", "b"), SomeOpenHab.Value("true", "c"), SomeOpenHab.Value("gas", "d")] };
        var first = Some.Snapshot(main, gas);
        var second = Some.Snapshot(Some.Device("", "x", ("power_import", "1.000")) with { Values = [SomeOpenHab.Value("volume", "e")] }) with { Name = "gas" };

        var files = SomeOpenHab.Files(meters: [SomeOpenHab.Meter(second), SomeOpenHab.Meter(first)]);

        HashSet<string> topics = [.. await SomeOpenHab.RetainedAsync(first), .. await SomeOpenHab.RetainedAsync(second)];
        Assert.Empty(OpenHabCheck.Findings(files, topics));
        Assert.Equal(files, SomeOpenHab.Files(meters: [SomeOpenHab.Meter(first), SomeOpenHab.Meter(second)]));
    }

    [Fact]
    public void Any_values_of_any_names_give_files_that_hold_together()
    {
        var value =
            from letters in Gen.Elements("abcxyz019_".ToCharArray()).NonEmptyListOf()
            from name in Gen.OneOf(Gen.Elements(Texts), Gen.NonEmptyListOf(Gen.Elements(Texts)).Select(static parts => string.Concat(parts)))
            from kind in Gen.Elements(Kinds)
            select SomeOpenHab.Value(string.Concat(letters), name, name, kind);
        var device =
            from topic in Gen.Elements("", "gas", "gas_2", "water", "heat")
            from values in value.ListOf()
            select Some.Device(topic, topic) with { Values = [.. values.DistinctBy(static each => each.Key).Where(static each => each.Key is not "availability")] };
        var snapshots = device.NonEmptyListOf().Select(static devices => Some.Snapshot([.. devices.DistinctBy(static each => each.TopicName)]));

        Prop.ForAll(snapshots.ToArbitrary(), static snapshot =>
        {
            var topics = SomeOpenHab.RetainedAsync(snapshot).GetAwaiter().GetResult();
            // The meter's own availability is a value of its electricity meter's thing.
            if (snapshot.Devices.All(static each => each.TopicName.Length > 0)) topics.Remove("p1bridge/meter/availability");
            var files = SomeOpenHab.Files(meters: SomeOpenHab.Meter(snapshot));
            var findings = OpenHabCheck.Findings(files, topics);
            Assert.True(findings.Count == 0, string.Join('\n', findings));
        }).Holds();
    }

    [Fact]
    public void YAML_of_hostile_names_parses()
    {
        foreach (var text in Texts)
        {
            var snapshot = Some.Snapshot(Some.Device("", "x") with { Values = [SomeOpenHab.Value("a", text), SomeOpenHab.Value("b", text, item: Kinds[1])] });
            var yaml = new YamlDotNet.RepresentationModel.YamlStream();
            yaml.Load(new StringReader(SomeOpenHab.Text(SomeOpenHab.Files(asYaml: true, meters: SomeOpenHab.Meter(snapshot)), ".yaml")));

            var items = (YamlDotNet.RepresentationModel.YamlMappingNode)yaml.Documents[0].RootNode["items"];
            Assert.Equal(ModelText.Clean(text), items["P1_A"]["label"].ToString());
        }
    }

    static Measurement Named(Measurement row, string text) => row with { Names = new Names(text, text, text, text), Note = text };

    static int LinesOf(GeneratedFile file) => file.Text.Count(static letter => letter == '\n');
}
