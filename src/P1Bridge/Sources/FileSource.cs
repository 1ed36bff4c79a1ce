using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>Telegrams out of a file, once and as fast as they can be read. A recording is read as the bytes that it stands for.</summary>
sealed class FileSource(string path, TimeProvider time) : IByteSource
{
    public string Description => path;

    public bool EndsForGood => true;

    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var position = new ReplayPosition(new ReplaySourceOptions(path, Speed: null), time);
        return ValueTask.FromResult<Stream>(new ReplayStream(path, position, time).Open());
    }
}
