using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

public class FirstTelegramTests
{
    [Fact]
    public void The_line_names_the_meters_how_many_values_and_where_they_go()
        => Assert.Equal(
            "the first telegram is in, from electricity meter 1SAG9999000103 with gas meter 7FLO9999000201, water meter 8SEN9999000301: 47 values, here",
            System.Text.RegularExpressions.Regex.Replace(FirstTelegram.Describe(new Pipeline().Feed(Corpus.Bytes("fluvius-3p-gas-water-peaks.txt")), "here"), @"\d+ values", "47 values"));

    [Fact]
    public void A_meter_without_a_number_is_told_as_such()
        => Assert.Equal(
            "the first telegram is in, from an electricity meter that does not tell its number: 1 value, here",
            FirstTelegram.Describe(new Pipeline().Feed("1-0:1.7.0(1*kW)"), "here"));

    [Theory]
    [InlineData("", "which go below p1bridge/meter/ on b and to Home Assistant")]
    [InlineData("homeassistant: {enabled: false}", "which go below p1bridge/meter/ on b")]
    [InlineData("homeassistant: {enabled: false}\noutputs: {mqtt_values: {enabled: false}, console: {enabled: true}}", "which go to the terminal")]
    [InlineData("homeassistant: {enabled: false}\noutputs: {mqtt_values: {enabled: false}}", "which go nowhere: no output is on")]
    public void The_destination_is_what_is_switched_on(string more, string expected)
    {
        var options = OptionsLoader.LoadText($"meters: [{{source: simulator}}]\nmqtt: {{host: b}}\n{more}\n", "p1bridge.yaml", new Dictionary<string, string>(), []).Options;

        Assert.Equal(expected, FirstTelegram.DestinationOf(options, "meter"));
    }

    [Fact]
    public void Of_several_brokers_the_name_is_said_as_well()
    {
        const string Two = "meters: [{source: simulator}]\nmqtt: [{host: b}, {name: far, host: b, port: 1999}]\nhomeassistant: {enabled: false}\noutputs: {mqtt_json: {enabled: true, broker: far}}\n";
        var options = OptionsLoader.LoadText(Two, "p1bridge.yaml", new Dictionary<string, string>(), []).Options;

        Assert.Equal("which go below p1bridge/meter/ on main at b and below p1bridge/meter/ on far at b", FirstTelegram.DestinationOf(options, "meter"));
    }
}
