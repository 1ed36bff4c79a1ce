using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;
using P1Bridge.Sources.Simulation;

namespace P1Bridge.Sources;

/// <summary>Which source belongs to which options: a line per kind.</summary>
static class SourceTable
{
    /// <summary>Makes the source of a meter.</summary>
    /// <param name="meter">The meter as configured.</param>
    /// <param name="catalogue">For sources that make or tell telegrams.</param>
    /// <param name="time">For sources that wait.</param>
    /// <param name="stateDirectory">Where a source may remember what it found out; null: nowhere.</param>
    /// <param name="log">Told what a source found out; null: nobody.</param>
    public static IByteSource Create(
        MeterOptions meter, Catalogue catalogue, TimeProvider time, string? stateDirectory = null, ILogger? log = null) => meter.Source switch
    {
        SerialSourceOptions serial => Serial(serial.Device, meter, catalogue, time, stateDirectory, log ?? NullLogger.Instance),
        TcpSourceOptions tcp => new TcpSource(tcp.Host, tcp.Port),
        MqttSourceOptions mqtt => new MqttSource(mqtt, meter.SourceBroker ?? throw new InvalidOperationException($"no broker for {mqtt}"), meter.Name, time),
        HttpSourceOptions http => new HttpSource(http, meter.Http, catalogue, time),
        FileSourceOptions file => new FileSource(file.Path, time),
        ReplaySourceOptions replay => new ReplaySource(replay, time),
        SimulatorSourceOptions simulator => new SimulatorSource(
            catalogue, new SimulatorOptions(simulator.Seed, simulator.Speed) { Profile = SimulatorProfileLoader.Find(simulator.Profile, catalogue) }, time),
        var other => throw new InvalidOperationException($"no source for {other}"),
    };

    static SerialSource Serial(string device, MeterOptions meter, Catalogue catalogue, TimeProvider time, string? stateDirectory, ILogger log)
        => new(device, meter, stateDirectory is null ? null : new ProfileMemory(stateDirectory, meter.Name, log), catalogue, time, log);
}
