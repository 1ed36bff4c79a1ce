using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources.Simulation;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Readings;

public class AllocationTests
{
    const int Rounds = 1000;
    const int Runs = 3;

    /// <summary>All telegrams that a test reads, those before the measurement included.</summary>
    const int Telegrams = Runs * Rounds + 200;

    static readonly byte[] Telegram = Corpus.Bytes("fluvius-3p-gas-water-peaks.txt");

    [Fact]
    public void Framer_and_parser_allocate_nothing()
    {
        var framer = new TelegramFramer();
        var counter = new Counter();

        var allocated = Allocated(() =>
        {
            ReadOnlySpan<byte> input = Telegram;
            while (framer.TryRead(ref input, out var frame))
                TelegramParser.Parse(frame.Bytes, ref counter);
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Telegrams * 36L, counter.Objects);
        Assert.Equal(0, counter.BadLines);
    }

    [Theory]
    [InlineData("fluvius-3p-gas-water-peaks.txt")]
    [InlineData("fluvius-emucs21-3p.txt")]
    [InlineData("dsmr5-nl-gas.txt")]
    [InlineData("dsmr22-nl-gas.txt")]
    [InlineData("smarty-lu-plain.txt")]
    public void Bytes_become_readings_without_allocation_once_a_meter_is_known(string name)
    {
        var telegram = Corpus.Bytes(name);
        var reader = new TelegramReader(Some.Catalogue);
        var accepted = 0L;

        var allocated = Allocated(() =>
        {
            ReadOnlySpan<byte> input = telegram;
            while (reader.TryRead(ref input, out var outcome))
                accepted += outcome.IsAccepted ? 1 : 0;
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Telegrams, accepted);
    }

    [Fact]
    public void Telegrams_with_changing_values_are_read_without_allocation()
    {
        var house = new HouseModel(1, new DateTimeOffset(2026, 6, 17, 11, 55, 0, TimeSpan.FromHours(2)));
        var writer = new SimulatedTelegramWriter(Some.Catalogue);
        var telegrams = new byte[600][];
        for (var i = 0; i < telegrams.Length; i++)
        {
            telegrams[i] = writer.Write(HouseReport.Of(house));
            house.Advance();
        }
        var reader = new TelegramReader(Some.Catalogue);
        var next = 0;

        var allocated = Allocated(() =>
        {
            ReadOnlySpan<byte> input = telegrams[next++ % telegrams.Length];
            while (reader.TryRead(ref input, out _))
            {
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Telegrams, reader.Counters.Accepted);
        Assert.NotEqual(telegrams[0], telegrams[1]);
    }

    [Fact]
    public void Encrypted_frames_become_readings_without_allocation_too()
    {
        var frames = Corpus.Bytes("smarty-lu-encrypted.bin");
        var reader = new TelegramReader(Some.Catalogue, decryption: Sidecar.Of("smarty-lu-encrypted.bin").Decryption);

        var allocated = Allocated(() =>
        {
            ReadOnlySpan<byte> input = frames;
            while (reader.TryRead(ref input, out _))
            {
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Telegrams * 2, reader.Counters.Accepted);
    }

    static long Allocated(Action round)
    {
        for (var i = 0; i < 200; i++)
            round();
        // The runtime allocates a little on our thread when it puts better code in place, once. What a telegram needs shows in each run.
        return Enumerable.Range(0, Runs).Min(_ => AllocatedBy(round));
    }

    static long AllocatedBy(Action round)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
            round();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    struct Counter : IDataObjectHandler
    {
        public long Objects { get; private set; }

        public long BadLines { get; private set; }

        public readonly void OnHeader(ReadOnlySpan<byte> header)
        {
        }

        public void OnObject(in DataObject dataObject) => Objects++;

        public void OnBadLine(ReadOnlySpan<byte> line, int offset, int faultAt, LineFault fault) => BadLines++;
    }
}
