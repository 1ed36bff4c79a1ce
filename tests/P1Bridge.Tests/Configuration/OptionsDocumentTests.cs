using System.Text.RegularExpressions;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public partial class OptionsDocumentTests
{
    // The rendering, not the committed file: the two are compared above, and tests run in any order.
    static string Example => OptionsDocument.ExampleFile();

    [Fact]
    public void The_committed_example_file_is_the_rendered_one() => RenderedFile.Check("config/p1bridge.yaml", OptionsDocument.ExampleFile());

    [Fact]
    public void The_committed_schema_is_the_rendered_one() => RenderedFile.Check("config/p1bridge.schema.json", OptionsDocument.JsonSchema());

    [Fact]
    public void The_committed_documentation_has_the_rendered_table()
    {
        const string Path = "docs/configuration.md";
        var text = File.ReadAllText(System.IO.Path.Combine(RenderedFile.Root, Path));
        var start = text.IndexOf("<!-- options -->", StringComparison.Ordinal) + "<!-- options -->".Length;
        var end = text.IndexOf("<!-- /options -->", StringComparison.Ordinal);
        RenderedFile.Check(Path, text[..start] + "\n" + OptionsDocument.Table() + text[end..]);
    }

    [Fact]
    public void The_example_file_loads_and_equals_the_defaults()
    {
        var expected = Some.Options("meters:\n  - source: /dev/ttyUSB0\nmqtt:\n  host: broker.lan\n");
        Assert.Equivalent(expected, Some.Options(Example), strict: true);
    }

    [Fact]
    public void Every_hidden_setting_of_the_example_file_is_at_its_default()
    {
        // One after the other in the order of the schema: a name such as "format" stands in several sections.
        var optional = new Queue<OptionNode>(OptionSchema.Root.Walk().Where(w => !w.Path.StartsWith("outputs.messages[]", StringComparison.Ordinal) && !IsRemark(w.Path)).Select(w => w.Node).Where(node => !node.IsBranch && !node.Required));
        var shown = HiddenSetting().Replace(Example, m =>
        {
            var node = optional.Dequeue();
            Assert.Equal(node.Name, m.Groups[2].Value);
            return node is { Default: not null, DefaultNote: null } ? $"{m.Groups[1].Value}{m.Groups[2].Value}:" : m.Value;
        });
        Assert.Empty(optional);
        Assert.Equivalent(Some.Options(Example), Some.Options(shown), strict: true);
    }

    [Fact]
    public void Every_example_is_a_value_that_its_key_accepts()
    {
        using var folder = new TemporaryFolder();
        var shown = KeyFile().Replace(HiddenSetting().Replace(Example, "$1$2:"), "");
        // A secret stands in one place only, and the example files are on no machine.
        var withoutSecretFile = PasswordFile().Replace(shown, "");
        Assert.Equal("a secret", Some.Options(withoutSecretFile).Mqtt.Password.Reveal());
        Assert.NotNull(Some.Options(withoutSecretFile).Meters[0].Decryption);
        var secret = folder.Add("secret", "from a file\n");
        var withSecretFile = PasswordFile().Replace(Password().Replace(shown, ""), $"$1password_file: {secret}\n");
        Assert.Equal("from a file", Some.Options(withSecretFile).Mqtt.Password.Reveal());
    }

    [Fact]
    public void The_example_of_a_list_that_starts_empty_is_one_that_its_keys_accept()
    {
        var shown = RemarkOfList().Replace(Example, "$1$2");

        var entity = Assert.Single(Some.Options(shown).HomeAssistant.Overrides);
        Assert.Equal(("power_import_l1", "", EntityCategory.Diagnostic, true), (entity.Measurement, entity.Name, entity.Category, entity.Enabled));
    }

    static bool IsRemark(string path) => path.Contains("overrides[]", StringComparison.Ordinal);

    [GeneratedRegex("^(  )# ((overrides|  (- )?(  )?(measurement|name|entity_category|enabled|device_class|exclude)):.*)", RegexOptions.Multiline)]
    private static partial Regex RemarkOfList();

    [GeneratedRegex("^( *)#([a-z0-9_]+):", RegexOptions.Multiline)]
    private static partial Regex HiddenSetting();

    [GeneratedRegex("^ *((decryption|authentication)_key_file|key_password_file|token_file):.*\n", RegexOptions.Multiline)]
    private static partial Regex KeyFile();

    [GeneratedRegex("^( *)password_file:.*\n", RegexOptions.Multiline)]
    private static partial Regex PasswordFile();

    [GeneratedRegex("^ *password:.*\n", RegexOptions.Multiline)]
    private static partial Regex Password();
}
