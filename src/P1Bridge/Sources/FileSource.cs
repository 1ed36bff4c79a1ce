namespace P1Bridge.Sources;

/// <summary>Telegrams out of a file, once and as fast as they can be read.</summary>
sealed class FileSource(string path) : IByteSource
{
    public string Description => path;

    public bool EndsForGood => true;

    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return ValueTask.FromResult<Stream>(File.OpenRead(path));
        }
        catch (UnauthorizedAccessException exception) when (Directory.Exists(path))
        {
            throw new IOException($"{path} is a directory. Name the file in it that holds the telegrams.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be read by this user. Change its permissions or choose another file.", exception);
        }
    }
}
