using System.Globalization;
using System.Net.Sockets;
using System.Text;
using P1Bridge.Bridging;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Bridging;

/// <summary>What systemd hears, through a real datagram socket.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p1bridge-notify-");
    readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
    readonly TestTimeProvider _time = new();
    string _status = "0 of 1 meter sending";

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ready_signs_of_life_changes_of_status_and_the_end_are_told(bool isAbstract)
    {
        var address = isAbstract ? $"@p1bridge-test-{Environment.ProcessId}" : Path.Combine(_folder.FullName, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + address[1..] : address));
        using var service = ServiceManager.FromEnvironment(Variables(address, watchdog: "4000000"))!;
        using var stop = new CancellationTokenSource();

        var informing = service.KeepInformedAsync(() => _status, _time, stop.Token);
        Assert.Equal("READY=1\nSTATUS=0 of 1 meter sending\n", Heard());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("WATCHDOG=1\n", Heard());
        _status = "1 of 1 meter sending";
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("WATCHDOG=1\nSTATUS=1 of 1 meter sending\n", Heard());
        await stop.CancelAsync();
        await informing;
        Assert.Equal("STOPPING=1\n", Heard());
    }

    [Fact]
    public async Task Without_a_watchdog_only_what_changes_is_told()
    {
        var address = Path.Combine(_folder.FullName, "notify");
        _systemd.Bind(new UnixDomainSocketEndPoint(address));
        using var service = ServiceManager.FromEnvironment(Variables(address, watchdog: null))!;
        using var stop = new CancellationTokenSource();
        var informing = service.KeepInformedAsync(() => _status, _time, stop.Token);
        Heard();

        _time.Advance(TimeSpan.FromSeconds(60));
        _status = "changed";
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("STATUS=changed\n", Heard());
        await stop.CancelAsync();
        await informing;
    }

    [Fact]
    public async Task A_service_manager_that_is_gone_disturbs_nothing()
    {
        using var service = ServiceManager.FromEnvironment(Variables(Path.Combine(_folder.FullName, "nobody"), watchdog: "1000000"))!;
        using var stop = new CancellationTokenSource();

        var informing = service.KeepInformedAsync(() => _status, _time, stop.Token);
        _time.Advance(TimeSpan.FromSeconds(3));
        await stop.CancelAsync();
        await informing;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Where_nobody_asked_nobody_is_told(string? address) => Assert.Null(ServiceManager.FromEnvironment(Variables(address, watchdog: "1")));

    static Func<string, string?> Variables(string? address, string? watchdog) => name => name switch
    {
        "NOTIFY_SOCKET" => address,
        "WATCHDOG_USEC" => watchdog,
        "WATCHDOG_PID" => Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    string Heard()
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}
