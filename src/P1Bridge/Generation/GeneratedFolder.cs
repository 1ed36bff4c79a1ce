using System.Globalization;
using System.Text;

namespace P1Bridge.Generation;

/// <summary>How a generated file and the disk stand to each other.</summary>
enum FileState
{
    /// <summary>There is none yet.</summary>
    Missing,

    /// <summary>As it would be written.</summary>
    Same,

    /// <summary>Made by us from something older.</summary>
    Stale,

    /// <summary>Changed by hand.</summary>
    Edited,

    /// <summary>The user's own.</summary>
    Foreign,
}

/// <summary>A file and what was found in its place.</summary>
/// <param name="File">The file.</param>
/// <param name="State">What was found.</param>
/// <param name="Found">The text on disk; empty when there is none.</param>
sealed record FoundFile(GeneratedFile File, FileState State, string Found)
{
    /// <summary>Whether writing would lose what somebody wrote by hand. An example gives way instead.</summary>
    public bool IsProtected => State is FileState.Edited or FileState.Foreign && !IsLeftAlone;

    /// <summary>Whether the user's own file stays in its place in any case.</summary>
    public bool IsLeftAlone => State is FileState.Foreign && File.IsExample;

    /// <summary>Whether the disk differs from what would be written.</summary>
    public bool IsDifferent => State is not FileState.Same && !IsLeftAlone;

    /// <summary>Whether there is anything to say or to do: of what must not be there, only what we put there.</summary>
    internal bool Counts => !File.IsUnwanted || State is FileState.Stale or FileState.Edited;
}

/// <summary>
/// Puts generated files into a folder that others read at the same time: whole or not at all, and never over what somebody wrote by hand.
/// Throws <see cref="IOException"/> with a text that says what to do.
/// </summary>
sealed class GeneratedFolder(string folder)
{
    const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Compares files with the disk.</summary>
    public IReadOnlyList<FoundFile> Compare(IEnumerable<GeneratedFile> files) => [.. files.Select(Compare).Where(static found => found.Counts)];

    /// <summary>
    /// Writes what is different, and removes what must not be there. What is protected must have been asked for; it is kept beside the new file.
    /// All new files are on the disk before the first one takes its place, so that a full disk leaves everything as it was.
    /// </summary>
    /// <returns>The files that were written or removed.</returns>
    public IReadOnlyList<FoundFile> Write(IEnumerable<FoundFile> files)
    {
        var different = files.Where(static file => file.IsDifferent).ToList();
        var prepared = new List<(string Temporary, string Path)>();
        try
        {
            foreach (var found in different.Where(static file => !file.File.IsUnwanted))
                prepared.Add(Prepare(Behind(PathOf(found.File)), found.File.Text));
            foreach (var path in different.Where(static file => file.State is FileState.Edited or FileState.Foreign).Select(file => PathOf(file.File)))
                Guarded(path, static path => File.Copy(path, BackupOf(path)));
        }
        catch (IOException)
        {
            foreach (var (temporary, _) in prepared) File.Delete(temporary);
            throw;
        }
        // What is read twice is worse than what is missing for a moment.
        foreach (var path in different.Where(static file => file.File.IsUnwanted).Select(file => PathOf(file.File)))
            Guarded(path, File.Delete);
        foreach (var (temporary, path) in prepared)
            Guarded(path, path => File.Move(temporary, path, overwrite: true));
        return different;
    }

    /// <summary>Where a file goes.</summary>
    public string PathOf(GeneratedFile file) => Path.Combine([folder, .. file.Path.Split('/')]);

    FoundFile Compare(GeneratedFile file)
    {
        var path = PathOf(file);
        if (Directory.Exists(path) && !file.IsUnwanted) throw new IOException($"{path} is a folder; a file of that name is to be written there.");
        if (!File.Exists(path)) return new(file, FileState.Missing, "");
        var found = Guarded(path, static path => Encoding.GetString(File.ReadAllBytes(path)));
        if (found == file.Text) return new(file, FileState.Same, found);
        var state = GeneratedFile.AuthorOf(found) switch
        {
            Authorship.Generator => FileState.Stale,
            Authorship.Edited => FileState.Edited,
            _ => FileState.Foreign,
        };
        var compared = new FoundFile(file, state, found);
        // On Unix a file that must not be written could still be replaced, which is not what its owner meant.
        if (compared is { Counts: true, IsLeftAlone: false } && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
            throw new IOException($"{path} is read-only; make it writable (chmod u+w) or choose another folder.");
        return compared;
    }

    /// <summary>Where a link leads: a user who keeps the files elsewhere is to find the new ones there, and the link where it was.</summary>
    static string Behind(string path) => Guarded(path, static path => new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path);

    /// <summary>Puts a new file beside its place. openHAB passes over hidden files.</summary>
    static (string Temporary, string Path) Prepare(string path, string text)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.new");
        Guarded(path, path =>
        {
            MakeReadable(directory);
            WriteOrRemove(temporary, text);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, File.Exists(path) ? File.GetUnixFileMode(path) : FileMode);
        });
        return (temporary, path);
    }

    /// <summary>Half a file on a full disk would only make it fuller.</summary>
    static void WriteOrRemove(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text, Encoding);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Makes a folder and those above it. Another program is to read what is in it, and a service's mask would keep it from that.</summary>
    static void MakeReadable(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (Path.GetDirectoryName(folder) is { } above) MakeReadable(above);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, FolderMode);
    }

    /// <summary>The first free name: an older backup is worth as much as a newer one.</summary>
    static string BackupOf(string path)
    {
        var backup = $"{path}.bak";
        for (var number = 2; File.Exists(backup); number++)
            backup = string.Create(CultureInfo.InvariantCulture, $"{path}.bak{number}");
        return backup;
    }

    static void Guarded(string path, Action<string> work) => Guarded(path, path =>
    {
        work(path);
        return true;
    });

    static T Guarded<T>(string path, Func<string, T> work)
    {
        try
        {
            return work(path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be read or written by this user; give the folder to the user (chown), or choose another one.", exception);
        }
        catch (IOException exception)
        {
            throw new IOException($"{path} cannot be written: {exception.Message}", exception);
        }
    }
}
