using System.Text;
using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class FuzzTests
{
    static readonly string[] Pieces =
    [
        "\n", "\n  ", "\n    ", "\n- ", "\n  - ", ": ", ":", "? ", "- ", "[", "]", "{", "}", ", ", "#", " #", "'", "\"", "|", ">", "|2-\n", "&a ", "*a", "!t ", "!<x>", "!!int ",
        "%YAML 1.2\n", "%TAG ! x\n", "---\n", "...\n", "~", "null", "true", "0x1F", "-1", "1e999", "\\", "\\x", "\\uD800", "\\U0011FFFF", "\t", "\r", "\u0085", "\uFEFF", "\u2028", "é", "😀",
        "\uD800", "<<", "@", "`", "meters", "mqtt", "host", "port", "tls", "source", "simulator", "simulator:seed=", "tcp://", "file:", "tariff_names", "1", "password", "60s", "ca_file", " ",
    ];

    static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(4000).WithEndSize(60).WithReplay(20_260_102, 9);

    [Fact]
    public void Text_that_looks_like_YAML_loads_or_is_refused_and_nothing_else() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), LoadsOrIsRefused).Check(Runs);

    [Fact]
    public void Random_bytes_load_or_are_refused_and_nothing_else() =>
        Prop.ForAll<byte[]>(bytes => Refuses(() => YamlReader.Read(YamlText.Decode(bytes, "f"), "f"))).Check(Runs);

    [Fact]
    public void A_damaged_example_file_loads_or_is_refused_and_nothing_else()
    {
        var example = OptionsDocument.ExampleFile().Replace("#", "", StringComparison.Ordinal);
        var damages = from at in Gen.Choose(0, example.Length - 1)
                      from length in Gen.Choose(0, 20)
                      from piece in Gen.Elements(Pieces)
                      select example[..at] + piece + example[Math.Min(example.Length, at + length)..];
        var whole = OptionsDocument.ExampleFile();
        var smallDamages = from at in Gen.Choose(0, whole.Length - 1) from piece in Gen.Elements(Pieces) select whole[..at] + piece + whole[at..];
        Prop.ForAll(Gen.OneOf(damages, smallDamages).ToArbitrary(), LoadsOrIsRefused).Check(Runs);
    }

    [Fact]
    public void Random_overrides_load_or_are_refused_and_nothing_else()
    {
        string[] parts = ["meters", "mqtt", "[0]", "[1]", ".0", ".", "source", "host", "tls", "=", "x", "simulator", "5s", "__", "password_file", "[99999999999]", "-1"];
        var argument = Gen.Elements(parts).ListOf().Select(string.Concat);
        Prop.ForAll(argument.ToArbitrary(), text => Refuses(() => Some.Loaded(Some.Minimal, null, text))).Check(Runs);
        Prop.ForAll(argument.ToArbitrary(), text =>
            Refuses(() => Some.Loaded(Some.Minimal, Some.Environment("P1BRIDGE_" + text.Replace('=', '_') + "=1")))).Check(Runs);
    }

    [Fact]
    public void Any_text_survives_being_written_as_YAML() =>
        Prop.ForAll<string?>(text =>
        {
            // A lone surrogate is no text; it cannot be written to a UTF-8 file at all.
            var sound = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
            var written = YamlText.Decode(Encoding.UTF8.GetBytes($"key: {YamlText.Scalar(sound)}\n"), "f");
            var value = Assert.IsType<YamlScalar>(YamlReader.Read(written, "f").Entries[0].Value);
            return value.Text == sound && !value.IsNothing && !value.IsSwitch;
        }).Check(Runs);

    static bool LoadsOrIsRefused(string text) => Refuses(() => Some.Loaded(text));

    /// <summary>True when it works or says why not in a message with a text; any other exception fails the test.</summary>
    static bool Refuses(Action load)
    {
        try
        {
            load();
            return true;
        }
        catch (ConfigurationException refusal)
        {
            return refusal.Problems.Count > 0 && refusal.Problems.All(p => p.Length > 0 && !p.Any(char.IsControl));
        }
    }
}
