using System.CommandLine;
using Microsoft.Extensions.Logging;
using P1Bridge.Bridging;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary><c>p1bridge run</c>: the service.</summary>
static class RunCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var command = new Command("run", "Read the meter and publish, until stopped");
        arguments.AddTo(command);
        command.SetAction((result, _) => RunAsync(arguments.Load(result)));
        return command;
    }

    static async Task<int> RunAsync(LoadedOptions loaded)
    {
        using var interruption = new Interruption();
        using var logs = Logs.Create(loaded.Options.Log.Level);
        var log = logs.CreateLogger("bridge");
        log.LogInformation("P1Bridge {Version}, configuration from {File}", BridgeReports.Version, loaded.File ?? "environment and command line");
        foreach (var warning in loaded.Warnings)
            log.LogWarning("{Warning}", warning);
        using var claim = PortClaim.Of(loaded.Options.Meters, out var claimed);
        if (claimed is not null)
        {
            log.LogError(
                "Another p1bridge reads {Port}, and this one would drive it off the broker. Stop that one first (the service: sudo systemctl stop p1bridge), or restart it to change its settings",
                claimed);
            return ExitCodes.Failed;
        }
        try
        {
            await using var bridge = new Bridge(loaded.Options, CatalogueLoader.Load(), TimeProvider.System, logs);
            using var service = ServiceManager.FromEnvironment(Environment.GetEnvironmentVariable);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
            var thrift = Thrift.RunAsync(TimeProvider.System, stop.Token);
            var informing = service?.KeepInformedAsync(() => ServiceManager.Describe(bridge.Meters, bridge.Mqtt), TimeProvider.System, stop.Token) ?? Task.CompletedTask;
            try
            {
                await bridge.RunAsync(stop.Token);
            }
            finally
            {
                await stop.CancelAsync();
                await Task.WhenAll(informing, thrift);
            }
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            // That is how it ends.
        }
        log.LogInformation("Stopped");
        return interruption.ExitCode;
    }
}
