using P1Bridge.Configuration;

namespace P1Bridge.Sources;

/// <summary>
/// Where a replay stands and when its next bytes are due. Kept while the stream is closed and opened again, so that a recorded silence
/// that makes the reader give up is replayed as one. Decides only.
/// </summary>
sealed class ReplayPosition(ReplaySourceOptions options, TimeProvider time)
{
    /// <summary>Between the last bytes of one round and the start of the next: meters send each second.</summary>
    static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);

    long? _startedAt;
    TimeSpan _roundBegan;
    TimeSpan _last;

    /// <summary>Chunks of this round that were handed out.</summary>
    public int Played { get; private set; }

    /// <summary>Whether nothing more will come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>How long to wait for what was recorded at <paramref name="offset"/>; zero or less when it is due.</summary>
    public TimeSpan WaitFor(TimeSpan offset)
    {
        _startedAt ??= time.GetTimestamp();
        return options.Speed is { } speed ? (_roundBegan + offset) / (double)speed - time.GetElapsedTime(_startedAt.Value) : TimeSpan.Zero;
    }

    /// <summary>That chunk was handed out.</summary>
    public void MarkPlayed(TimeSpan offset)
    {
        Played++;
        _last = offset;
    }

    /// <summary>The file is at its end; true when it begins anew. A file without bytes never does: it would spin for ever.</summary>
    public bool TryBeginAnew()
    {
        if (!options.Loop || Played == 0)
        {
            HasEnded = true;
            return false;
        }
        Played = 0;
        _roundBegan += _last + BetweenRounds;
        return true;
    }

    /// <summary>The file cannot be read on.</summary>
    public void MarkFailed() => HasEnded = true;
}
