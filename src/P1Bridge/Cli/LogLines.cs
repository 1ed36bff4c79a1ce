using System.Globalization;
using Microsoft.Extensions.Logging;

namespace P1Bridge.Cli;

/// <summary>
/// One line per event: <c>2026-11-21T08:38:01+01:00 info  mqtt: text</c>. Under the systemd journal, which has its own time stamps,
/// <c>&lt;6&gt;mqtt: text</c> with the priority in front (sd-daemon(3)).
/// </summary>
sealed class LogLines(bool isForJournal, TimeProvider time)
{
    /// <summary>The category of everything about meters, whose texts begin with the meter's name: that is prefix enough.</summary>
    public const string Meters = "meters";

    public LogLines()
        // Shells that a service started inherit the variable; what a terminal shows is not for the journal.
        : this(Console.IsErrorRedirected && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("JOURNAL_STREAM")), TimeProvider.System)
    {
    }

    /// <summary>The line of an event, its end included.</summary>
    public string Line(LogLevel level, string category, string text, Exception? exception)
    {
        var (word, priority) = Level(level);
        if (exception is not null) text = $"{text} ({exception.GetType().Name}: {exception.Message})";
        var start = isForJournal
            ? string.Create(CultureInfo.InvariantCulture, $"<{priority}>")
            : string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():yyyy-MM-dd'T'HH:mm:sszzz} {word,-5} ");
        // What comes from outside, such as the name of a port, must not begin a line of its own.
        return $"{start}{(category == Meters ? "" : $"{category}: ")}{text.ReplaceLineEndings(" ")}\n";
    }

    static (string Word, int Priority) Level(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => ("error", 3),
        LogLevel.Warning => ("warn", 4),
        LogLevel.Information => ("info", 6),
        LogLevel.Debug => ("debug", 7),
        _ => ("trace", 7),
    };
}
