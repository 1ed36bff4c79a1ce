namespace P1Bridge.Generation;

/// <summary>
/// The templates: those that are built in, and above them the user's own, file by file. Names are those below <c>templates/</c>, such as
/// <c>openhab/p1bridge.items.scriban</c>.
/// </summary>
/// <param name="userFolder">The user's folder; null: none. A template lies there under its whole name or its file name alone.</param>
sealed class TemplateFolder(string? userFolder)
{
    const string ResourcePrefix = "templates/";

    readonly Dictionary<string, TemplateEngine.Includes> _includes = [];

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateException">It is wrong.</exception>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    public TemplateEngine Open(string name)
    {
        var (text, place) = Find(name) ?? throw new IOException($"There is no template {name}{(userFolder is null ? "" : $" in {userFolder}")}.");
        var folder = name.Contains('/', StringComparison.Ordinal) ? name[..(name.LastIndexOf('/') + 1)] : "";
        if (!_includes.TryGetValue(folder, out var includes))
            _includes[folder] = includes = new(included => Find(included.Contains('/', StringComparison.Ordinal) ? included : folder + included));
        return TemplateEngine.Parse(text, place, includes);
    }

    /// <summary>The text of a template and where it is from; null when there is none.</summary>
    public FoundTemplate? Find(string name)
    {
        if (name.Split('/').Contains("..")) throw new IOException($"{name}: a template lies in the templates' folder or below it; '..' leads out of it.");
        foreach (var path in UserPaths(name))
        {
            if (File.Exists(path)) return new(Read(path), path);
        }
        using var stream = typeof(TemplateFolder).Assembly.GetManifestResourceStream(ResourcePrefix + name);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd(), ResourcePrefix + name);
    }

    /// <summary>Throws when there is no such folder: a misspelt one would silently give the built-in templates.</summary>
    public void Check()
    {
        if (userFolder is not null && !Directory.Exists(userFolder)) throw new IOException($"{userFolder}: there is no such folder of templates.");
    }

    IEnumerable<string> UserPaths(string name)
        => userFolder is null ? [] : [Path.Combine([userFolder, .. name.Split('/')]), Path.Combine(userFolder, name.Split('/')[^1])];

    static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).ReplaceLineEndings("\n");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be read by this user.", exception);
        }
    }
}
