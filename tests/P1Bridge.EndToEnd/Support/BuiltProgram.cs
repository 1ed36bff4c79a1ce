namespace P1Bridge.EndToEnd.Support;

/// <summary>The built program: what stands beside the tests because their project refers to it.</summary>
static class BuiltProgram
{
    static string Library => Path.Combine(AppContext.BaseDirectory, "p1bridge.dll");

    /// <summary>The runtime that runs the tests runs the program too.</summary>
    static string Runtime => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");

    public static Child Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? directory = null)
        => new(Runtime, [Library, .. arguments], environment, directory);

    /// <summary>The same as a user without rights.</summary>
    public static Child StartAs(string user, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
        => new("setpriv", [$"--reuid={user}", "--clear-groups", "--inh-caps=-all", Runtime, Library, .. arguments], environment);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var child = Start(arguments);
        var exitCode = await child.ExitAsync();
        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }
}
