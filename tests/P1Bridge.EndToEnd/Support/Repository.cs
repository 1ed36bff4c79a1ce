namespace P1Bridge.EndToEnd.Support;

/// <summary>Files of the repository, found from where the tests were built.</summary>
static class Repository
{
    static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "P1Bridge.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests run outside the repository; they need its telegrams and snapshots.");
    }
}
