using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Outputs;

/// <summary>What an output may need.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Catalogue">All measurements.</param>
/// <param name="Broker">The broker that the output uses.</param>
/// <param name="Topics">The topics there.</param>
/// <param name="Publish">Publishes there.</param>
/// <param name="Time">For waits.</param>
/// <param name="Logs">For what it has to say.</param>
/// <param name="Version">The program's.</param>
sealed record OutputContext(
    BridgeOptions Options, Catalogue Catalogue, MqttOptions Broker, Topics Topics, PublishMessage Publish, TimeProvider Time, ILoggerFactory Logs, string Version)
{
    /// <summary>Keeps a record there; without, it is published as all else.</summary>
    public RecordMessage? Record { get; init; }
}

/// <summary>All outputs: a line each, with its name, whether it is on, whether it needs the broker, and how it is made.</summary>
static class OutputTable
{
    /// <summary>One kind of output.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="IsEnabled">Whether it is on.</param>
    /// <param name="Brokers">Names of its brokers, empty for the first; it is made once for each. Null: it needs none.</param>
    /// <param name="Create">How it is made.</param>
    internal sealed record Row(string Name, Func<BridgeOptions, bool> IsEnabled, Func<BridgeOptions, IEnumerable<string>>? Brokers, Func<OutputContext, IOutput> Create);

    internal const string MessagesName = "messages";

    internal static readonly ImmutableArray<Row> Rows =
    [
        // Discovery stands before the values: when a meter was replaced, its old device must be gone before the new meter's values are
        // there. Only InOrder makes that hold.
        new("homeassistant", static options => options.HomeAssistant.Enabled, static options => [options.HomeAssistant.Broker], HomeAssistant),
        new("mqtt_values", static options => options.Outputs.MqttValues.Enabled, static options => [options.Outputs.MqttValues.Broker], MqttValues),
        new("mqtt_json", static options => options.Outputs.MqttJson.Enabled, static options => [options.Outputs.MqttJson.Broker], MqttJson),
        new(MessagesName, static options => options.Outputs.Messages.Count > 0, static options => options.Outputs.Messages.Select(static message => message.Broker), Messages),
        new("openhab", static options => options.OpenHab.IsKept, Brokers: null, OpenHab),
        new("console", static options => options.Outputs.Console.Enabled, Brokers: null, Console),
    ];

    /// <summary>The brokers that outputs which are on need, in the order of the configuration.</summary>
    public static IReadOnlyList<MqttOptions> Brokers(BridgeOptions options)
    {
        var names = Rows.Where(row => row.IsEnabled(options)).SelectMany(row => BrokersOf(row, options)).OfType<string>().ToHashSet();
        return [.. options.Brokers.Where(broker => names.Contains(broker.Name))];
    }

    /// <summary>Makes the outputs that are on; <paramref name="context"/> is asked for each by the name of its broker.</summary>
    public static IReadOnlyList<IOutput> Create(BridgeOptions options, Func<string, OutputContext> context)
        => [.. Rows.Where(row => row.IsEnabled(options)).SelectMany(row => BrokersOf(row, options).Select(broker => row.Create(context(broker ?? ""))))];

    /// <summary>Names of the brokers of an output, each once; null stands for none.</summary>
    static IEnumerable<string?> BrokersOf(Row row, BridgeOptions options)
    {
        IEnumerable<string?> none = [null];
        return row.Brokers?.Invoke(options).Select(name => options.BrokerNamed(name).Name).Distinct() ?? none;
    }

    /// <summary>Which outputs one task drives one after the other, because the second must not run ahead of the first; the others stand alone.</summary>
    public static IReadOnlyList<IReadOnlyList<IOutput>> InOrder(IReadOnlyList<IOutput> outputs)
    {
        List<IOutput> ordered = [.. outputs.OfType<HomeAssistantDiscoveryOutput>(), .. outputs.OfType<MqttValuesOutput>()];
        return [.. ordered.Count == 0 ? (IReadOnlyList<IReadOnlyList<IOutput>>)[] : [ordered], .. outputs.Except(ordered).Select(static output => (IReadOnlyList<IOutput>)[output])];
    }

    /// <summary>How discovery is set up; the <c>discovery</c> command shows the same.</summary>
    public static DiscoveryBuilder Discovery(BridgeOptions options, Topics topics, string version) => new(
        new DiscoveryOptions
        {
            Prefix = options.HomeAssistant.DiscoveryPrefix,
            StatusTopic = options.HomeAssistant.StatusTopic,
            BirthPayload = options.HomeAssistant.BirthPayload,
            Language = options.HomeAssistant.Language,
            EntityPrefix = options.HomeAssistant.EntityPrefix,
            Meters = [.. options.Meters.Select(static meter => meter.Name)],
            Overrides = new EntityOverrides(options.HomeAssistant.Overrides),
        },
        topics,
        version);

    /// <summary>What discovery must know about a configured meter.</summary>
    public static DiscoveryMeter DiscoveryMeterOf(MeterOptions meter, Catalogue catalogue) => new(meter.Name)
    {
        TariffNames = DiscoveryMeter.TariffNamesOf(catalogue, meter.TariffNamesByNumber),
    };

    static HomeAssistantDiscoveryOutput HomeAssistant(OutputContext context) => new(
        Discovery(context.Options, context.Topics, context.Version),
        new DiscoveryPlanOptions { VanishedAfter = context.Options.Publish.VanishedAfter },
        context.Options.Meters.Select(meter => DiscoveryMeterOf(meter, context.Catalogue)),
        context.Publish,
        context.Time,
        Random.Shared.NextDouble,
        context.Logs.CreateLogger("homeassistant"),
        // Made-up meters leave nothing behind.
        context.Options.Meters.Any(static meter => meter.Source is not SimulatorSourceOptions)
            ? new DiscoveryMemory(context.Options.StateDirectory, context.Logs.CreateLogger("homeassistant"))
            : null,
        context.Broker.Retain);

    static MqttValuesOutput MqttValues(OutputContext context)
        => new(context.Topics, Rules(context.Options.Publish), context.Broker.Retain, context.Publish, context.Time);

    static MqttJsonOutput MqttJson(OutputContext context) => new(
        context.Topics, context.Options.Outputs.MqttJson.Retain && context.Broker.Retain,
        context.Options.Outputs.MqttJson.MinimumInterval, context.Options.Publish.VanishedAfter, context.Publish, context.Time,
        context.Options.Outputs.MqttJson.History ? context.Record ?? Published(context.Publish) : null);

    static RecordMessage Published(PublishMessage publish) => (message, _) =>
    {
        publish(message);
        return Task.CompletedTask;
    };

    static MessagesOutput Messages(OutputContext context)
    {
        var messages = context.Options.Outputs.Messages.Where(message => context.Options.BrokerNamed(message.Broker).Name == context.Broker.Name);
        return new([.. messages], context.Publish, context.Time) { Name = context.Broker == context.Options.Mqtt ? MessagesName : $"{MessagesName} {context.Broker.Name}" };
    }

    static OpenHabOutput OpenHab(OutputContext context) => new(context.Options, context.Catalogue, context.Time, context.Logs.CreateLogger("openhab"));

    static ConsoleOutput Console(OutputContext context)
        => new(Terminal.Create(), context.Options.HomeAssistant.Language, context.Options.Outputs.Console.Format == ConsoleFormat.Table);

    internal static PublishRules Rules(PublishOptions options) => new()
    {
        Live = Rule(options.Live),
        Totals = Rule(options.Totals),
        Static = Rule(options.Static),
        VanishedAfter = options.VanishedAfter,
    };

    static PublishRule Rule(PublishGroupOptions group)
        => new(group.MinimumInterval, group.RepeatAfter == TimeSpan.Zero ? TimeSpan.MaxValue : group.RepeatAfter);
}
