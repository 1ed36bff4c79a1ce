using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace P1Bridge.Tests.Support;

/// <summary>A log that keeps its lines; for several threads.</summary>
sealed class KeptLog : ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Those of them that are warnings or worse.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        Lines.Enqueue(line);
        if (logLevel >= LogLevel.Warning) Warnings.Enqueue(line);
    }
}
