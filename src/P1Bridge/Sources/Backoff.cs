namespace P1Bridge.Sources;

/// <summary>Waits that double from <paramref name="first"/> to <paramref name="longest"/>, and begin anew after success. Decides only.</summary>
sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    int _failures;

    /// <summary>How long to wait now.</summary>
    public TimeSpan Next()
    {
        var wait = first * Math.Pow(2, Math.Min(_failures++, 20));
        return wait < longest ? wait : longest;
    }

    /// <summary>It worked: the next wait is short again.</summary>
    public void Reset() => _failures = 0;
}
