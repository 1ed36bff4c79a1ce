using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using P1Bridge.Cli;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;

namespace P1Bridge.Outputs;

/// <summary>What an output may need.</summary>
sealed record OutputContext(BridgeOptions Options, Catalogue Catalogue, Topics Topics, PublishMessage Publish, TimeProvider Time, ILoggerFactory Logs, string Version);

/// <summary>All outputs: a line each, with its name, whether it is on, whether it needs the broker, and how it is made.</summary>
static class OutputTable
{
    /// <summary>One kind of output.</summary>
    internal sealed record Row(string Name, Func<BridgeOptions, bool> IsEnabled, bool NeedsBroker, Func<OutputContext, IOutput> Create);

    internal static readonly ImmutableArray<Row> Rows =
    [
        // Discovery stands before the values: when a meter was replaced, its old device must be gone before the new meter's values are
        // there. Only InOrder makes that hold.
        new("homeassistant", static options => options.HomeAssistant.Enabled, NeedsBroker: true, HomeAssistant),
        new("mqtt_values", static options => options.Outputs.MqttValues.Enabled, NeedsBroker: true, MqttValues),
        new("mqtt_json", static options => options.Outputs.MqttJson.Enabled, NeedsBroker: true, MqttJson),
        new("console", static options => options.Outputs.Console.Enabled, NeedsBroker: false, Console),
    ];

    /// <summary>Whether any output that is on needs the broker.</summary>
    public static bool NeedsBroker(BridgeOptions options) => Rows.Any(row => row.NeedsBroker && row.IsEnabled(options));

    /// <summary>Makes the outputs that are on.</summary>
    public static IReadOnlyList<IOutput> Create(OutputContext context)
        => [.. Rows.Where(row => row.IsEnabled(context.Options)).Select(row => row.Create(context))];

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
        context.Options.Mqtt.Retain);

    static MqttValuesOutput MqttValues(OutputContext context)
        => new(context.Topics, Rules(context.Options.Publish), context.Options.Mqtt.Retain, context.Publish, context.Time);

    static MqttJsonOutput MqttJson(OutputContext context) => new(
        context.Topics, context.Options.Outputs.MqttJson.Retain && context.Options.Mqtt.Retain,
        context.Options.Outputs.MqttJson.MinimumInterval, context.Options.Publish.VanishedAfter, context.Publish, context.Time);

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
