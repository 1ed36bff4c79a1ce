using System.Runtime.CompilerServices;
using P1Bridge.Templating.Tests.Support;

namespace P1Bridge.Templating.Tests;

/// <summary>
/// The language by example: each <c>Cases/NNN-name.txt</c> renders to its <c>.out.txt</c>, or is refused with the message in it.
/// <c>P1BRIDGE_UPDATE=1</c> takes over what is rendered; then read the difference.
/// </summary>
public class CaseTests
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Cases");

    public static TheoryData<string> Names => [.. AllNames()];

    [Theory, MemberData(nameof(Names))]
    public void A_template_renders_as_its_out_file_says(string name)
    {
        var actual = Rendered(name);
        var expected = Path.ChangeExtension(name, ".out.txt");
        if (Environment.GetEnvironmentVariable("P1BRIDGE_UPDATE") == "1") File.WriteAllText(Path.Combine(SourceFolder(), expected), actual);
        else Assert.Equal(File.ReadAllText(Path.Combine(Folder, expected)), actual);
    }

    [Fact]
    public void There_is_an_out_file_for_each_case_and_no_other()
    {
        var outs = Directory.GetFiles(Folder, "*.out.txt").Select(static path => Path.GetFileName(path).Replace(".out.txt", ".txt", StringComparison.Ordinal));

        Assert.Equal(AllNames(), outs.Order(StringComparer.Ordinal));
        Assert.True(AllNames().Count > 150);
    }

    [Fact]
    public void Rendering_twice_gives_the_same()
    {
        foreach (var name in AllNames())
        {
            var template = Template.Parse(File.ReadAllText(Path.Combine(Folder, name)), name);
            if (!template.HasErrors) Assert.Equal(RenderOrMessage(template), RenderOrMessage(template));
        }
    }

    static List<string> AllNames()
        => [.. Directory.GetFiles(Folder, "*.txt").Select(static path => Path.GetFileName(path)).Where(static name => !name.EndsWith(".out.txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    static string Rendered(string name)
    {
        var template = Template.Parse(File.ReadAllText(Path.Combine(Folder, name)), name);
        return template.HasErrors ? $"{template.Messages[0]}\n" : RenderOrMessage(template);
    }

    static string RenderOrMessage(Template template)
    {
        try
        {
            return template.Render(TestModel.Context());
        }
        catch (ScriptRuntimeException refused)
        {
            return $"{refused.Message}\n";
        }
    }

    static string SourceFolder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Cases");
}
