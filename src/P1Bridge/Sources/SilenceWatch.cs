namespace P1Bridge.Sources;

/// <summary>
/// How long without a telegram is silence: what is configured, and at least three times the interval at which the meter sends, so that one
/// damaged telegram of a meter that sends each ten seconds is none (that makes the 15 s of meters of 1 s, and 30 s of the others). Decides only.
/// </summary>
sealed class SilenceWatch(TimeSpan configured, TimeProvider time)
{
    /// <summary>No P1 meter sends more seldom (DSMR 2.2 to 4: 10 s); longer gaps are faults.</summary>
    static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    const int Missed = 3;

    long _lastAt = time.GetTimestamp();
    bool _hasLast;
    TimeSpan _interval;

    /// <summary>The time without a telegram that counts as silence.</summary>
    public TimeSpan Limit => Missed * _interval is var needed && needed > configured ? needed : configured;

    /// <summary>Whether it is silent now.</summary>
    public bool IsOver => time.GetElapsedTime(_lastAt) >= Limit;

    /// <summary>A valid telegram came.</summary>
    public void Note()
    {
        if (_hasLast && time.GetElapsedTime(_lastAt) is var gap) _interval = gap < LongestInterval ? gap : LongestInterval;
        (_hasLast, _lastAt) = (true, time.GetTimestamp());
    }

    /// <summary>The source was opened anew: the gap up to the next telegram says nothing about the meter.</summary>
    public void Pause() => _hasLast = false;
}
