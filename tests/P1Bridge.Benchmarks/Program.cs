using System.CommandLine;
using BenchmarkDotNet.Running;
using P1Bridge.Benchmarks;
using P1Bridge.Benchmarks.Load;
using P1Bridge.Benchmarks.Publishing;

// Everything but the load of a whole bridge and the race of MQTT clients is BenchmarkDotNet's, with its own options.
if (args is not [BridgeCommand.Name or MqttCommand.Name, ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(TelegramBenchmarks).Assembly).Run(args);
    return 0;
}
return await new RootCommand("Benchmarks of P1Bridge") { BridgeCommand.Create(), MqttCommand.Create() }.Parse(args).InvokeAsync();
