using System.Text;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Core.Publishing;
using P1Bridge.Core.Readings;
using P1Bridge.Core.Telegrams;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Tests.Sources;

/// <summary>A simulated house with the bridge's own reader at its port.</summary>
sealed class SimulatedHouse
{
    static readonly Catalogue BuiltIn = CatalogueLoader.Load();

    readonly SimulatedTelegramWriter _writer;
    readonly MeterPipeline _pipeline;

    public SimulatedHouse(DateTimeOffset start, int seed = 7, Catalogue? catalogue = null)
    {
        catalogue ??= BuiltIn;
        House = new HouseModel(seed, start);
        Reader = new TelegramReader(catalogue);
        _writer = new SimulatedTelegramWriter(catalogue);
        _pipeline = new MeterPipeline(catalogue, new MeterPipelineOptions());
    }

    public HouseModel House { get; }

    public TelegramReader Reader { get; }

    public byte[] Telegram() => _writer.Write(HouseReport.Of(House));

    public string Text() => Encoding.Latin1.GetString(Telegram());

    public MeterSnapshot AdvanceTo(DateTimeOffset time)
    {
        House.AdvanceTo(time);
        return Read();
    }

    /// <summary>Reads the telegram of now as the bridge does; every byte must be to its liking.</summary>
    public MeterSnapshot Read()
    {
        ReadOnlySpan<byte> bytes = Telegram();
        Assert.True(Reader.TryRead(ref bytes, out var outcome));
        Assert.Equal(RejectReason.None, outcome.Reason);
        Assert.Equal("\r\n"u8, bytes);
        return _pipeline.Process(Reader.Readings, House.Time);
    }
}

static class Snapshots
{
    public static string Payload(this MeterSnapshot snapshot, string id, string device = "")
        => snapshot.Devices.Single(candidate => candidate.TopicName == device).Values.Single(value => value.Key == id).Payload;

    public static decimal Number(this MeterSnapshot snapshot, string id, string device = "")
        => FixedPoint.Parse(snapshot.Payload(id, device)).ToDecimal();
}
