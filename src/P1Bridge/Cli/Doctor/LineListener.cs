using P1Bridge.Core.Diagnosis;
using P1Bridge.Core.Publishing;
using P1Bridge.Sources;

namespace P1Bridge.Cli.Doctor;

/// <summary>How long a line is listened to.</summary>
/// <param name="Longest">At most so long.</param>
/// <param name="StopsAtTelegram">Whether one good telegram is enough; otherwise the whole time is used, to see how many arrive damaged.</param>
sealed record ListenLimit(TimeSpan Longest, bool StopsAtTelegram);

/// <summary>What was heard.</summary>
/// <param name="Sample">The bytes and the counts.</param>
/// <param name="Diagnosis">What they mean.</param>
/// <param name="Snapshot">What the last good telegram says; null when there was none.</param>
/// <param name="IsClosed">The other side ended it.</param>
sealed record Heard(LineSample Sample, LineDiagnosis Diagnosis, MeterSnapshot? Snapshot, bool IsClosed);

/// <summary>Listens to an open line until it is clear what it is, or time is up.</summary>
sealed class LineListener(LineSampler sampler, MeterPipeline pipeline, LineProfile? profile, ListenLimit limit, TimeProvider time)
{
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Opening a port can leave some odd bytes first.</summary>
    static readonly TimeSpan EarliestVerdict = TimeSpan.FromSeconds(2);

    readonly byte[] _buffer = new byte[16 * 1024];
    MeterSnapshot? _snapshot;

    /// <summary>Listens; <paramref name="progress"/> is told every second how long already.</summary>
    public async Task<Heard> ListenAsync(IByteSource source, Stream line, Action<TimeSpan> progress, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var (isEnded, lookedAt) = (false, TimeSpan.Zero);
        while (!isEnded && (time.GetElapsedTime(start) < limit.Longest || source.EndsForGood))
        {
            isEnded = await ReadAsync(line, cancellation) == 0;
            if (isEnded) sampler.Complete(Take);
            if (limit.StopsAtTelegram && !source.EndsForGood && sampler.Counters is { Accepted: > 0, AllRefused: 0 }) break;
            var elapsed = time.GetElapsedTime(start);
            if (elapsed - lookedAt < LookInterval || source.EndsForGood) continue;
            lookedAt = elapsed;
            progress(elapsed);
            if (elapsed >= EarliestVerdict && Judge(elapsed) is { IsCertain: true, Finding: not (LineFinding.Ok or LineFinding.Silent) }) break;
        }
        // The time of a recording is not the time of its reading.
        var listened = source.EndsForGood ? TimeSpan.Zero : time.GetElapsedTime(start);
        return new Heard(sampler.Sample(listened, profile), Judge(listened), _snapshot, isEnded && !source.EndsForGood);
    }

    LineDiagnosis Judge(TimeSpan listened) => LineDiagnosis.Of(sampler.Sample(listened, profile));

    /// <summary>The number of bytes read; -1 when none came for a while.</summary>
    async Task<int> ReadAsync(Stream line, CancellationToken cancellation)
    {
        using var look = new CancellationTokenSource(LookInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, look.Token);
        try
        {
            var count = await line.ReadAsync(_buffer, either.Token);
            sampler.Append(_buffer.AsSpan(0, count), Take);
            return count;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return -1;
        }
    }

    void Take() => _snapshot = pipeline.Process(sampler.Readings, time.GetUtcNow());
}
