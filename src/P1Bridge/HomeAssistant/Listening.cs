namespace P1Bridge.HomeAssistant;

/// <summary>
/// When Home Assistant listens to the entities that it was told of: it needs a moment to make them and to subscribe to their topics, and what
/// is sent meanwhile without being retained reaches nobody. Decides only; not thread-safe.
/// </summary>
sealed class Listening
{
    /// <summary>Home Assistant 2026.4 took less than two seconds for four devices with fifty entities.</summary>
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>When it listens to what was announced last; null when nothing was announced since it was taken.</summary>
    public TimeSpan? At { get; private set; }

    /// <summary>Something was announced.</summary>
    public void Announced(TimeSpan now) => At = now + Delay;

    /// <summary>The broker is gone: what comes after it is another matter.</summary>
    public void Cancel() => At = null;

    /// <summary>True once, when the time has come.</summary>
    public bool Take(TimeSpan now)
    {
        if (At is not { } at || at > now) return false;
        At = null;
        return true;
    }
}
