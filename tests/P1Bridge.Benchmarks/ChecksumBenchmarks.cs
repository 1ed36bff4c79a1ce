using BenchmarkDotNet.Attributes;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Benchmarks;

/// <summary>The kinds of checksum over the bytes that it covers of a telegram with a 13-month peak history, beside copying them.</summary>
[MemoryDiagnoser, MedianColumn]
public class ChecksumBenchmarks
{
    byte[] _bytes = [];
    byte[] _target = [];

    [GlobalSetup]
    public void Setup()
    {
        var telegram = Telegrams.OfFile("fluvius-3p-gas-water-peaks.txt");
        _bytes = telegram[..(Array.IndexOf(telegram, (byte)'!') + 1)];
        _target = new byte[_bytes.Length];
        if (ByByteTable() != BySlicing() || ByByteTable() != ByMultiplication()) throw new InvalidOperationException("the kinds differ");
    }

    [Benchmark]
    public void Copy() => _bytes.CopyTo(_target.AsSpan());

    [Benchmark(Baseline = true)]
    public ushort ByByteTable() => Crc16Slicing.AppendByByte(0, _bytes);

    /// <summary>What processors without carry-less multiplication use.</summary>
    [Benchmark]
    public ushort BySlicing() => Crc16Slicing.Append(0, _bytes);

    /// <summary>What processors with it use; on others the same as <see cref="BySlicing"/>.</summary>
    [Benchmark]
    public ushort ByMultiplication() => Crc16.Compute(_bytes);
}
