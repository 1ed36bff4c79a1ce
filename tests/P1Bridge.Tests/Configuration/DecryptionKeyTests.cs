using FsCheck;
using FsCheck.Fluent;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class DecryptionKeyTests
{
    const string Key = "0f1E2D3C4B5A69788796A5B4C3D2E1F0";

    public static TheoryData<string> KeyNames => ["decryption_key", "authentication_key"];

    [Fact]
    public void Without_a_decryption_key_nothing_is_decrypted()
        => Assert.Null(Some.Options(Some.Minimal).Meters[0].Decryption);

    [Fact]
    public void A_decryption_key_alone_takes_the_published_authentication_key_and_checks_tags()
    {
        var decryption = Load($"meters[0].decryption_key={Key}").Options.Meters[0].Decryption!;

        Assert.Equal(Convert.FromHexString(Key), decryption.Key.ToArray());
        Assert.True(decryption.AuthenticationKey.IsEmpty);
        Assert.True(decryption.CheckTag);
    }

    [Fact]
    public void All_three_settings_reach_the_reader()
    {
        var decryption = Load($"meters[0].decryption_key={new string('1', 32)}", $"meters[0].authentication_key={Key}", "meters[0].check_tag=false")
            .Options.Meters[0].Decryption!;

        Assert.Equal(Enumerable.Repeat((byte)0x11, 16), decryption.Key.ToArray());
        Assert.Equal(Convert.FromHexString(Key), decryption.AuthenticationKey.ToArray());
        Assert.False(decryption.CheckTag);
    }

    [Fact]
    public void A_key_of_digits_only_needs_no_quotes()
    {
        var yaml = $"meters:\n  - source: simulator\n    decryption_key: {new string('0', 31)}1\nmqtt: {{host: broker.lan}}\n";

        Assert.Equal(1, Some.Options(yaml).Meters[0].Decryption!.Key.Span[^1]);
    }

    [Theory, MemberData(nameof(KeyNames))]
    public void A_key_may_stand_in_a_file(string name)
    {
        using var folder = new TemporaryFolder();
        var meter = Load($"meters[0].{name}_file={folder.Add("key", Key + "\n")}").Options.Meters[0];

        Assert.Equal(Key, (name == "decryption_key" ? meter.DecryptionKey : meter.AuthenticationKey).Reveal());
    }

    [Theory, MemberData(nameof(KeyNames))]
    public void What_is_no_key_is_refused_without_being_shown(string name)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Add("key", Key + " ");

        Assert.Equal(
            $"command line: meters[0].{name}: expected 32 hexadecimal digits, found 31 characters that are no key (not shown)", Refusal($"meters[0].{name}={Key[1..]}"));
        Assert.Equal(
            $"command line: meters[0].{name}: expected 32 hexadecimal digits, found 32 characters that are no key (not shown)", Refusal($"meters[0].{name}={Key[1..]}g"));
        Assert.Equal(
            $"command line: meters[0].{name}_file: expected 32 hexadecimal digits, found 33 characters that are no key (not shown)", Refusal($"meters[0].{name}_file={file}"));
    }

    [Fact]
    public void Settings_that_mean_nothing_without_a_key_are_warned_about()
    {
        Assert.Equal(["command line: meters[0].check_tag: not used without a decryption_key"], Load("meters[0].check_tag=false").Warnings);
        Assert.Equal(["command line: meters[0].authentication_key: not used without a decryption_key"], Load($"meters[0].authentication_key={Key}").Warnings);
        Assert.Empty(Load("meters[0].check_tag=false", $"meters[0].decryption_key={Key}").Warnings);
    }

    [Fact]
    public void No_key_right_or_wrong_appears_in_any_output()
    {
        var digits = Gen.Elements("0123456789abcdefABCDEF".ToCharArray()).ArrayOf(31).Select(static letters => "E" + new string(letters));
        var keys = Gen.OneOf(digits, digits.Select(static key => key + "x"), digits.Select(static key => key[..20]), digits.Select(static key => key + "@y"));
        Prop.ForAll(keys.ToArbitrary(), Gen.Elements("decryption_key", "authentication_key").ToArbitrary(), static (key, name) =>
            !Shown($"meters[0].{name}={key}").Contains(key[..16], StringComparison.OrdinalIgnoreCase)
            && !Shown($"meters[0].{name}={key}", "mqtt.port=x").Contains(key[..16], StringComparison.OrdinalIgnoreCase))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101, 7));
    }

    static LoadedOptions Load(params string[] overrides) => Some.Loaded(Some.Minimal, null, overrides);

    static string Refusal(string setting) => Some.Message(Some.Minimal, null, setting);

    static string Shown(params string[] overrides)
    {
        try
        {
            var loaded = Load(overrides);
            return string.Join('\n', loaded.Warnings) + Some.Effective(loaded) + loaded.Options + loaded + loaded.Options.Meters[0] + loaded.Options.Meters[0].Decryption;
        }
        catch (ConfigurationException failure)
        {
            return failure.ToString();
        }
    }
}
