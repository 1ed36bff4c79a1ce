using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary>Logging to standard error, a line per event; standard output belongs to what a command was asked for.</summary>
static class Logs
{
    public static ILoggerFactory Create(LogThreshold threshold) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(threshold switch
        {
            LogThreshold.Trace => LogLevel.Trace,
            LogThreshold.Debug => LogLevel.Debug,
            LogThreshold.Warning => LogLevel.Warning,
            LogThreshold.Error => LogLevel.Error,
            _ => LogLevel.Information,
        })
        .AddConsole(static options =>
        {
            options.FormatterName = LogLines.FormatName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        })
        .Services.AddSingleton<ConsoleFormatter>(new LogLines()));
}
