using System.CommandLine;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge discovery</c>: the Home Assistant payloads that would be published.</summary>
static class DiscoveryCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var from = new Option<string?>("--from") { Description = "Take the telegrams from a file instead of the configured meter", HelpName = "FILE" };
        var format = new Option<string>("--format") { Description = "json", DefaultValueFactory = static _ => "json", HelpName = "json" };
        format.AcceptOnlyFromAmong("json");
        var clear = new Option<bool>("--clear") { Description = "Take everything back that this bridge left on the broker; stop the bridge first" };
        var forget = new Option<string?>("--forget") { Description = "Take the device of a meter that is gone away from Home Assistant", HelpName = "IDENTIFIER" };
        var command = new Command("discovery", "Print the Home Assistant discovery messages that would be published, or take them back") { from, format, clear, forget };
        command.Validators.Add(result =>
        {
            if (((Option[])[from, clear, forget]).Count(option => result.GetResult(option) is { Implicit: false }) > 1)
                result.AddError("--from, --clear and --forget exclude each other");
        });
        var keys = new DecryptionArguments();
        keys.AddTo(command, from);
        arguments.AddTo(command);
        // Nothing is sent, so that no broker need be configured.
        command.SetAction((result, _) => result.GetValue(clear) ? DiscoveryCleaning.ClearAsync(arguments.Load(result, GenerationInput.WithoutMeter).Options)
            : result.GetValue(forget) is { } identity ? DiscoveryCleaning.ForgetAsync(arguments.Load(result, GenerationInput.WithoutMeter).Options, identity)
            : result.GetValue(from) is { } file
            ? RunAsync(OfFile(arguments.Load(result, [$"meters.0.source=file:{file}", .. ConfigurationArguments.WithoutOutputs]).Options, keys, result))
            : RunAsync(arguments.Load(result, ConfigurationArguments.WithoutOutputs).Options));
        return command;
    }

    static async Task<int> RunAsync(BridgeOptions options)
    {
        using var interruption = new Interruption();
        var catalogue = CatalogueLoader.Load();
        if (await GenerationInput.ListenAsync(options, catalogue, new ListenerAdvice(CanAskBroker: false), interruption.Token) is not { } heard)
            return interruption.Token.IsCancellationRequested ? interruption.ExitCode : ExitCodes.Failed;
        var topics = new Topics(options.BrokerNamed(options.HomeAssistant.Broker).BaseTopic);
        var builder = OutputTable.Discovery(options, topics, BridgeReports.Version);
        DiscoveryReport.Write(builder.All(heard.Select(found => (OutputTable.DiscoveryMeterOf(found.Meter, catalogue), found.Snapshot))), Console.Out);
        return ExitCodes.Done;
    }

    /// <summary>The file takes the place of the first meter; the others are not asked.</summary>
    static BridgeOptions OfFile(BridgeOptions options, DecryptionArguments keys, ParseResult result) => options with { Meters = [keys.ApplyTo(options.Meters[0], result)] };
}
