using P1Bridge.Configuration;
using P1Bridge.Core.Measurements;

namespace P1Bridge.Sources;

/// <summary>Which source belongs to which options: a line per kind.</summary>
static class SourceTable
{
    public static IByteSource Create(MeterOptions meter, Catalogue _1, TimeProvider _2) => meter.Source switch
    {
        SerialSourceOptions serial => new SerialSource(serial.Device, meter),
        TcpSourceOptions tcp => new TcpSource(tcp.Host, tcp.Port),
        FileSourceOptions file => new FileSource(file.Path),
        var other => throw new InvalidOperationException($"no source for {other}"),
    };
}
