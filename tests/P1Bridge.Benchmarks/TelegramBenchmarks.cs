using BenchmarkDotNet.Attributes;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Benchmarks;

/// <summary>One telegram with a 13-month peak history, gas and water, from bytes to readings. Meters send one a second.</summary>
[MemoryDiagnoser, MedianColumn]
public class TelegramBenchmarks
{
    static readonly DateTimeOffset ReceivedAt = new(2025, 11, 5, 17, 53, 48, TimeSpan.FromHours(1));

    readonly TelegramFramer _framer = new();
    byte[] _telegram = [];
    byte[] _target = [];
    byte[] _otherLayout = [];
    byte[][] _changing = [];
    Catalogue _catalogue = null!;
    TelegramReader _reader = null!;
    TelegramReader _alternating = null!;
    TelegramReader _following = null!;
    TelegramReader _accepted = null!;
    MeterPipeline _pipeline = null!;
    NoHandler _handler;
    int _next;

    [GlobalSetup]
    public void Setup()
    {
        _telegram = Telegrams.OfFile("fluvius-3p-gas-water-peaks.txt");
        _otherLayout = Telegrams.WithOneMoreLine(_telegram);
        _target = new byte[_telegram.Length];
        _catalogue = CatalogueLoader.Load();
        _changing = Telegrams.OfTenMinutes(_catalogue);
        _reader = new TelegramReader(_catalogue);
        _alternating = new TelegramReader(_catalogue);
        _following = new TelegramReader(_catalogue);
        _accepted = new TelegramReader(_catalogue);
        _pipeline = new MeterPipeline(_catalogue, new MeterPipelineOptions());
        if (Telegrams.Read(_accepted, _telegram) + ToReadings() + ToReadingsOfChanging() + ToReadingsInFull() + FrameAndParse() != 5)
            throw new InvalidOperationException("a telegram is not accepted");
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

    /// <summary>The same telegram again: nothing is new but the reader does not know before it has looked.</summary>
    [Benchmark]
    public int ToReadings() => Telegrams.Read(_reader, _telegram);

    /// <summary>What happens every second: the clock and about ten of the values are others.</summary>
    [Benchmark]
    public int ToReadingsOfChanging() => Telegrams.Read(_following, _changing[_next++ % _changing.Length]);

    /// <summary>Every line of a telegram, because the one before had another line.</summary>
    [Benchmark]
    public int ToReadingsInFull() => Telegrams.Read(_alternating, (_next++ & 1) == 0 ? _telegram : _otherLayout);

    /// <summary>The first telegram of a meter, its reader made for it.</summary>
    [Benchmark]
    public int ToReadingsOfNewReader() => Telegrams.Read(new TelegramReader(_catalogue), _telegram);

    /// <summary>What follows once a second: live sub-meters, guard, computed values, payloads.</summary>
    [Benchmark]
    public MeterSnapshot ReadingsToSnapshot() => _pipeline.Process(_accepted.Readings, ReceivedAt);

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
