using System.Globalization;
using System.Text;

namespace P1Bridge.Serial.Tests.Support;

/// <summary>A pseudo terminal made by socat: what the test sends comes out of the port at <see cref="Path"/>.</summary>
sealed class VirtualPort : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("serial-test-").FullName;
    readonly string _permissions;
    ChildProcess _socat;

    VirtualPort(string permissions)
    {
        _permissions = permissions;
        _socat = StartSocat();
    }

    public string Path => System.IO.Path.Combine(_folder, "ttyP1");

    /// <summary>The device behind the link, such as /dev/pts/3.</summary>
    public string Device => File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;

    public SerialOptions Options => new() { Path = Path };

    public static async Task<VirtualPort> StartAsync(string permissions = "0666")
    {
        var port = new VirtualPort(permissions);
        await port.ExistsAsync();
        return port;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _socat.Input.WriteAsync(bytes);
        await _socat.Input.FlushAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Pulls the cable: the terminal goes away with the process that made it.</summary>
    public Task UnplugAsync(string signal) => _socat.EndAsync(signal);

    public async Task PlugInAgainAsync()
    {
        _socat.Dispose();
        // A link left behind may lead to the new terminal, which takes the lowest free number, before socat has made its own.
        File.Delete(Path);
        _socat = StartSocat();
        await ExistsAsync();
    }

    public void Dispose()
    {
        _socat.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // One way only: a P1 port is never written to.
    ChildProcess StartSocat() => ChildProcess.Start(
        "socat", "-u", "STDIN", string.Create(CultureInfo.InvariantCulture, $"pty,raw,echo=0,link={Path},perm={_permissions}"));

    async Task ExistsAsync()
    {
        await Wait.UntilAsync(() => _socat.HasExited || File.Exists(Path), Wait.Patience);
        if (_socat.HasExited) throw new InvalidOperationException($"socat ended: {await _socat.ReadErrorsAsync()}");
    }
}
