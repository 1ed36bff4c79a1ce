using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace P1Bridge.EndToEnd.Support;

/// <summary>A process started by a test, its lines collected as they come, ended by its id.</summary>
sealed class Child : IAsyncDisposable
{
    readonly Process _process;
    readonly List<string> _output = [];
    readonly List<string> _errors = [];
    readonly string _name;

    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
    {
        _name = program;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory ?? "",
        };
        ForgetOurs(start.Environment);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is needed by the tests: run scripts/setup.sh", missing);
        }
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Its standard input as bytes.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    public IReadOnlyList<string> Output => Copy(_output);

    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Everything it said, for messages of failed tests.</summary>
    public string Story => $"{_name} said:\n{string.Join('\n', Output)}\n{string.Join('\n', Errors)}";

    /// <summary>Waits until a line on standard error holds <paramref name="text"/>.</summary>
    public Task SaysAsync(string text, TimeSpan? limit = null) => SaysAsync(text, 1, limit);

    /// <summary>Waits until so many lines on standard error hold <paramref name="text"/>.</summary>
    public async Task SaysAsync(string text, int times, TimeSpan? limit = null)
    {
        await Eventually.HoldsAsync(() => CountOf(text) >= times || HasExited, () => $"Expected {times} x '{text}'. {Story}", limit);
        if (HasExited) await ExitAsync();
        Assert.True(CountOf(text) >= times, $"It ended before it said '{text}'. {Story}");
    }

    public int CountOf(string text) => Errors.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Sends a signal by name, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for the end, with all output read, and returns the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? Eventually.Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end in time. {Story}");
        }
        return _process.ExitCode;
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task<int> EndAsync(string signal, TimeSpan? limit = null)
    {
        await SignalAsync(signal);
        return await ExitAsync(limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>What the machine that runs the tests has set must not reach the program.</summary>
    static void ForgetOurs(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(static name => name.StartsWith("P1BRIDGE_", StringComparison.Ordinal)).ToList())
            environment.Remove(name);
        environment.Remove("STATE_DIRECTORY");
        environment.Remove("JOURNAL_STREAM");
    }

    static void Add(List<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines)
            lines.Add(line);
    }

    static string[] Copy(List<string> lines)
    {
        lock (lines)
            return [.. lines];
    }
}
