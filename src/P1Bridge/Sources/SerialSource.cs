using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;
using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Measurements;
using P1Bridge.Serial;

namespace P1Bridge.Sources;

/// <summary>
/// The P1 cable. Speed and format that are not configured are found by listening. The only file that knows the serial port component:
/// another one takes its place by rewriting this file.
/// </summary>
sealed class SerialSource : IByteSource
{
    readonly string _device;
    readonly MeterOptions _options;
    readonly ProfileMemory? _memory;
    readonly ProfileSearch _search;
    readonly LineSampler _sampler;
    readonly TimeProvider _time;
    readonly ILogger _log;

    /// <param name="device">The port.</param>
    /// <param name="options">Speed, format and request lines; what is null is searched.</param>
    /// <param name="memory">Remembers what was found; null: only while it runs.</param>
    /// <param name="catalogue">To tell telegrams by.</param>
    /// <param name="time">The time of the search.</param>
    /// <param name="log">Told what was found.</param>
    public SerialSource(string device, MeterOptions options, ProfileMemory? memory, Catalogue catalogue, TimeProvider time, ILogger log)
    {
        (_device, _options, _memory, _time, _log) = (device, options, memory, time, log);
        var candidates = ProfileSearch.Candidates(options.BaudRate, options.IsSevenEven);
        _search = new ProfileSearch(candidates, candidates.Count > 1 ? memory?.Read() : null, time);
        _sampler = new LineSampler(catalogue, options.Decryption);
    }

    public string Description => _device;

    public bool EndsForGood => false;

    /// <summary>The ports of this machine that a P1 cable can be behind, stable names first.</summary>
    public static IReadOnlyList<string> Ports => SerialPort.PortNames();

    /// <summary>The name in machine output of what is wrong with a port, for example <c>busy</c>; null when it is no port's fault.</summary>
    public static string? FaultName(IOException exception) => (exception as SerialPortException)?.Fault switch
    {
        null => null,
        SerialPortFault.NotFound => "not_found",
        SerialPortFault.PermissionDenied => "permission_denied",
        SerialPortFault.Busy => "busy",
        SerialPortFault.NotSerial => "not_serial",
        SerialPortFault.Unplugged => "unplugged",
        _ => "port_failed",
    };

    /// <summary>
    /// Whether a port stays closed until the user does something elsewhere, so that a command need not wait for it. One that is not there may be
    /// plugged in while it waits.
    /// </summary>
    public static bool IsForTheUser(IOException exception)
        => (exception as SerialPortException)?.Fault is SerialPortFault.Busy or SerialPortFault.PermissionDenied or SerialPortFault.NotSerial;

    /// <summary>Whether another program has the port.</summary>
    public static bool IsBusy(IOException exception) => (exception as SerialPortException)?.Fault == SerialPortFault.Busy;

    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
        => ValueTask.FromResult<Stream>(_search.HasChoice ? new SearchingStream(_search, _sampler, Open, Found, _time).Open() : Open(_search.Current));

    SerialStream Open(LineProfile profile)
    {
        try
        {
            return SerialPort.Open(new SerialOptions
            {
                Path = _device,
                BaudRate = profile.BaudRate,
                Format = profile.IsSevenEven ? Serial.SerialFormat.SevenEven1 : Serial.SerialFormat.EightNone1,
                RaiseRequestLines = _options.RequestLines,
            });
        }
        catch (PlatformNotSupportedException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    void Found(LineProfile profile)
    {
        _log.LogInformation("{Meter}: {Device} speaks {Profile}, found by listening", _options.Name, _device, profile);
        _memory?.Write(profile);
    }
}
