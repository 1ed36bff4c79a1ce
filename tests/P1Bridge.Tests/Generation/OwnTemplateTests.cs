using P1Bridge.Generation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Generation;

/// <summary>Templates of the user's own.</summary>
public sealed class OwnTemplateTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loops_functions_filters_and_includes_render()
    {
        _folder.Add("openhab/shout.scriban", "{{ func shout(text); ret (text | string.upcase) + '!'; end ~}}\n");
        _folder.Add("openhab/p1bridge.items.scriban", """
            {{~ include 'shout.scriban'; include 'functions.scriban' ~}}
            {{~ for meter in meters; for device in meter.devices; for item in device.items limit: 2 ~}}
            String {{ item.name }} {{ shout item.label | quoted }}
            {{~ end; end; end ~}}
            {{ meters[0].devices | array.map "id" | array.join "," }}
            """);

        var items = SomeOpenHab.Text(SomeOpenHab.Files(templates: _folder.Path), ".items");

        Assert.EndsWith("""
            String P1_Power_Import "POWER IMPORT!"
            String P1_Power_Export "POWER EXPORT!"
            String P1_Gas_Volume "VOLUME!"
            String P1_Gas_Read_Time "LAST READING!"
            String P1_Water_Volume "VOLUME!"
            String P1_Water_Read_Time "LAST READING!"
            main,gas,water

            """, items, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_user_wins_and_the_others_stay_built_in()
    {
        _folder.Add("p1bridge.persist.scriban", "// {{ program.name }}");

        var (mine, builtIn) = (SomeOpenHab.Files(templates: _folder.Path), SomeOpenHab.Files());

        Assert.EndsWith("// P1Bridge\n", SomeOpenHab.Text(mine, ".persist"), StringComparison.Ordinal);
        Assert.Equal(builtIn.SkipLast(1), mine.SkipLast(1));
    }

    [Fact]
    public void A_mistake_is_shown_with_place_line_and_caret()
    {
        var path = _folder.Add("openhab/p1bridge.things.scriban", "// things\n{{ for x in }}\n");

        var fault = Assert.Throws<TemplateException>(() => SomeOpenHab.Files(templates: _folder.Path));

        Assert.StartsWith($"{path}:2:", fault.Message, StringComparison.Ordinal);
        Assert.Matches(@"\n\{\{ for x in \}\}\n +\^", fault.Message);
    }

    [Theory]
    [InlineData("{{ while true }}{{ end }}", "`while` is not supported here")]
    [InlineData("{{ 'a' | regex.match 'b' }}", "regex")]
    [InlineData("{{ import meters }}", "`import`")]
    [InlineData("{{ with meters }}{{ end }}", "`with`")]
    public void An_unsupported_construct_is_refused_by_name(string template, string expected)
    {
        _folder.Add("p1bridge.items.scriban", template);

        var fault = Assert.Throws<TemplateException>(() => SomeOpenHab.Files(templates: _folder.Path));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_what_is_included_names_that_file()
    {
        var path = _folder.Add("openhab/words.scriban", "{{ t = }}");

        var fault = Assert.Throws<TemplateException>(() => SomeOpenHab.Files(templates: _folder.Path));

        Assert.StartsWith($"{path}:1:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_is_found_nowhere_else() => Assert.Throws<IOException>(() => new TemplateFolder(_folder.Path).Open("../../etc/passwd"));

    [Fact]
    public void A_misspelt_folder_is_named() => Assert.Throws<IOException>(() => new TemplateFolder(_folder.PathOf("nowhere")).Check());

    [Theory]
    [InlineData("p1bridge.item.scriban", "p1bridge.items.scriban")]
    [InlineData("openhab/p1bridge.sitemaps.scriban", "openhab/p1bridge.sitemap.scriban")]
    [InlineData("openHAB/p1bridge.items.scriban", "openhab/p1bridge.items.scriban")]
    [InlineData("templates/openhab/p1bridge.items.scriban", "openhab/p1bridge.items.scriban")]
    [InlineData("p1bridge.items.scribam", "p1bridge.items.scriban")]
    [InlineData("items.scriban", "openhab/p1bridge.items.scriban")]
    public void A_misspelt_template_is_named_with_what_was_meant(string name, string meant)
    {
        if (OperatingSystem.IsWindows() && name.Equals(meant, StringComparison.OrdinalIgnoreCase)) return; // The case of a name does not matter there.
        var path = _folder.Add(name, "x");

        var line = Assert.Single(MisspeltAfterRendering());

        Assert.StartsWith(path, line, StringComparison.Ordinal);
        Assert.EndsWith($"Did you mean {meant}?", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_templates_include_and_what_other_commands_use_is_not_misspelt()
    {
        _folder.Add("openhab/function.scriban", "{{ x = 1 }}");
        _folder.Add("openhab/p1bridge.items.scriban", "{{ include 'function.scriban'; x }}");
        _folder.Add("dashboard.yaml.scriban", "another command's");
        _folder.Add("openhab/p1bridge.things.scriban.bak", "an editor's");
        _folder.Add("notes.md", "the user's");
        _folder.Add("house.scriban", "the user's too");

        Assert.Empty(MisspeltAfterRendering());
    }

    IReadOnlyList<string> MisspeltAfterRendering()
    {
        var templates = new TemplateFolder(_folder.Path);
        OpenHabFiles.Render(templates, SomeOpenHab.Model(), "test");
        return templates.Misspelt();
    }
}
