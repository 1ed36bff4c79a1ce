using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class SecretTests
{
    const string Marker = "Zq9Xw7";

    [Fact]
    public void A_secret_prints_as_stars()
    {
        var options = Some.Options(Some.Minimal, null, "mqtt.password=" + Marker);
        Assert.Equal(Marker, options.Mqtt.Password.Reveal());
        Assert.DoesNotContain(Marker, options.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", $"{options.Mqtt.Password}");
    }

    [Theory]
    [InlineData("geheim", "geheim")]
    [InlineData("geheim\n", "geheim")]
    [InlineData("geheim\r\n", "geheim")]
    [InlineData(" ge heim \n\n", " ge heim \n")]
    public void A_secret_of_a_file_loses_one_line_end(string content, string secret)
    {
        using var folder = new TemporaryFolder();
        var yaml = $"{Some.Minimal}  password_file: {folder.Add("secret", content)}\n";
        Assert.Equal(secret, Some.Options(yaml).Mqtt.Password.Reveal());
    }

    [Fact]
    public void What_is_given_further_up_wins_whether_value_or_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("secret", "of the file");
        Assert.Equal("of the file", Some.Options(Some.Minimal + "  password: x\n", Some.Environment($"P1BRIDGE_MQTT__PASSWORD_FILE={file}")).Mqtt.Password.Reveal());
        Assert.Equal("x", Some.Options($"{Some.Minimal}  password_file: {file}\n", Some.Environment("P1BRIDGE_MQTT__PASSWORD=x")).Mqtt.Password.Reveal());
    }

    [Fact]
    public void An_empty_secret_file_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("secret", "\n");
        Assert.Equal($"command line: mqtt.password_file: '{file}' is empty", Some.Message(Some.Minimal, null, $"mqtt.password_file={file}"));
    }

    [Fact]
    public void A_secret_file_that_is_not_text_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("secret", [0xFF, 0xC0]);
        Assert.Equal($"command line: mqtt.password_file: '{file}' is not UTF-8 text", Some.Message(Some.Minimal, null, $"mqtt.password_file={file}"));
    }

    [Fact]
    public void No_secret_written_into_the_file_appears_in_any_output()
    {
        // Without quotes and with a sign in front that means something to YAML, so that many of these files are broken at the secret.
        var sign = Gen.Elements("", "'", "\"", "{", "[", "*", "&", "!", "!!", "%", "@", "`", "|", ">", "?", "? ", "- ", "#", ",", "]", "}", "~", ": ", "<<: ");
        var tail = Gen.Elements("", ": x", ": ", " #", "'", "\"", "}", "]", ", a: b", "\\q", "\t", "@", "é", "\uFFFE", "\u0001", ": " + Marker);
        Check(from before in sign from after in tail select before + Marker + after, secret => Outputs($"{Some.Minimal}  password: {secret}\n", []));
    }

    [Fact]
    public void No_secret_of_environment_or_command_line_appears_in_any_output()
    {
        var text = ArbMap.Default.GeneratorFor<string?>().Select(s => Marker + s);
        Check(text, secret => Outputs(Some.Minimal, Some.Environment("P1BRIDGE_MQTT__PASSWORD=" + secret)));
        Check(text, secret => Outputs(Some.Minimal, [], "mqtt.password=" + secret));
        Check(text, secret => Outputs(Some.Minimal, [], "mqtt.pasword=" + secret));
        Check(text, secret => Outputs(Some.Minimal, [], "mqtt.password " + secret));
        Check(text, secret => Outputs(Some.Minimal, Some.Environment("P1BRIDGE_MQTT__PASWORD=" + secret)));
        Check(text, secret => Outputs(Some.Minimal, [], "mqtt.host=me:" + secret + "@broker"));
        Check(text, secret => Outputs(Some.Minimal, [], "meters[0].source=tcp://me:" + secret + "@broker:1"));
    }

    [Fact]
    public void No_secret_of_a_file_of_its_own_appears_in_any_output()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Add("secret", "");
        Check(ArbMap.Default.GeneratorFor<string?>().Select(s => Marker + s), secret =>
        {
            File.WriteAllText(path, secret);
            return Outputs(Some.Minimal, [], "mqtt.password_file=" + path);
        });
    }

    static void Check(Gen<string> secrets, Func<string, string> outputs) =>
        Prop.ForAll(secrets.ToArbitrary(), secret => !outputs(secret).Contains(Marker, StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101, 7));

    /// <summary>All that is ever shown: once as it is, once with a mistake elsewhere so that there is a message.</summary>
    static string Outputs(string yaml, Dictionary<string, string> environment, params string[] overrides) =>
        Shown(yaml, environment, overrides) + Shown(yaml, environment, [.. overrides, "mqtt.port=x"]);

    static string Shown(string yaml, Dictionary<string, string> environment, string[] overrides)
    {
        try
        {
            var loaded = Some.Loaded(yaml, environment, overrides);
            return string.Join('\n', loaded.Warnings) + Some.Effective(loaded) + loaded.Options + loaded;
        }
        catch (ConfigurationException failure)
        {
            return failure.ToString();
        }
    }
}
