using System.Globalization;
using System.Net.Sockets;
using System.Text;
using P1Bridge.Cli;
using P1Bridge.Outputs;

namespace P1Bridge.Bridging;

/// <summary>
/// Tells systemd how the service fares, as sd_notify(3) does: ready, a line of status, a sign of life for the watchdog, stopping.
/// </summary>
sealed class ServiceManager : IDisposable
{
    static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    readonly UnixDomainSocketEndPoint _address;
    readonly TimeSpan? _watchdog;
    string _status = "";

    ServiceManager(string address, TimeSpan? watchdog)
    {
        // A leading @ stands for the zero byte of an abstract address (sd_notify(3)).
        _address = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        _watchdog = watchdog;
    }

    /// <summary>The service manager that started this process; null when there is none.</summary>
    public static ServiceManager? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 1 } address || OperatingSystem.IsWindows()) return null;
        // A shell that the service started inherits the variables; the watchdog is only for the process they were meant for.
        var isForUs = variable("WATCHDOG_PID") is not { Length: > 0 } process || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var hasWatchdog = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0 && isForUs;
        return new ServiceManager(address, hasWatchdog ? TimeSpan.FromMicroseconds(microseconds) : null);
    }

    /// <summary>Says that the service is up, then its status whenever that changes and that it lives, until cancelled; then that it stops.</summary>
    public async Task KeepInformedAsync(Func<string> status, TimeProvider time, CancellationToken cancellation)
    {
        Send("READY=1\n" + StatusOf(status()));
        // Twice within the time allowed, as sd_watchdog_enabled(3) advises.
        var interval = _watchdog is { } limit && limit / 2 < StatusInterval ? limit / 2 : StatusInterval;
        try
        {
            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var text = (_watchdog is null ? "" : "WATCHDOG=1\n") + (status() == _status ? "" : StatusOf(status()));
                if (text.Length > 0) Send(text);
            }
        }
        catch (OperationCanceledException)
        {
            Send("STOPPING=1\n");
        }
    }

    /// <summary>How the meters and the broker fare, in one line.</summary>
    public static string Describe(IReadOnlyList<MeterRuntime> meters, MqttConnection? mqtt)
    {
        var receiving = meters.Count(static meter => meter.Runner.IsReceiving);
        var broker = mqtt is null ? "no broker needed" : mqtt.IsOnline ? $"broker {mqtt.Endpoint} connected" : $"broker {mqtt.Endpoint} not connected";
        return string.Create(CultureInfo.InvariantCulture, $"{receiving} of {Counted.Of(meters.Count, "meter")} sending, {broker}");
    }

    public void Dispose() => _socket.Dispose();

    string StatusOf(string status)
    {
        _status = status;
        return $"STATUS={status}\n";
    }

    void Send(string text)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(text), _address);
        }
        catch (SocketException)
        {
            // Whoever asked to be told is gone; the bridge has work to do all the same.
        }
    }
}
