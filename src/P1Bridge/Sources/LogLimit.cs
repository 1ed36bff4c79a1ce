namespace P1Bridge.Sources;

/// <summary>Lets one log line through per interval and counts what it held back. Decides only.</summary>
sealed class LogLimit(TimeProvider time, TimeSpan interval)
{
    long? _lastAt;
    long _suppressed;

    /// <summary>Whether to log now; <paramref name="suppressed"/> is how many were held back since the last line.</summary>
    public bool IsDue(out long suppressed)
    {
        suppressed = _suppressed;
        if (_lastAt is { } last && time.GetElapsedTime(last) < interval)
        {
            _suppressed++;
            return false;
        }
        _lastAt = time.GetTimestamp();
        _suppressed = 0;
        return true;
    }
}
