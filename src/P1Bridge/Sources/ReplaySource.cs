using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>A recording, or a file with telegrams, played as a meter would send it.</summary>
sealed class ReplaySource(ReplaySourceOptions options, TimeProvider time) : IByteSource
{
    readonly ReplayPosition _position = new(options, time);
    bool _isMissing;

    public string Description => options.Path;

    /// <summary>Only at its end: before that, a silence in the recording is one of the line, after which reading goes on.</summary>
    public bool EndsForGood => _position.HasEnded || _isMissing;

    public ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult<Stream>(new ReplayStream(options.Path, _position, time).Open());
        }
        catch (IOException)
        {
            _isMissing = true;
            throw;
        }
    }
}
