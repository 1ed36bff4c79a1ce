using P1Bridge.Cli;
using P1Bridge.Outputs;

namespace P1Bridge.Tests.Outputs;

public class ConnectionTests
{
    [Fact]
    public void The_client_id_is_stable_unique_and_taken_by_every_broker()
    {
        var id = MqttConnection.DeriveClientId("pi", "p1bridge");

        Assert.Equal(id, MqttConnection.DeriveClientId("pi", "p1bridge"));
        Assert.Matches("^[0-9a-zA-Z]{1,23}$", id);
        Assert.NotEqual(id, MqttConnection.DeriveClientId("pi2", "p1bridge"));
        Assert.NotEqual(id, MqttConnection.DeriveClientId("pi", "second"));
    }

    [Theory]
    [InlineData("broker.lan", "mqtt.host=broker.lan")]
    [InlineData("broker.lan:1884", "mqtt.host=broker.lan mqtt.port=1884")]
    [InlineData("10.0.0.2:1884", "mqtt.host=10.0.0.2 mqtt.port=1884")]
    [InlineData("fe80::1", "mqtt.host=fe80::1")]
    [InlineData("[fe80::1]", "mqtt.host=fe80::1")]
    [InlineData("[fe80::1]:1884", "mqtt.host=fe80::1 mqtt.port=1884")]
    public void A_broker_on_the_command_line_is_host_and_port(string broker, string settings)
        => Assert.Equal(settings, string.Join(' ', ConfigurationArguments.BrokerSettings(broker)));
}
