using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Cli.Doctor;

public class DoctorConfigurationTests
{
    [Fact]
    public void A_complete_configuration_is_named_without_its_secrets()
    {
        var found = Load("meters: [{source: /dev/ttyUSB0}]\nmqtt: {host: broker.lan, user: me, password: hush}\n");
        Assert.Equal("p1bridge.yaml: one meter at /dev/ttyUSB0, broker broker.lan", found.Result.Text);
        Assert.True(found.HasMeter && !found.Result.IsFault);
    }

    [Fact]
    public void A_meter_can_be_examined_before_there_is_a_broker()
    {
        var found = Load("meters: [{source: /dev/ttyUSB0}]\n");
        Assert.Equal("p1bridge.yaml: one meter at /dev/ttyUSB0, no broker", found.Result.Text);
        Assert.False(found.Result.IsFault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mqtt: {host: broker.lan}\n")]
    public void Without_a_meter_it_says_how_to_try_one(string yaml)
    {
        var found = Load(yaml);
        Assert.Equal(("no_meter", CheckStatus.Problem, false), (found.Result.Finding, found.Result.Status, found.HasMeter));
        Assert.NotNull(found.Loaded);
        Assert.Contains("--source", string.Join(' ', found.Result.Advice), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meters: [{source: ttyUSB0}]\nmqtt: {host: broker.lan}\n", "meters[0].source")]
    [InlineData("meters: [{name: a}]\nmqtt: {host: broker.lan}\n", "meters[0].source")]
    [InlineData("meters: [{source: simulator}]\nmqtt: {host: 'not a host'}\n", "mqtt.host")]
    [InlineData("meters: [{source: simulator}]\nmqtt: {host: broker.lan}\nhomeasistant: {}\n", "homeassistant")]
    [InlineData("meters: [\n", "p1bridge.yaml")]
    public void A_wrong_configuration_is_quoted_problem_by_problem(string yaml, string named)
    {
        var found = Load(yaml);
        Assert.Null(found.Loaded);
        Assert.Equal("configuration_unusable", found.Result.Finding);
        Assert.Contains(found.Result.Details, line => line.Contains(named, StringComparison.Ordinal));
    }

    static DoctorConfiguration Load(string yaml)
        => DoctorConfiguration.Load(more => OptionsLoader.LoadText(yaml, "p1bridge.yaml", new Dictionary<string, string> { ["HOME"] = "/home/me" }, more));
}
