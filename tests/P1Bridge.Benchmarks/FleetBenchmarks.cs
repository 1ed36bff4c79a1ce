using System.Globalization;
using BenchmarkDotNet.Attributes;
using P1Bridge.Configuration;
using P1Bridge.Core.Readings;

namespace P1Bridge.Benchmarks;

/// <summary>
/// Ten thousand meters, a telegram a second each, read by one thread. The time is that of one telegram: 5 us are 5 % of a core. What the
/// processor itself was busy is printed beside it, because the clock also counts what others do on the machine.
/// </summary>
[MemoryDiagnoser, MedianColumn]
public class FleetBenchmarks
{
    const int Meters = 10_000;

    readonly TelegramReader[] _readers = new TelegramReader[Meters];
    byte[][] _telegrams = [];
    int _second;

    [GlobalSetup]
    public void Setup()
    {
        var catalogue = CatalogueLoader.Load();
        _telegrams = Telegrams.OfTenMinutes(catalogue);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var meter = 0; meter < Meters; meter++)
            _readers[meter] = new TelegramReader(catalogue);
        if (Second() != Meters) throw new InvalidOperationException("a telegram is not accepted");
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Meters;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"// memory of a reader that has read a telegram: {bytes / 1024.0:F1} KB"));
    }

    [GlobalCleanup]
    public void ReportProcessorTime()
    {
        const int seconds = 50;
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < seconds; i++)
            Second();
        var perSecond = (Environment.CpuUsage.TotalTime - before) / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"// processor time: {perSecond.TotalMicroseconds / Meters:F2} us a telegram, {perSecond.TotalSeconds:P1} of a core for {Meters} meters"));
    }

    /// <summary>The next telegram of each meter; every meter is at another moment of the ten minutes.</summary>
    [Benchmark(OperationsPerInvoke = Meters)]
    public int Second()
    {
        _second++;
        var accepted = 0;
        for (var meter = 0; meter < Meters; meter++)
            accepted += Telegrams.Read(_readers[meter], _telegrams[(_second + meter) % _telegrams.Length]);
        return accepted;
    }
}
