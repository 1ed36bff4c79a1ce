using Microsoft.Extensions.Logging;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary>
/// Logging to standard error, a line per event; standard output belongs to what a command was asked for. Of the logging libraries only the
/// interfaces are used: the console logger brings dependency injection, options and configuration with it, 4 MB of memory for a few lines.
/// </summary>
sealed class Logs : ILoggerFactory
{
    readonly LogLevel _least;
    readonly LogLines _lines;

    Logs(LogLevel least, LogLines lines) => (_least, _lines) = (least, lines);

    public static ILoggerFactory Create(LogThreshold threshold) => new Logs(
        threshold switch
        {
            LogThreshold.Trace => LogLevel.Trace,
            LogThreshold.Debug => LogLevel.Debug,
            LogThreshold.Warning => LogLevel.Warning,
            LogThreshold.Error => LogLevel.Error,
            _ => LogLevel.Information,
        },
        new LogLines());

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("standard error is the only place that log lines go to");

    public void Dispose()
    {
        // Each line has been written when Log returns.
    }

    sealed class Category(string name, Logs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= logs._least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Console.Error.Write(logs._lines.Line(logLevel, name, formatter(state, exception), exception));
        }
    }
}
