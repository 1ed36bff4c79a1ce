using System.CommandLine;
using BenchmarkDotNet.Running;
using P1Bridge.Benchmarks;
using P1Bridge.Benchmarks.Load;

// Everything but the load of a whole bridge is BenchmarkDotNet's, with its own options.
if (args is not [BridgeCommand.Name, ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(TelegramBenchmarks).Assembly).Run(args);
    return 0;
}
return await new RootCommand("Benchmarks of P1Bridge") { BridgeCommand.Create() }.Parse(args).InvokeAsync();
