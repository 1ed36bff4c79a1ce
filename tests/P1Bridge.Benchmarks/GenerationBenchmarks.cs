using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Generation;
using P1Bridge.HomeAssistant;
using P1Bridge.Outputs;

namespace P1Bridge.Benchmarks;

/// <summary>openHAB's files for the 13-month Flemish meter with gas and water: five files, 32 KB.</summary>
[MemoryDiagnoser, MedianColumn]
public class GenerationBenchmarks
{
    static readonly ModelOptions Options = new() { Topics = new Topics("p1bridge") };

    readonly TemplateFolder _templates = new(null);
    Catalogue _catalogue = null!;
    ImmutableArray<DeviceSnapshot> _devices;
    TemplateEngine _items = null!;
    object _model = null!;

    [GlobalSetup]
    public void Setup()
    {
        _catalogue = CatalogueLoader.Load();
        var reader = new TelegramReader(_catalogue);
        ReadOnlySpan<byte> stream = Telegrams.OfFile("fluvius-3p-gas-water-peaks.txt");
        if (!reader.TryRead(ref stream, out var outcome) || !outcome.IsAccepted) throw new InvalidOperationException("the telegram is refused");
        _devices = new MeterPipeline(_catalogue, new MeterPipelineOptions()).Process(reader.Readings, DateTimeOffset.UnixEpoch).Devices;
        _items = _templates.Open("openhab/p1bridge.items.scriban");
        _model = TemplateEngine.Import(Model());
    }

    /// <summary>Model, all templates read and rendered.</summary>
    [Benchmark]
    public int FullSet() => OpenHabFiles.Render(_templates, Model(), "benchmark").Sum(static file => file.Text.Length);

    /// <summary>One template, already read: 16 KB.</summary>
    [Benchmark]
    public int Items() => _items.Render(_model).Length;

    TemplateMap Model() => TemplateModel.Of(_catalogue, [new ModelMeter(new DiscoveryMeter("meter"), _devices)], Options);
}
