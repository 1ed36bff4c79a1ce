using BenchmarkDotNet.Attributes;
using P1Bridge.Configuration;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Benchmarks;

/// <summary>One telegram with a 13-month peak history, gas and water, from bytes to readings. Meters send one a second.</summary>
[MemoryDiagnoser]
public class TelegramBenchmarks
{
    static readonly DateTimeOffset ReceivedAt = new(2025, 11, 5, 17, 53, 48, TimeSpan.FromHours(1));

    readonly TelegramFramer _framer = new();
    byte[] _telegram = [];
    byte[] _target = [];
    TelegramReader _reader = null!;
    TelegramReader _accepted = null!;
    MeterPipeline _pipeline = null!;
    NoHandler _handler;

    [GlobalSetup]
    public void Setup()
    {
        _telegram = File.ReadAllBytes(FindTelegram("fluvius-3p-gas-water-peaks.txt"));
        _target = new byte[_telegram.Length];
        var catalogue = CatalogueLoader.Load();
        _reader = new TelegramReader(catalogue);
        _accepted = new TelegramReader(catalogue);
        _pipeline = new MeterPipeline(catalogue, new MeterPipelineOptions());
        if (Read(_reader) != 1 || Read(_accepted) != 1 || FrameAndParse() != 1) throw new InvalidOperationException("the telegram is not accepted");
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _telegram.CopyTo(_target.AsSpan());

    [Benchmark]
    public ushort Checksum() => Crc16.Compute(_telegram);

    [Benchmark]
    public int FrameAndParse()
    {
        ReadOnlySpan<byte> input = _telegram;
        var telegrams = 0;
        while (_framer.TryRead(ref input, out var frame))
        {
            TelegramParser.Parse(frame.Bytes, ref _handler);
            telegrams++;
        }
        return telegrams;
    }

    [Benchmark]
    public int ToReadings() => Read(_reader);

    /// <summary>What follows once a second: live sub-meters, guard, computed values, payloads.</summary>
    [Benchmark]
    public MeterSnapshot ReadingsToSnapshot() => _pipeline.Process(_accepted.Readings, ReceivedAt);

    int Read(TelegramReader reader)
    {
        ReadOnlySpan<byte> input = _telegram;
        var accepted = 0;
        while (reader.TryRead(ref input, out var outcome))
            accepted += outcome.IsAccepted ? 1 : 0;
        return accepted;
    }

    static string FindTelegram(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "telegrams", name);
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException($"no folder above {AppContext.BaseDirectory} holds tests/telegrams/{name}");
    }

    struct NoHandler : IDataObjectHandler
    {
        public readonly void OnHeader(ReadOnlySpan<byte> header)
        {
        }

        public readonly void OnObject(in DataObject dataObject)
        {
        }

        public readonly void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault)
        {
        }
    }
}
