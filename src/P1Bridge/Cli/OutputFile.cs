namespace P1Bridge.Cli;

/// <summary>Files that commands write. None is overwritten unless the user says so; <c>-</c> is standard output.</summary>
static class OutputFile
{
    const string Standard = "-";

    /// <summary>Throws <see cref="IOException"/> when there is such a file already.</summary>
    public static void Check(string path, bool mayOverwrite)
    {
        if (path == Standard) return;
        if (Directory.Exists(path)) throw new IOException($"{path} is a directory; name a file in it.");
        if (File.Exists(path) && !mayOverwrite) throw new IOException($"{path} exists already; choose another name or add --force.");
    }

    /// <summary>Creates the file. Throws <see cref="IOException"/> with a text that says what to do.</summary>
    public static Stream Create(string path, bool mayOverwrite)
    {
        Check(path, mayOverwrite);
        if (path == Standard) return Console.OpenStandardOutput();
        try
        {
            // Who started a long recording wants to look at it while it grows.
            return new FileStream(path, mayOverwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be written by this user; choose another folder.", exception);
        }
    }

    /// <summary>Writes a file whole or not at all: when <paramref name="writeAsync"/> says false or throws, a former file stays.</summary>
    public static async Task WriteAsync(string path, bool mayOverwrite, Func<Stream, Task<bool>> writeAsync)
    {
        Check(path, mayOverwrite);
        var temporary = path == Standard ? path : path + ".new";
        var isDone = false;
        try
        {
            await using (var stream = Create(temporary, mayOverwrite: true))
                isDone = await writeAsync(stream);
            if (isDone && path != Standard) File.Move(temporary, path, mayOverwrite);
        }
        finally
        {
            if (!isDone && path != Standard) File.Delete(temporary);
        }
    }
}
