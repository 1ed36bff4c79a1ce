using System.Diagnostics;

namespace P1Bridge.Serial.Tests.Support;

/// <summary>A process started by a test and ended by its id.</summary>
sealed class ChildProcess : IDisposable
{
    readonly Process _process;

    ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public bool HasExited => _process.HasExited;

    public static ChildProcess Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new ChildProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is needed by the tests: run scripts/setup.sh", missing);
        }
    }

    /// <summary>Starts a program that has none of root's powers over files and devices.</summary>
    public static ChildProcess StartPowerless(string program, params IEnumerable<string> arguments) => Environment.IsPrivilegedProcess
        ? Start("setpriv", ["--bounding-set=-all", "--inh-caps=-all", program, .. arguments])
        : Start(program, arguments);

    public static ChildProcess StartProbe(params IEnumerable<string> arguments) => Start("dotnet", [ProbePath, .. arguments]);

    public static ChildProcess StartPowerlessProbe(params IEnumerable<string> arguments) => StartPowerless("dotnet", [ProbePath, .. arguments]);

    static string ProbePath => typeof(Probe).Assembly.Location;

    public static async Task<string> OutputOfAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments);
        return (await process._process.StandardOutput.ReadToEndAsync().WaitAsync(Wait.Patience)).Trim();
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Wait.Patience)
        ?? throw new InvalidOperationException($"The process ended: {await _process.StandardError.ReadToEndAsync()}");

    public async Task<char> ReadCharacterAsync()
    {
        var character = new char[1];
        var count = await _process.StandardOutput.ReadAsync(character, 0, 1).WaitAsync(Wait.Patience);
        return count == 1 ? character[0] : throw new InvalidOperationException($"The process ended: {await ReadErrorsAsync()}");
    }

    public async Task<string> ReadErrorsAsync() => await _process.StandardError.ReadToEndAsync().WaitAsync(Wait.Patience);

    public async Task EndAsync(string signal)
    {
        using var kill = Start("kill", $"-{signal}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await kill._process.WaitForExitAsync().WaitAsync(Wait.Patience);
        await _process.WaitForExitAsync().WaitAsync(Wait.Patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
