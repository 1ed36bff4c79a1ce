using P1Bridge.Cli;
using P1Bridge.Generation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

public sealed class GeneratedFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly StringWriter _output = new();
    readonly StringWriter _errors = new();

    GeneratedFolder Target => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_go_to_the_folders_of_openHAB_and_nothing_else_is_left()
    {
        Assert.Equal(ExitCodes.Done, Write(SomeOpenHab.Files()));

        Assert.Equal(["items/p1bridge.items", "persistence/rrd4j.persist", "rules/p1bridge.rules", "sitemaps/p1bridge.sitemap", "things/p1bridge.things"], _folder.Files());
        var bytes = File.ReadAllBytes(_folder.PathOf("items", "p1bridge.items"));
        Assert.NotEqual(0xEF, bytes[0]);
        Assert.DoesNotContain((byte)'\r', bytes);
        Assert.Equal((byte)'\n', bytes[^1]);
    }

    [Fact]
    public void Another_user_can_read_them()
    {
        if (OperatingSystem.IsWindows()) return; // Windows has no modes.
        Write(SomeOpenHab.Files());

        Assert.Equal("rw-r--r--", ModeOf("items", "p1bridge.items"));
        Assert.Equal("rwxr-xr-x", ModeOf("items"));
        File.SetUnixFileMode(_folder.PathOf("items", "p1bridge.items"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        Write(SomeOpenHab.Files(SomeOpenHab.Options with { Language = "fr" }));
        Assert.Equal("rw-rw----", ModeOf("items", "p1bridge.items"));
    }

    string ModeOf(params ReadOnlySpan<string> parts)
    {
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_folder.PathOf(parts));
        return string.Concat("rwxrwxrwx".Select((letter, index) => ((int)mode >> (8 - index) & 1) == 1 ? letter : '-'));
    }

    [Fact]
    public void A_second_run_writes_nothing()
    {
        Write(SomeOpenHab.Files());
        var before = _folder.Files().ToDictionary(static name => name, name => File.GetLastWriteTimeUtc(_folder.PathOf(name)));

        Assert.Equal(ExitCodes.Done, Write(SomeOpenHab.Files()));

        Assert.Equal("Everything is up to date.", LastLine(_output));
        Assert.All(before, pair => Assert.Equal(pair.Value, File.GetLastWriteTimeUtc(_folder.PathOf(pair.Key))));
        Assert.Equal(ExitCodes.Done, Check(SomeOpenHab.Files()));
    }

    [Fact]
    public void A_stale_file_is_named_by_the_check_and_replaced_by_a_run()
    {
        Write(SomeOpenHab.Files());
        var dutch = SomeOpenHab.Files(SomeOpenHab.Options with { Language = "nl" });

        Assert.Equal(ExitCodes.Failed, Check(dutch));
        Assert.Contains("p1bridge.items: stale", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Write(dutch));
        Assert.Equal(ExitCodes.Done, Check(dutch));
        Assert.DoesNotContain(_folder.Files(), static name => name.EndsWith(".bak", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_by_hand_is_named_with_its_line_and_survives()
    {
        Write(SomeOpenHab.Files());
        var path = _folder.PathOf("items", "p1bridge.items");
        var edited = File.ReadAllText(path).Replace("\"Month peak [", "\"My peak [", StringComparison.Ordinal);
        File.WriteAllText(path, edited);
        var line = Array.FindIndex(edited.Split('\n'), static text => text.Contains("My peak", StringComparison.Ordinal)) + 1;

        Assert.Equal(ExitCodes.Failed, Check(SomeOpenHab.Files()));
        Assert.Contains($"  {line}: - Number:Power", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Checksum", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, Write(SomeOpenHab.Files(SomeOpenHab.Options with { Language = "nl" })));
        Assert.Contains("nothing was written", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(edited, File.ReadAllText(path));
        Assert.Contains("Energy meters", File.ReadAllText(_folder.PathOf("sitemaps", "p1bridge.sitemap")), StringComparison.Ordinal);
    }

    [Fact]
    public void With_force_each_former_file_is_kept_beside_the_new_one()
    {
        Write(SomeOpenHab.Files());
        var path = _folder.PathOf("items", "p1bridge.items");
        foreach (var text in (string[])["first", "second"])
        {
            File.WriteAllText(path, text);
            Assert.Equal(ExitCodes.Done, Write(SomeOpenHab.Files(), force: true));
        }

        Assert.Equal(["first", "second"], ((string[])["bak", "bak2"]).Select(end => File.ReadAllText($"{path}.{end}")));
        Assert.Equal(ExitCodes.Done, Check(SomeOpenHab.Files()));
    }

    [Fact]
    public void A_file_without_the_header_is_the_users()
    {
        var path = _folder.Add("things/p1bridge.things", "// mine\n");

        Assert.Equal(ExitCodes.Failed, Write(SomeOpenHab.Files()));

        Assert.Contains("not made by p1bridge", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("// mine\n", File.ReadAllText(path));
        Assert.Equal(["things/p1bridge.things"], _folder.Files());
    }

    [Fact]
    public void A_persistence_file_of_the_user_is_left_alone_even_with_force()
    {
        var path = _folder.Add("persistence/rrd4j.persist", "Items { * : strategy = everyChange }\n");

        Assert.Equal(ExitCodes.Done, Write(SomeOpenHab.Files(), force: true));

        Assert.Equal("Items { * : strategy = everyChange }\n", File.ReadAllText(path));
        Assert.Contains("alone: it is yours", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Check(SomeOpenHab.Files()));
    }

    [Fact]
    public void A_read_only_file_is_not_replaced()
    {
        Write(SomeOpenHab.Files());
        var path = _folder.PathOf("items", "p1bridge.items");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var fault = Assert.Throws<IOException>(() => Write(SomeOpenHab.Files(SomeOpenHab.Options with { Language = "de" })));

        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Contains("is read-only; make it writable", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Energy meters", File.ReadAllText(_folder.PathOf("sitemaps", "p1bridge.sitemap")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = _folder.Add("conf", "a file");

        var fault = Assert.Throws<IOException>(() => GenerationReport.Write(new(file), new GeneratedFolder(file).Compare(SomeOpenHab.Files()), force: false, _output, _errors));

        Assert.StartsWith(Path.Combine(file, "things", "p1bridge.things"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_only_another_version_made_has_no_difference_to_show()
    {
        Write(SomeOpenHab.Files());

        Assert.Equal(ExitCodes.Failed, Check(OpenHabFiles.Render(new TemplateFolder(null), SomeOpenHab.Model(), "0.0.1: test")));

        Assert.Contains("only the header", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("+ ", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "things/p1bridge.things", "items/p1bridge.items")]
    [InlineData(false, "yaml/p1bridge.yaml")]
    public void The_other_form_is_stale_for_the_check_and_removed_by_a_run(bool asYaml, params string[] others)
    {
        Write(Form(!asYaml));
        Assert.All(others, other => Assert.Contains(other, _folder.Files()));

        Assert.Equal(ExitCodes.Failed, Check(Form(asYaml)));
        Assert.All(others, other => Assert.Contains($"{Target.PathOf(GeneratedFile.Unwanted(other))}: of the other form", _output.ToString(), StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Done, Write(Form(asYaml)));

        Assert.All(others, other => Assert.DoesNotContain(other, _folder.Files()));
        Assert.Contains($"removed {Target.PathOf(GeneratedFile.Unwanted(others[0]))}", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Check(Form(asYaml)));
    }

    [Fact]
    public void The_other_form_with_a_change_by_hand_stands_in_the_way_and_is_kept_with_force()
    {
        Write(Form(asYaml: false));
        File.AppendAllText(_folder.PathOf("items", "p1bridge.items"), "// mine\n");

        Assert.Equal(ExitCodes.Failed, Write(Form(asYaml: true)));
        Assert.Contains("Delete it when nothing in it is needed", _errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("yaml/p1bridge.yaml", _folder.Files());
        Assert.Contains("things/p1bridge.things", _folder.Files());

        Assert.Equal(ExitCodes.Done, Write(Form(asYaml: true), force: true));
        Assert.EndsWith("// mine\n", File.ReadAllText(_folder.PathOf("items", "p1bridge.items.bak")), StringComparison.Ordinal);
        Assert.DoesNotContain("items/p1bridge.items", _folder.Files());
    }

    [Fact]
    public void Things_of_the_users_own_are_no_other_form()
    {
        var path = _folder.Add("things/p1bridge.things", "// mine\n");

        Assert.Equal(ExitCodes.Done, Write(Form(asYaml: true), force: true));

        Assert.Equal("// mine\n", File.ReadAllText(path));
        Assert.Equal(ExitCodes.Done, Check(Form(asYaml: true)));
    }

    [Fact]
    public void What_is_left_alone_anyway_may_be_read_only_or_a_folder()
    {
        string[] mine = [_folder.Add("items/p1bridge.items", "// mine\n"), _folder.Add("persistence/rrd4j.persist", "// mine\n")];
        foreach (var path in mine) File.SetAttributes(path, FileAttributes.ReadOnly);
        _folder.Add("things/p1bridge.things/notes", "// mine\n");

        var code = Write(Form(asYaml: true));

        foreach (var path in mine) File.SetAttributes(path, FileAttributes.Normal);
        Assert.Equal(ExitCodes.Done, code);
        Assert.All(mine, static path => Assert.Equal("// mine\n", File.ReadAllText(path)));
        Assert.Contains("yaml/p1bridge.yaml", _folder.Files());
        Assert.Contains("things/p1bridge.things/notes", _folder.Files());
    }

    [Fact]
    public void A_link_stays_one_and_what_it_leads_to_is_written()
    {
        if (OperatingSystem.IsWindows()) return; // Links need a right there.
        var target = _folder.Add("elsewhere/my.items", "");
        var link = _folder.PathOf("items", "p1bridge.items");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);

        Assert.Equal(ExitCodes.Done, Write(Form(asYaml: false), force: true));
        Assert.Equal(target, File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName);
        Assert.Contains("Number:Power", File.ReadAllText(target), StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Done, Write(Form(asYaml: true)));
        Assert.False(File.Exists(link));
        Assert.True(File.Exists(target));
    }

    [Fact]
    public void The_other_form_that_is_read_only_stands_in_the_way()
    {
        Write(Form(asYaml: false));
        var path = _folder.PathOf("items", "p1bridge.items");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        var fault = Assert.Throws<IOException>(() => Write(Form(asYaml: true)));

        File.SetAttributes(path, FileAttributes.Normal);
        Assert.Contains("is read-only", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("yaml/p1bridge.yaml", _folder.Files());
    }

    static IReadOnlyList<GeneratedFile> Form(bool asYaml) => [.. SomeOpenHab.Files(asYaml: asYaml), .. OpenHabFiles.Unwanted(asYaml)];

    [Theory]
    [InlineData("a\nb\nc\n", "a\nb\nc\n")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", "2: - b", "   + x")]
    [InlineData("a\nc\n", "a\nb\nc\n", "2: + b")]
    [InlineData("a\nb\nc\nd\n", "b\nd\n", "1: - a", "3: - c")]
    [InlineData("a\nb\nc\nd\n", "a\nx\ny\nd\n", "2: - b", "   - c", "   + x", "   + y")]
    [InlineData("", "a\n", "1: + a")]
    public void A_difference_names_the_lines(string found, string wanted, params string[] expected) => Assert.Equal(expected, TextDifference.Of(found, wanted));

    int Write(IReadOnlyList<GeneratedFile> files, bool force = false) => GenerationReport.Write(Target, Target.Compare(files), force, _output, _errors);

    int Check(IReadOnlyList<GeneratedFile> files) => GenerationReport.Check(Target, Target.Compare(files), _output);

    static string LastLine(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)[^1];
}
