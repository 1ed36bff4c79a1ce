namespace P1Bridge.Tests.Support;

/// <summary>Where the project lies on this machine: the folder of the solution, found from the test assembly upwards.</summary>
static class Repository
{
    public static readonly string Root = FindRoot();

    public static string Telegrams => PathOf("tests", "telegrams");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files below a folder of the project, without what a build leaves there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
        => Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Where(static path => !path.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "P1Bridge.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds P1Bridge.sln");
    }
}
