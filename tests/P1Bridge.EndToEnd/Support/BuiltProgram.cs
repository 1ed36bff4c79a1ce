namespace P1Bridge.EndToEnd.Support;

/// <summary>
/// The built program: what stands beside the tests because their project refers to it. P1BRIDGE_PROGRAM names a published file to be tested
/// instead: trimmed and compiled ahead it is another program in some ways.
/// </summary>
static class BuiltProgram
{
    static string Library => Path.Combine(AppContext.BaseDirectory, "p1bridge.dll");

    /// <summary>The runtime that runs the tests runs the program too.</summary>
    static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");

    /// <summary>The words that start it in a shell.</summary>
    public static IReadOnlyList<string> Words { get; } = Environment.GetEnvironmentVariable("P1BRIDGE_PROGRAM") is { Length: > 0 } published ? [published] : [Runtime, Library];

    /// <summary>Starts it. Tests that run in the background of a shell ignore Ctrl-C, and so would what they start.</summary>
    public static Child Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
        => new("env", ["--default-signal=INT", .. Words, .. arguments], environment, directory);

    /// <summary>Starts it without root's powers over files and devices: what a mode forbids is then forbidden.</summary>
    public static Child StartPowerless(IEnumerable<string> arguments) => Environment.IsPrivilegedProcess
        ? new("setpriv", ["--bounding-set=-all", "--inh-caps=-all", .. Words, .. arguments])
        : Start(arguments);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var child = Start(arguments);
        var exitCode = await child.ExitAsync();
        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }
}
