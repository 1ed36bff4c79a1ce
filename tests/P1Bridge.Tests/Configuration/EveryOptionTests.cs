using P1Bridge.Configuration;

namespace P1Bridge.Tests.Configuration;

public class EveryOptionTests
{
    public static TheoryData<string> Paths => [.. OptionCase.All.Select(c => c.Path)];

    [Fact]
    public void The_cases_name_every_key_that_holds_a_value()
    {
        // Files; and the profile, which asks for other keys beside it (see BrokersTests).
        string[] testedElsewhere = ["mqtt.profile", "mqtt.password_file", "mqtt.tls.ca_file", "mqtt.tls.cert_file", "mqtt.tls.key_file", "mqtt.tls.key_password_file",
            "meters[0].broker.tls.cert_file", "meters[0].broker.tls.key_file", "meters[0].broker.tls.key_password_file", "meters[0].decryption_key_file", "meters[0].authentication_key_file",
            "meters[0].http.token_file", "meters[0].http.ca_file", "meters[0].broker.password_file", "meters[0].broker.tls.ca_file"];
        // The keys of a message hang together: MessageOptionsTests; and those of an override: OverrideEntityTests.
        var known = OptionSchema.Root.Walk().Where(w => !w.Node.IsBranch && !w.Path.StartsWith("outputs.messages[]", StringComparison.Ordinal)
            && !w.Path.Contains("overrides[]", StringComparison.Ordinal)).Select(w => w.Path.Replace("[]", "[0]", StringComparison.Ordinal));
        var tested = OptionCase.All.Select(c => c.Path).Concat(testedElsewhere);
        Assert.Equal(known.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_value_of_a_case_is_not_the_default(string path)
    {
        // Any default would satisfy the three tests below.
        var option = OptionCase.Of(path);
        var defaults = Some.Options(Some.Minimal);
        if (path.Contains("tariff_names", StringComparison.Ordinal)) Assert.Empty(defaults.Meters[0].TariffNames);
        else Assert.NotEqual(option.Expected, option.Read(defaults));
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_value_of_the_file_is_read(string path)
    {
        var option = OptionCase.Of(path);
        Assert.Equal(option.Expected, option.Read(Some.Options(option.Yaml())));
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_value_of_the_environment_is_read(string path)
    {
        var option = OptionCase.Of(path);
        Assert.Equal(option.Expected, option.Read(Some.Options(Some.Minimal, Some.Environment($"{option.Variable}={option.Text}"))));
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_value_of_the_command_line_beats_both(string path)
    {
        var option = OptionCase.Of(path);
        // What stands in the environment would be refused if it were looked at.
        var environment = Some.Environment($"{option.Variable}=\u0001");
        Assert.Equal(option.Expected, option.Read(Some.Options(option.Yaml(), environment, $"{path}={option.Text}")));
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_effective_configuration_loads_to_the_same_values(string path)
    {
        var loaded = Some.Loaded(OptionCase.Of(path).Yaml());
        // A masked password is a password still, a masked key is none: it has to be filled in again.
        var effective = Some.Effective(loaded).Replace("_key: '***'", $"_key: '{OptionCase.Of(path).Text}'", StringComparison.Ordinal);
        var again = Some.Options(effective);
        var (meter, read) = (loaded.Options.Meters[0], again.Meters[0]);
        var expected = loaded.Options with
        {
            Mqtt = loaded.Options.Mqtt with { Password = again.Mqtt.Password, Tls = loaded.Options.Mqtt.Tls with { KeyPassword = again.Mqtt.Tls.KeyPassword } },
            Meters =
            [
                meter with
                {
                    Http = meter.Http with { Token = read.Http.Token },
                    Broker = meter.Broker with { Password = read.Broker.Password, Tls = meter.Broker.Tls with { KeyPassword = read.Broker.Tls.KeyPassword } },
                },
            ],
        };
        Assert.Equivalent(expected, again, strict: true);
    }

    [Fact]
    public void Everything_but_source_and_host_has_its_documented_default()
    {
        var options = Some.Options(Some.Minimal, new Dictionary<string, string> { ["STATE_DIRECTORY"] = "/state" });
        var expected = new BridgeOptions
        {
            Meters = [new MeterOptions { Source = new SimulatorSourceOptions() }],
            Mqtt = new MqttOptions { Host = "broker.lan" },
            StateDirectory = "/state",
        };
        Assert.Equivalent(expected, options, strict: true);
    }
}
