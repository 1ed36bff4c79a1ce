using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace P1Bridge.Cli;

/// <summary>
/// One line per event: <c>2026-11-21T08:38:01+01:00 info  mqtt: text</c>. Under the systemd journal, which has its own time stamps,
/// <c>&lt;6&gt;mqtt: text</c> with the priority in front (sd-daemon(3)).
/// </summary>
sealed class LogLines : ConsoleFormatter
{
    public const string FormatName = "p1bridge";

    /// <summary>The category of everything about meters, whose texts begin with the meter's name: that is prefix enough.</summary>
    public const string Meters = "meters";

    readonly bool _isForJournal;
    readonly TimeProvider _time;

    public LogLines()
        // Shells that a service started inherit the variable; what a terminal shows is not for the journal.
        : this(Console.IsErrorRedirected && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("JOURNAL_STREAM")), TimeProvider.System)
    {
    }

    internal LogLines(bool isForJournal, TimeProvider time)
        : base(FormatName)
        => (_isForJournal, _time) = (isForJournal, time);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (word, priority) = Level(logEntry.LogLevel);
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } exception) text = $"{text} ({exception.GetType().Name}: {exception.Message})";
        var start = _isForJournal
            ? string.Create(CultureInfo.InvariantCulture, $"<{priority}>")
            : string.Create(CultureInfo.InvariantCulture, $"{_time.GetLocalNow():yyyy-MM-dd'T'HH:mm:sszzz} {word,-5} ");
        // What comes from outside, such as the name of a port, must not begin a line of its own.
        textWriter.Write($"{start}{(logEntry.Category == Meters ? "" : $"{logEntry.Category}: ")}{text.ReplaceLineEndings(" ")}\n");
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
