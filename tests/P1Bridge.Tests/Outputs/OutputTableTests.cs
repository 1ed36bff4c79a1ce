using P1Bridge.Cli.Demo;
using P1Bridge.Configuration;
using P1Bridge.Outputs;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Outputs;

public class OutputTableTests
{
    [Fact]
    public void Every_output_has_its_line_in_the_table()
    {
        var made = OutputTable.Create(AllOn, _ => new OutputContext(
            AllOn, CatalogueLoader.Load(), AllOn.Mqtt, new Topics("p1bridge"), static _ => { }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, "1.2.3"));
        var outputs = typeof(IOutput).Assembly.GetTypes()
            .Where(static type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IOutput)))
            // The demo watches its bridge through an output of its own.
            .Where(static type => type != typeof(DemoRecorder));

        Assert.Equal(outputs.Order(ByName), made.Select(static output => output.GetType()).Order(ByName));
        Assert.Equal(OutputTable.Rows.Select(static row => row.Name), made.Select(static output => output.Name));
    }

    [Fact]
    public void No_broker_is_needed_when_only_the_console_is_on()
    {
        var options = new BridgeOptions
        {
            HomeAssistant = new HomeAssistantOptions { Enabled = false },
            Outputs = new OutputsOptions { MqttValues = new MqttValuesOptions { Enabled = false }, Console = new ConsoleOptions { Enabled = true } },
        };

        Assert.Empty(OutputTable.Brokers(options));
        Assert.Equal(["main"], OutputTable.Brokers(new BridgeOptions()).Select(static broker => broker.Name));
    }

    [Fact]
    public void Only_brokers_that_an_output_uses_are_connected_to()
    {
        var options = new BridgeOptions
        {
            MoreBrokers = [new MqttOptions { Name = "cloud" }, new MqttOptions { Name = "spare" }],
            Outputs = new OutputsOptions { MqttJson = new MqttJsonOptions { Enabled = true, Broker = "cloud" } },
        };

        Assert.Equal(["main", "cloud"], OutputTable.Brokers(options).Select(static broker => broker.Name));
    }

    [Fact]
    public async Task Messages_go_to_the_broker_that_each_names()
    {
        var options = new BridgeOptions
        {
            MoreBrokers = [new MqttOptions { Name = "cloud" }, new MqttOptions { Name = "spare" }],
            HomeAssistant = new HomeAssistantOptions { Enabled = false },
            Outputs = new OutputsOptions
            {
                MqttValues = new MqttValuesOptions { Enabled = false },
                Messages = [Message("a", "cloud"), Message("b", ""), Message("c", "main"), Message("d", "cloud")],
            },
        };
        var published = new List<string>();

        var made = OutputTable.Create(options, name => new OutputContext(
            options, CatalogueLoader.Load(), options.BrokerNamed(name), new Topics("p1bridge"), message => published.Add($"{name} {message.Topic}"), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, "1.2.3"));
        foreach (var output in made)
            await output.WriteAsync(new Pipeline().Feed("1-0:1.7.0(00.500*kW)"), CancellationToken.None);

        Assert.Equal(["messages cloud", "messages"], made.Select(static output => output.Name));
        Assert.Equal(["cloud a", "cloud d", "main b", "main c"], published);
        Assert.Equal(["main", "cloud"], OutputTable.Brokers(options).Select(static broker => broker.Name));
    }

    static MessageOptions Message(string topic, string broker) => new() { Topic = topic, Payload = "1", Broker = broker };

    static Comparer<Type> ByName => Comparer<Type>.Create(static (left, right) => string.CompareOrdinal(left.FullName, right.FullName));

    static BridgeOptions AllOn => new()
    {
        OpenHab = new OpenHabOptions { Directory = "/etc/openhab" },
        Outputs = new OutputsOptions
        {
            MqttJson = new MqttJsonOptions { Enabled = true },
            Console = new ConsoleOptions { Enabled = true },
            Messages = [new MessageOptions { Topic = "a", Payload = "b" }],
        },
    };
}
