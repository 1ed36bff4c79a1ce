using P1Bridge.Cli.Doctor;
using P1Bridge.Configuration;

namespace P1Bridge.Tests.Cli.Doctor;

public class BrokerAdviceTests
{
    [Fact]
    public void A_login_that_is_set_is_to_be_compared_and_one_that_is_not_is_to_be_set()
    {
        Assert.StartsWith("The broker wants a login: set mqtt.user", Advice(new MqttOptions { Host = "broker.lan" }, "refused")[0], StringComparison.Ordinal);
        Assert.StartsWith("Compare mqtt.user", Advice(new MqttOptions { Host = "broker.lan", User = "me" }, "refused")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_brokers_is_named()
        => Assert.Contains("user of the broker 'cloud'", BrokerAdvice.For(new MqttOptions { Name = "cloud", Host = "broker.lan" }, "refused", isOneOfSeveral: true)[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_broker_on_this_machine_is_neither_pinged_nor_behind_a_firewall(string host)
    {
        var advice = Advice(new MqttOptions { Host = host }, "network");

        Assert.Contains("Does the broker run on this machine?", advice[0], StringComparison.Ordinal);
        Assert.DoesNotContain(advice, static step => step.Contains("ping", StringComparison.Ordinal) || step.Contains("firewall", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1883, false, false)]
    [InlineData(8883, true, false)]
    [InlineData(8883, false, true)]
    [InlineData(1, false, true)]
    public void Only_an_unusual_port_is_doubted(int port, bool isEncrypted, bool isDoubted)
    {
        var advice = Advice(new MqttOptions { Host = "broker.lan", Port = port, Tls = new TlsOptions { Enabled = isEncrypted } }, "timeout");

        Assert.Equal(isDoubted, advice.Any(static step => step.Contains("Is port", StringComparison.Ordinal)));
    }

    static IReadOnlyList<string> Advice(MqttOptions broker, string kind) => BrokerAdvice.For(broker, kind, isOneOfSeveral: false);
}
