using P1Bridge.Core.Diagnosis;

namespace P1Bridge.Sources;

/// <summary>
/// Which profile a serial line is read with, found by listening: the remembered one or the most frequent one first, then round and round
/// until a telegram comes. Decides only; the time that counts is the time the line was listened to.
/// </summary>
sealed class ProfileSearch
{
    /// <summary>A meter that sends every ten seconds must have had its chance.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>Silence on a line that has worked is mostly a cable that was pulled, and no reason to look elsewhere soon.</summary>
    static readonly TimeSpan PatienceWithSilence = TimeSpan.FromMinutes(2);

    /// <summary>How often the line is looked at meanwhile: some faults prove themselves.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(3);

    readonly IReadOnlyList<LineProfile> _candidates;
    readonly TimeProvider _time;
    LineProfile? _proven;
    TimeSpan _listenedBefore;
    TimeSpan _lookedAt;
    long? _listeningSince;

    public ProfileSearch(IReadOnlyList<LineProfile> candidates, LineProfile? remembered, TimeProvider time)
    {
        _proven = remembered is { } known && candidates.Contains(known) ? known : null;
        (_candidates, _time, Current) = (candidates, time, _proven ?? candidates[0]);
    }

    /// <summary>The profile to open the line with.</summary>
    public LineProfile Current { get; private set; }

    /// <summary>Whether there is anything to search for.</summary>
    public bool HasChoice => _candidates.Count > 1;

    /// <summary>How long the line was listened to with <see cref="Current"/>.</summary>
    public TimeSpan Listened => _listenedBefore + (_listeningSince is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero);

    /// <summary>Time until the next look; zero when it is due.</summary>
    public TimeSpan UntilLook => _lookedAt + LookInterval is var next && next > Listened ? next - Listened : TimeSpan.Zero;

    /// <summary>The profiles that what is configured leaves open, the likeliest first; null stands for "not configured".</summary>
    public static IReadOnlyList<LineProfile> Candidates(int? baudRate, bool? isSevenEven)
    {
        if (baudRate is { } speed && isSevenEven is { } format) return [new LineProfile(speed, format)];
        var standard = LineProfile.Standard.Where(profile => (baudRate ?? profile.BaudRate) == profile.BaudRate && (isSevenEven ?? profile.IsSevenEven) == profile.IsSevenEven);
        // With one of the two fixed, the other has two values that make sense.
        IEnumerable<LineProfile> others = baudRate is { } fixedSpeed
            ? [new(fixedSpeed, false), new(fixedSpeed, true)]
            : isSevenEven is { } fixedFormat ? [new(115_200, fixedFormat), new(9600, fixedFormat)] : [];
        return [.. standard.Concat(others).Distinct()];
    }

    /// <summary>The line was opened.</summary>
    public void Begin() => _listeningSince = _time.GetTimestamp();

    /// <summary>The line was closed.</summary>
    public void Pause() => (_listenedBefore, _listeningSince) = (Listened, null);

    /// <summary>A valid telegram came. True the first time with this profile: worth a line in the log and worth remembering.</summary>
    public bool Prove()
    {
        var isNews = _proven != Current;
        _proven = Current;
        Restart();
        return isNews;
    }

    /// <summary>A look at the line as it is; true when <see cref="Current"/> has changed, and the line is to be opened anew.</summary>
    public bool Look(LineDiagnosis diagnosis)
    {
        _lookedAt = Listened;
        if (!HasChoice || !diagnosis.IsWorthAnotherProfile || !IsPatienceOver(diagnosis)) return false;
        Current = Next(diagnosis.Finding);
        Restart();
        return true;
    }

    bool IsPatienceOver(LineDiagnosis diagnosis)
    {
        if (diagnosis.Finding == LineFinding.Silent) return Listened >= (_proven == Current ? PatienceWithSilence : Patience);
        return diagnosis.IsCertain || Listened >= Patience;
    }

    LineProfile Next(LineFinding finding)
    {
        // The text was readable but for its parity: the speed is right.
        var sameSpeed = Current with { IsSevenEven = !Current.IsSevenEven };
        if (finding == LineFinding.WrongParity && _candidates.Contains(sameSpeed)) return sameSpeed;
        for (var i = 0; i < _candidates.Count; i++)
        {
            if (_candidates[i] == Current) return _candidates[(i + 1) % _candidates.Count];
        }
        return _candidates[0];
    }

    void Restart()
    {
        _listenedBefore = _lookedAt = TimeSpan.Zero;
        if (_listeningSince is not null) _listeningSince = _time.GetTimestamp();
    }
}
