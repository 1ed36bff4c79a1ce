using P1Bridge.Configuration;

namespace P1Bridge.Generation;

/// <summary>
/// The templates: those that are built in, and above them the user's own, file by file. Names are those below <c>templates/</c>, such as
/// <c>openhab/p1bridge.items.scriban</c>.
/// </summary>
/// <param name="userFolder">The user's folder; null: none. A template lies there under its whole name or its file name alone.</param>
sealed class TemplateFolder(string? userFolder)
{
    const string ResourcePrefix = "templates/";
    const string Extension = ".scriban";

    readonly Dictionary<string, TemplateEngine.Includes> _includes = [];
    readonly HashSet<string> _used = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

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
            if (!File.Exists(path)) continue;
            _used.Add(Path.GetFullPath(path));
            return new(Read(path), path);
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

    /// <summary>
    /// A line for each of the user's templates that nothing has used and whose name is near to that of a built-in one. Asked for after the
    /// rendering, which knows what templates include.
    /// </summary>
    public IReadOnlyList<string> Misspelt()
    {
        if (userFolder is null) return [];
        var known = typeof(TemplateFolder).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)).Select(static name => name[ResourcePrefix.Length..]).ToList();
        // Of those that another command uses nothing need be said.
        var usable = known.SelectMany(UserPaths).Select(Path.GetFullPath).ToHashSet(_used.Comparer);
        return
        [
            .. from path in Directory.EnumerateFiles(userFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
               where IsTemplate(path) && !_used.Contains(Path.GetFullPath(path)) && !usable.Contains(Path.GetFullPath(path))
               let near = Nearest(Path.GetRelativePath(userFolder, path).Replace('\\', '/'), known)
               where near is not null
               select $"{path} is used by nothing. Did you mean {near}?",
        ];
    }

    /// <summary>With its folder, or alone as it may lie in the user's folder.</summary>
    static string? Nearest(string name, List<string> known)
        => NearestName.Find(name, known) ?? NearestName.Find(name.Split('/')[^1], [.. known.Select(static known => known.Split('/')[^1])]);

    /// <summary>Copies that editors leave behind are none.</summary>
    static bool IsTemplate(string path) => NearestName.Distance(Path.GetExtension(path).ToLowerInvariant(), Extension) <= 2;

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
