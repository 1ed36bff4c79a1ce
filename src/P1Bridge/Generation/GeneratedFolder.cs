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
    public IReadOnlyList<FoundFile> Compare(IEnumerable<GeneratedFile> files) => [.. files.Select(Compare)];

    /// <summary>Writes what is different. What is protected must have been asked for; it is kept beside the new file.</summary>
    /// <returns>The path of each file that was written.</returns>
    public IReadOnlyList<string> Write(IEnumerable<FoundFile> files)
    {
        var written = new List<string>();
        foreach (var found in files.Where(static file => file.IsDifferent))
        {
            var path = PathOf(found.File);
            if (found.State is FileState.Edited or FileState.Foreign) File.Copy(path, BackupOf(path));
            Write(path, found.File.Text);
            written.Add(path);
        }
        return written;
    }

    /// <summary>Where a file goes.</summary>
    public string PathOf(GeneratedFile file) => Path.Combine([folder, .. file.Path.Split('/')]);

    FoundFile Compare(GeneratedFile file)
    {
        var path = PathOf(file);
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder; a file of that name is to be written there.");
        if (!File.Exists(path)) return new(file, FileState.Missing, "");
        var found = Guarded(path, static path => Encoding.GetString(File.ReadAllBytes(path)));
        if (found == file.Text) return new(file, FileState.Same, found);
        // On Unix a file that must not be written could still be replaced, which is not what its owner meant.
        if ((File.GetAttributes(path) & FileAttributes.ReadOnly) != 0) throw new IOException($"{path} is read-only; make it writable (chmod u+w) or choose another folder.");
        var state = GeneratedFile.AuthorOf(found) switch
        {
            Authorship.Generator => FileState.Stale,
            Authorship.Edited => FileState.Edited,
            _ => FileState.Foreign,
        };
        return new(file, state, found);
    }

    static void Write(string path, string text)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // openHAB passes over hidden files, and sees the new one only when it is whole.
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.new");
        Guarded(path, _ =>
        {
            MakeReadable(directory);
            File.WriteAllText(temporary, text, Encoding);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, File.Exists(path) ? File.GetUnixFileMode(path) : FileMode);
            File.Move(temporary, path, overwrite: true);
            return true;
        });
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
