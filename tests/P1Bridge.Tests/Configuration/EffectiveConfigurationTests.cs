using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Configuration;

public class EffectiveConfigurationTests
{
    [Fact]
    public void Each_value_names_who_set_it()
    {
        using var folder = new TemporaryFolder();
        var environment = Some.Environment("P1BRIDGE_METERS__0__TARIFF_NAMES__2=nacht", "STATE_DIRECTORY=/state", "P1BRIDGE_MQTT__PASSWORD=x");
        var lines = Some.Effective(Some.Loaded(Some.Minimal, environment, "mqtt.port=1999", "mqtt.client_id=a b")).Split('\n');
        string[] expected =
        [
            "meters:",
            "  - source: simulator                         # p1bridge.yaml:2",
            "    name: meter                               # default",
            "    tariff_names:",
            "      # 1: not set",
            "      2: nacht                                # P1BRIDGE_METERS__0__TARIFF_NAMES__2",
            "    # target_demand: not set",
            "mqtt:",
            "  host: broker.lan                            # p1bridge.yaml:4",
            "  port: 1999                                  # command line",
            "  user: ''                                    # default",
            "  password: '***'                             # P1BRIDGE_MQTT__PASSWORD",
            "  # password_file: not set",
            "  client_id: 'a b'                            # command line",
            "state_directory: /state                       # default",
        ];
        Assert.Equal(expected, expected.Where(line => lines.Contains(line)));
    }

    [Fact]
    public void Without_a_password_no_stars_are_shown() => Assert.DoesNotContain("***", Some.Effective(Some.Loaded(Some.Minimal)), StringComparison.Ordinal);
}
