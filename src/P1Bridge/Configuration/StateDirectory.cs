namespace P1Bridge.Configuration;

/// <summary>The operating systems whose folders differ.</summary>
enum SystemKind { Linux, MacOs, Windows }

/// <summary>Where state is kept when nobody says so.</summary>
static class StateDirectory
{
    const string SystemWide = "/var/lib/p1bridge";

    /// <summary>
    /// The service manager's folder (<c>STATE_DIRECTORY</c>; systemd separates several with colons), else the system's for root on Linux,
    /// else the folder for local state of the user.
    /// </summary>
    public static string Default(IReadOnlyDictionary<string, string> environment, SystemKind system, bool isRoot)
    {
        var separator = system == SystemKind.Windows ? ';' : ':';
        if (Value(environment, "STATE_DIRECTORY").Split(separator)[0] is { Length: > 0 } given) return given;
        if (system == SystemKind.Linux && isRoot) return SystemWide;
        return system switch
        {
            SystemKind.Windows => Join(Value(environment, "LOCALAPPDATA"), "\\P1Bridge") ?? "C:\\ProgramData\\P1Bridge",
            SystemKind.MacOs => Join(Value(environment, "HOME"), "/Library/Application Support/p1bridge") ?? SystemWide,
            _ => Join(Value(environment, "XDG_STATE_HOME"), "/p1bridge")
                ?? Join(Value(environment, "HOME"), "/.local/state/p1bridge") ?? SystemWide,
        };
    }

    /// <summary>The same for the machine the program runs on.</summary>
    public static string Default(IReadOnlyDictionary<string, string> environment) =>
        Default(environment, ThisSystem(), Environment.IsPrivilegedProcess);

    static SystemKind ThisSystem()
    {
        if (OperatingSystem.IsWindows()) return SystemKind.Windows;
        return OperatingSystem.IsMacOS() ? SystemKind.MacOs : SystemKind.Linux;
    }

    static string Value(IReadOnlyDictionary<string, string> environment, string name) => environment.GetValueOrDefault(name, "");

    static string? Join(string folder, string rest) => folder.Length == 0 ? null : folder.TrimEnd('/', '\\') + rest;
}
