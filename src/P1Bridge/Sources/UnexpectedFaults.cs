using Microsoft.Extensions.Logging;

namespace P1Bridge.Sources;

/// <summary>
/// The last net below a task that must not end: faults that nobody foresaw are counted, and each different one is logged once with a
/// request to report it.
/// </summary>
sealed class UnexpectedFaults(string what, ILogger log)
{
    /// <summary>A text with a changing part must not fill the memory.</summary>
    const int MostTexts = 50;

    readonly HashSet<string> _said = [];
    long _count;

    /// <summary>How many there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Does something; a fault of it ends here.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // One telegram or one report is worth less than the service.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Note(exception);
        }
    }

    /// <summary>Counts a fault, and logs it when it is a new one.</summary>
    public void Note(Exception exception)
    {
        Interlocked.Increment(ref _count);
        var text = $"{exception.GetType().Name}: {exception.Message}";
        if (_said.Count >= MostTexts || !_said.Add(text)) return;
        log.LogError(
            "{What}: unexpected fault, {Text} The work goes on. Please report this, with the lines around it: https://github.com/p1bridge/p1bridge/issues",
            what, text.EndsWith('.') ? text : text + ".");
        log.LogDebug("{What}: {Details}", what, exception.ToString());
    }
}
