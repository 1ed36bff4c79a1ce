using System.CommandLine;
using P1Bridge.Bridging;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;
using P1Bridge.Sources;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge discovery</c>: the Home Assistant payloads that would be published.</summary>
static class DiscoveryCommand
{
    static readonly TimeSpan ListenLimit = TimeSpan.FromSeconds(60);

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
        arguments.AddTo(command);
        // Nothing is sent, so that no broker need be configured.
        command.SetAction((result, _) => result.GetValue(clear) ? DiscoveryCleaning.ClearAsync(arguments.Load(result).Options)
            : result.GetValue(forget) is { } identity ? DiscoveryCleaning.ForgetAsync(arguments.Load(result).Options, identity)
            : RunAsync(result.GetValue(from) is { } file
            ? arguments.Load(result, [$"meters.0.source=file:{file}", .. ConfigurationArguments.WithoutOutputs]).Options
            : arguments.Load(result, ConfigurationArguments.WithoutOutputs).Options));
        return command;
    }

    static async Task<int> RunAsync(BridgeOptions options)
    {
        using var interruption = new Interruption();
        var meter = options.Meters[0];
        var catalogue = CatalogueLoader.Load();
        if (await ListenAsync(meter, options, catalogue, interruption.Token) is not { } snapshot)
        {
            if (interruption.Token.IsCancellationRequested) return interruption.ExitCode;
            Console.Error.WriteLine($"p1bridge: no valid telegram from {meter.Source}. {(meter.Source is FileSourceOptions { Path: var path } ? $"'p1bridge decode {path}' shows what is in it." : "Check the port and the cable.")}");
            return ExitCodes.Failed;
        }
        var topics = new Topics(options.Mqtt.BaseTopic);
        var builder = OutputTable.Discovery(options, topics, BridgeReports.Version);
        DiscoveryReport.Write(builder.All((OutputTable.DiscoveryMeterOf(meter, catalogue), snapshot)), Console.Out);
        return ExitCodes.Done;
    }

    /// <summary>The first telegram of the meter, or the last one of a file.</summary>
    static async Task<MeterSnapshot?> ListenAsync(MeterOptions meter, BridgeOptions options, Catalogue catalogue, CancellationToken cancellation)
    {
        var source = SourceTable.Create(meter, catalogue, TimeProvider.System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ListenLimit);
        if (!source.EndsForGood) Console.Error.WriteLine($"Listening to {source.Description}, at most {ListenLimit.TotalSeconds:0} s ...");
        MeterSnapshot? snapshot = null;
        // Whoever waits wants to know that the port is missing.
        using var logs = Logs.Create(LogThreshold.Warning);
        var runner = new SourceRunner(
            meter.Name, source, new(catalogue, meter.IgnoreChecksum, meter.Decryption), new(catalogue, MeterRuntime.PipelineOptions(meter, options.Guard)), meter.SilenceTimeout,
            Take, TimeProvider.System, logs.CreateLogger("meters"));
        try
        {
            await runner.RunAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Enough was heard, or time is up.
        }
        return snapshot;

        void Take(MeterUpdate update)
        {
            if (update is not MeterSnapshot telegram) return;
            snapshot = telegram;
            if (!source.EndsForGood) limit.Cancel();
        }
    }
}
