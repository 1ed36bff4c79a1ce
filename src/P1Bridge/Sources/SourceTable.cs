using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Sources;

/// <summary>Which source belongs to which options: a line per kind.</summary>
static class SourceTable
{
    public static IByteSource Create(MeterOptions meter, Catalogue catalogue, TimeProvider time) => meter.Source switch
    {
        SerialSourceOptions serial => new SerialSource(serial.Device, meter),
        TcpSourceOptions tcp => new TcpSource(tcp.Host, tcp.Port),
        FileSourceOptions file => new FileSource(file.Path, time),
        ReplaySourceOptions replay => new ReplaySource(replay, time),
        SimulatorSourceOptions simulator => new SimulatorSource(catalogue, new SimulatorOptions(simulator.Seed, simulator.Speed), time),
        var other => throw new InvalidOperationException($"no source for {other}"),
    };
}
