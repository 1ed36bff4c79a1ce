namespace P1Bridge.Sources;

/// <summary>
/// A source for somebody who waits at the terminal: when it cannot be opened the first time, and waiting would not change that, the work ends.
/// What goes away later heals as in the service.
/// </summary>
/// <param name="source">The source itself.</param>
/// <param name="isHopeless">Whether a refusal stays until the user does something.</param>
/// <param name="end">Told why; ends the work by cancelling it.</param>
sealed class FirstOpening(IByteSource source, Func<IOException, bool> isHopeless, Action<IOException> end) : IByteSource
{
    bool _wasOpened;

    public string Description => source.Description;

    public bool EndsForGood => source.EndsForGood;

    public string SilenceAdvice => source.SilenceAdvice;

    public async ValueTask<Stream> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            var stream = await source.OpenAsync(cancellation);
            _wasOpened = true;
            return stream;
        }
        catch (IOException exception) when (!_wasOpened && isHopeless(exception))
        {
            end(exception);
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }
}
