using System.Net.Sockets;
using System.Text;
using P1Bridge.Configuration;

namespace P1Bridge.Bridging;

/// <summary>
/// Tells the bridges of one machine apart: who tries <c>run</c> in a terminal while the service runs would not get the cable, but would drive the
/// service off the broker, because both have the same name there. A claim is an address without a file (unix(7), abstract), which nothing leaves
/// behind. Linux only; elsewhere nothing is claimed.
/// </summary>
sealed class PortClaim : IDisposable
{
    /// <summary>Bytes that such an address can have, less our prefix (unix(7)).</summary>
    const int LongestName = 90;

    readonly List<Socket> _sockets = [];

    PortClaim()
    {
    }

    /// <summary>Claims the serial ports of these meters as they are configured: the name that the system gives a port may change while it is claimed.</summary>
    /// <param name="meters">The configured meters.</param>
    /// <param name="claimed">A port that another bridge reads; null when there is none.</param>
    public static PortClaim Of(IEnumerable<MeterOptions> meters, out string? claimed)
    {
        var claim = new PortClaim();
        claimed = meters.Select(static meter => meter.Source).OfType<SerialSourceOptions>().Select(static source => source.Device).Distinct().FirstOrDefault(device => !claim.TryAdd(device));
        return claim;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    bool TryAdd(string device)
    {
        if (!OperatingSystem.IsLinux()) return true;
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        _sockets.Add(socket);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint("\0p1bridge run " + EndOf(Path.GetFullPath(device))));
            return true;
        }
        catch (SocketException exception)
        {
            // Where such addresses are forbidden, nobody is kept from running.
            return exception.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }

    static string EndOf(string path)
    {
        while (Encoding.UTF8.GetByteCount(path) > LongestName) path = path[1..];
        return path;
    }
}
