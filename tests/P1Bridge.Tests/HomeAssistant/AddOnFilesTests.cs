using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.RegularExpressions;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace P1Bridge.Tests.HomeAssistant;

/// <summary>What the Supervisor, the add-on linter and the store expect of the add-on's folder.</summary>
public partial class AddOnFilesTests
{
    static readonly string[] Required = ["name", "version", "slug", "description", "arch"];

    static readonly string[] Known =
    [
        "apparmor", "arch", "backup", "backup_exclude", "boot", "breaking_versions", "description", "environment", "homeassistant", "hassio_api", "homeassistant_api", "image", "ingress",
        "ingress_port", "ingress_stream", "init", "name", "options", "panel_admin", "panel_icon", "panel_title", "ports", "ports_description", "schema", "services", "slug", "stage",
        "startup", "timeout", "tmpfs", "uart", "udev", "url", "usb", "version",
    ];

    /// <summary>Giving a key its default is refused.</summary>
    static readonly Dictionary<string, string> Defaults = new()
    {
        ["apparmor"] = "true", ["backup"] = "hot", ["boot"] = "auto", ["hassio_api"] = "false", ["homeassistant_api"] = "false", ["ingress"] = "false", ["ingress_port"] = "8099",
        ["ingress_stream"] = "false", ["init"] = "true", ["panel_admin"] = "true", ["stage"] = "stable", ["startup"] = "application", ["timeout"] = "10", ["tmpfs"] = "false", ["uart"] = "false",
        ["udev"] = "false", ["usb"] = "false", ["panel_icon"] = "mdi:puzzle",
    };

    static readonly YamlMappingNode Config = Read("homeassistant", "addon", "config.yaml");

    static IEnumerable<string> Languages => OptionSchema.Root.Walk().Single(static entry => entry.Path == "homeassistant.language").Node.Choices;

    public static TheoryData<string> TranslatedLanguages => [.. Languages];

    [Fact]
    public void The_configuration_has_what_is_required_and_nothing_that_is_refused()
    {
        var keys = Config.Children.Keys.Select(static key => key.ToString()).ToList();

        Assert.Empty(Required.Except(keys));
        Assert.Empty(keys.Except(Known));
        Assert.DoesNotContain(Config.Children, static pair => Defaults.TryGetValue(pair.Key.ToString(), out var standard) && pair.Value.ToString() == standard);
        Assert.Equal(["aarch64", "amd64"], Texts(Config["arch"]));
        Assert.Equal(["mqtt:want"], Texts(Config["services"]));
        Assert.Matches("^[a-z0-9_]+$", Config["slug"].ToString());
    }

    [Fact]
    public void The_version_is_the_programs()
    {
        Assert.Equal(BridgeReports.Version, Config["version"].ToString());
        Assert.Contains($"ARG VERSION={BridgeReports.Version}\n", Text("homeassistant", "addon", "Dockerfile"), StringComparison.Ordinal);
        Assert.Contains($"## {BridgeReports.Version}\n", Text("homeassistant", "addon", "CHANGELOG.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_option_has_a_type_that_the_Supervisor_knows_and_a_required_one_a_default()
    {
        var (schema, options) = ((YamlMappingNode)Config["schema"], (YamlMappingNode)Config["options"]);
        foreach (var (key, type) in schema.Children)
        {
            var isGiven = options.Children.ContainsKey(key);
            if (type is not YamlScalarNode scalar)
            {
                // A section or a list cannot be optional: without its default the app does not start.
                Assert.True(isGiven, $"{key} needs a default");
                Assert.All(Leaves(type), static leaf => Assert.Matches(OptionType(), leaf));
                continue;
            }
            Assert.Matches(OptionType(), scalar.Value);
            Assert.True(isGiven != scalar.Value!.EndsWith('?'), $"{key}: an optional one has no default, another one has");
        }
        Assert.Empty(options.Children.Keys.Except(schema.Children.Keys));
    }

    [Theory]
    [InlineData("language", "en", "nl", "fr", "de")]
    [InlineData("log_level", "trace", "debug", "information", "warning", "error")]
    public void A_choice_is_the_programs_own(string option, params string[] words)
    {
        Assert.Equal($"list({string.Join('|', words)})", Config["schema"][option].ToString());
        var path = option == "language" ? "homeassistant.language" : "log.level";
        Assert.Equal(words, OptionSchema.Root.Walk().Single(entry => entry.Path == path).Node.Choices);
        Assert.Contains(Config["options"][option].ToString(), words);
    }

    [Fact]
    public void Each_language_that_can_be_chosen_has_a_translation()
    {
        var files = Directory.EnumerateFiles(PathOf("translations")).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

        Assert.Equal(Languages.Select(static language => $"{language}.yaml").Order(StringComparer.Ordinal), files);
    }

    [Theory]
    [MemberData(nameof(TranslatedLanguages))]
    public void Every_option_is_explained_in_each_language(string language)
    {
        var texts = (YamlMappingNode)Read("homeassistant", "addon", "translations", $"{language}.yaml")["configuration"];
        var schema = (YamlMappingNode)Config["schema"];

        Assert.Equal(schema.Children.Keys, texts.Children.Keys);
        Assert.Equal(((YamlMappingNode)schema["mqtt"]).Children.Keys, ((YamlMappingNode)texts["mqtt"]["fields"]).Children.Keys);
        Assert.All(texts.Children.Values.Concat(((YamlMappingNode)texts["mqtt"]["fields"]).Children.Values), static text =>
        {
            Assert.False(string.IsNullOrWhiteSpace(text["name"].ToString()));
            Assert.False(string.IsNullOrWhiteSpace(text["description"].ToString()));
        });
    }

    [Theory]
    [InlineData("icon", 128, 128)]
    [InlineData("logo", 250, 100)]
    public void The_pictures_have_the_sizes_that_the_store_shows_and_their_drawings(string name, int width, int height)
    {
        var png = File.ReadAllBytes(PathOf($"{name}.png"));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((width, height), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.StartsWith("<svg ", Text("homeassistant", "addon", $"{name}.svg"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_repository_says_who_it_is()
    {
        var repository = Read("repository.yaml");

        Assert.Equal("P1Bridge", repository["name"].ToString());
        Assert.True(Uri.TryCreate(repository["url"].ToString(), UriKind.Absolute, out _));
        // The Supervisor looks at every folder for this name.
        Assert.Equal([PathOf("config.yaml")], Directory.EnumerateFiles(Repository.Root, "config.y*ml", SearchOption.AllDirectories).Where(static path => !path.Contains("/bin/", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_profile_is_one_that_AppArmor_takes()
    {
        // Debian keeps it where only root's search path leads.
        var parser = File.Exists("/usr/sbin/apparmor_parser") ? "/usr/sbin/apparmor_parser" : "apparmor_parser";
        using var process = Process.Start(new ProcessStartInfo(parser, ["-Q", "--skip-cache", PathOf("apparmor.txt")]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, errors);
        Assert.Contains("\nprofile p1bridge flags=(attach_disconnected,mediate_deleted) {\n", Text("homeassistant", "addon", "apparmor.txt"), StringComparison.Ordinal);
    }

    /// <summary>The start script asks the Supervisor and the health check the program, both outside the program's own profile.</summary>
    [Fact]
    public void The_scripts_may_use_the_network_too()
    {
        var profile = Text("homeassistant", "addon", "apparmor.txt");
        var outside = profile[..profile.IndexOf("\n  profile p1bridge ", StringComparison.Ordinal)];

        Assert.Contains("\n  network inet stream,\n", outside, StringComparison.Ordinal);
        Assert.Contains("\n  network inet dgram,\n", outside, StringComparison.Ordinal);
    }

    [Theory]
    // Without its first line s6 hides the Supervisor's token from the script.
    [InlineData("run", "#!/command/with-contenv bash\n")]
    [InlineData("finish", "#!/usr/bin/env bash\n")]
    public void Scripts_can_be_run_by_s6(string name, string firstLine)
    {
        var path = PathOf("rootfs", "etc", "s6-overlay", "s6-rc.d", "p1bridge", name);

        Assert.StartsWith(firstLine, File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.Exists(PathOf("rootfs", "etc", "s6-overlay", "s6-rc.d", "user", "contents.d", "p1bridge")));
        Assert.Equal("longrun\n", File.ReadAllText(PathOf("rootfs", "etc", "s6-overlay", "s6-rc.d", "p1bridge", "type")));
    }

    [Fact]
    public void Every_setting_that_the_start_script_makes_is_one_of_the_program()
    {
        var script = File.ReadAllText(PathOf("rootfs", "etc", "s6-overlay", "s6-rc.d", "p1bridge", "run"));
        var known = OptionSchema.Paths.Select(static path => OptionSchema.Concrete(path, path).Variable).ToHashSet();
        var made = Setting().Matches(script).Select(static match => match.Value).Distinct().ToList();

        Assert.True(made.Count > 10);
        Assert.Empty(made.Except(known));
    }

    [Fact]
    public void Both_images_hold_the_same_program()
    {
        Assert.Contains("/out/p1bridge /usr/bin/p1bridge\n", Text("src", "P1Bridge", "Dockerfile"), StringComparison.Ordinal);
        Assert.Contains("COPY --from=program /usr/bin/p1bridge /usr/bin/p1bridge\n", Text("homeassistant", "addon", "Dockerfile"), StringComparison.Ordinal);
    }

    /// <summary>A program that hangs would else collect a check a minute that hangs with it.</summary>
    [Theory]
    [InlineData("src/P1Bridge/Dockerfile", "CMD [\"timeout\", \"5\", ")]
    [InlineData("homeassistant/addon/Dockerfile", "CMD curl --max-time 5 ")]
    public void A_health_check_ends_by_itself(string file, string expected) => Assert.Contains(expected, Text(file.Split('/')), StringComparison.Ordinal);

    [Fact]
    public void The_program_gets_no_key_to_the_Supervisor()
        => Assert.Contains("\nunset SUPERVISOR_TOKEN HASSIO_TOKEN\n", Text("homeassistant", "addon", "rootfs", "etc", "s6-overlay", "s6-rc.d", "p1bridge", "run"), StringComparison.Ordinal);

    static IEnumerable<string> Leaves(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.Values.SelectMany(Leaves),
        YamlSequenceNode list => list.Children.SelectMany(Leaves),
        _ => [node.ToString()],
    };

    static IEnumerable<string> Texts(YamlNode list) => ((YamlSequenceNode)list).Children.Select(static item => item.ToString());

    static YamlMappingNode Read(params ReadOnlySpan<string> path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text(path)));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    static string Text(params ReadOnlySpan<string> path) => File.ReadAllText(Repository.PathOf(path));

    static string PathOf(params ReadOnlySpan<string> parts) => Repository.PathOf(["homeassistant", "addon", .. parts]);

    [GeneratedRegex(@"^((str|password)(\(\d*,\d*\))?|bool|(int|float)(\([\d.]*,[\d.]*\))?|email|url|port|match\(.+\)|list\([^|]+(\|[^|]+)+\)|device(\(subsystem=[a-z]+\))?)\??$")]
    private static partial Regex OptionType();

    [GeneratedRegex("P1BRIDGE_[A-Z0-9_]+")]
    private static partial Regex Setting();
}
