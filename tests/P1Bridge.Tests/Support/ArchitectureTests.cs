using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace P1Bridge.Tests.Support;

/// <summary>The rules of the house that no compiler checks.</summary>
public partial class ArchitectureTests
{
    const int LongestFile = 400;

    /// <summary>Who may use whom. The components know nothing of each other and nothing of the program.</summary>
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["P1Bridge"] = ["P1Bridge.Core", "P1Bridge.Mqtt", "P1Bridge.Serial", "P1Bridge.Templating"],
        ["P1Bridge.Core"] = [],
        ["P1Bridge.Mqtt"] = [],
        ["P1Bridge.Serial"] = [],
        ["P1Bridge.Templating"] = [],
    };

    public static TheoryData<string> Components => ["P1Bridge.Core", "P1Bridge.Mqtt", "P1Bridge.Serial", "P1Bridge.Templating"];

    [Fact]
    public void No_OBIS_reference_stands_in_code()
        => Assert.Empty(
            from path in Repository.Files("src", "*.cs")
            from line in File.ReadLines(path).Select(static (text, index) => (text, number: index + 1))
            where HoldsReference(line.text)
            select $"{path}:{line.number}: {line.text.Trim()}; the catalogue is the one place of OBIS references");

    [Theory]
    [InlineData("var a = \"1-0:1.8.1\";", true)]
    [InlineData("var a = \"0-n:24.2.1(\"u8;", true)]
    [InlineData("var a = @\"x 0-0:96.1.4\";", true)]
    [InlineData("var a = $\"{b}0-0:1.0.0\"; // comment", true)]
    [InlineData("    1-0:1.7.0(00.500*kW)", true)]
    [InlineData("    /// <summary>Reads <c>1-0:1.8.1</c>.</summary>", false)]
    [InlineData("    // 1-0:1.8.1", false)]
    [InlineData("var time = \"12:30:45\";", false)]
    public void An_OBIS_reference_is_seen_in_any_kind_of_string_but_not_in_comments(string line, bool expected)
        => Assert.Equal(expected, HoldsReference(line));

    [Theory, MemberData(nameof(Components))]
    public void A_component_references_no_package(string component)
        => Assert.Empty(Project(component).Descendants("PackageReference"));

    [Fact]
    public void Projects_reference_each_other_in_the_allowed_directions_only()
    {
        foreach (var path in Repository.Files("src", "*.csproj"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            Assert.Contains(name, Allowed.Keys);
            var used = Project(name).Descendants("ProjectReference").Select(static reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
            Assert.All(used, other => Assert.Contains(Path.GetFileNameWithoutExtension(other), Allowed[name]));
        }
    }

    [Theory]
    [InlineData("P1Bridge.Mqtt")]
    [InlineData("P1Bridge.Serial")]
    [InlineData("P1Bridge.Templating")]
    public void At_most_one_file_of_the_program_touches_a_component(string component)
    {
        var touching = Repository.Files(Path.Combine("src", "P1Bridge"), "*.cs").Where(path => !IsOfTheClient(path) && Touches(File.ReadAllText(path), component)).ToList();

        Assert.True(touching.Count <= 1, $"{component} is touched by {string.Join(", ", touching)}; a package could not take its place by one file");
    }

    [Theory]
    [InlineData("using P1Bridge.Mqtt;", true)]
    [InlineData("using P1Bridge.Mqtt.Protocol;", true)]
    [InlineData("using static P1Bridge.Mqtt.TopicName;", true)]
    [InlineData("using Client = P1Bridge.Mqtt.MqttClient;", true)]
    [InlineData("var client = new P1Bridge.Mqtt.MqttClient();", true)]
    [InlineData("var client = new global::P1Bridge.Mqtt.MqttClient();", true)]
    [InlineData("using P1Bridge.MqttThings;", false)]
    [InlineData("namespace P1Bridge.Outputs;", false)]
    public void A_component_is_touched_by_using_or_by_full_name(string line, bool expected) => Assert.Equal(expected, Touches(line, "P1Bridge.Mqtt"));

    [Fact]
    public void No_file_is_too_long_to_read()
        => Assert.Empty(
            from path in Repository.Files("src", "*.cs")
            let lines = File.ReadLines(path).Count()
            where lines > LongestFile
            select $"{path}: {lines} lines; {LongestFile} is the limit");

    [Fact]
    public void The_core_reads_no_clock_and_no_file()
        => Assert.Empty(
            from path in Repository.Files(Path.Combine("src", "P1Bridge.Core"), "*.cs")
            from Match match in Outside().Matches(File.ReadAllText(path))
            select $"{path}: {match.Value}; time comes in as a parameter, I/O is the program's");

    /// <summary>The command <c>mqtt pub|sub</c> shows what this very client does; with another client it would go, or be that client's.</summary>
    static bool IsOfTheClient(string path) => path.Replace('\\', '/').Contains("/P1Bridge/Cli/Messaging/", StringComparison.Ordinal);

    static XDocument Project(string name) => XDocument.Load(Repository.PathOf("src", name, $"{name}.csproj"));

    static bool HoldsReference(string line) => !line.AsSpan().TrimStart().StartsWith("//") && Reference().IsMatch(line);

    static bool Touches(string source, string component) => Regex.IsMatch(source, $@"\b{Regex.Escape(component)}\b");

    [GeneratedRegex(@"\d-(\d{1,3}|n):\d{1,3}\.\d{1,3}\.\d{1,3}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b(DateTime(Offset)?\.(Utc)?Now|TimeProvider\.System|Stopwatch|File\.|Directory\.|Socket|Console\.|Environment\.Get)")]
    private static partial Regex Outside();
}
