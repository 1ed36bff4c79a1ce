using P1Bridge.Cli.Demo;

namespace P1Bridge.Tests.Cli.Demo;

public class DemoLineTests
{
    [Fact]
    public void Without_a_connection_the_line_says_so_and_claims_no_messages()
    {
        var line = DemoLine.Of(new DemoState { Telegrams = 1, Published = 7, Broker = DemoBrokerState.Away, BrokerHost = "broker.lan", BrokerPort = 1, BrokerFault = "connection refused" });

        Assert.Equal("1 telegram, no connection to the broker at broker.lan:1: connection refused", line);
    }

    [Fact]
    public void Before_the_first_answer_it_connects() => Assert.Equal(
        "0 telegrams, connecting to the broker at 127.0.0.1:1883", DemoLine.Of(new DemoState { Broker = DemoBrokerState.Connecting }));

    [Fact]
    public void With_a_connection_it_counts() => Assert.Equal(
        "2 telegrams, 1 message, 1 device announced",
        DemoLine.Of(new DemoState { Telegrams = 2, Published = 1, Broker = DemoBrokerState.Connected, Devices = [new DemoDevice("P1Bridge", 4)] }));
}
