using System.CommandLine;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary>What is wrong with a command line, in one line, with the name that was probably meant.</summary>
static class UsageMessage
{
    /// <summary>The line for a command line with errors.</summary>
    public static string Of(RootCommand root, ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (unknown is not null && parsed.CommandResult.Command == root && !unknown.StartsWith('-')) return UnknownCommand(root, unknown);
        // One line, also where the message lists what is allowed.
        var message = string.Join(' ', DecryptionArguments.WithoutKeys(parsed.Errors[0].Message).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        var hint = unknown?.StartsWith('-') == true && NearestName.Find(unknown, parsed.CommandResult.Command.Options.Select(static option => option.Name)) is { } near ? $" Did you mean '{near}'?" : "";
        var command = parsed.CommandResult.Command == root ? "" : $" {parsed.CommandResult.Command.Name}";
        return $"p1bridge: {message}.{hint} Try 'p1bridge{command} --help'.";
    }

    static string UnknownCommand(RootCommand root, string unknown)
    {
        var names = root.Subcommands.Select(static command => command.Name).ToList();
        var hint = NearestName.Find(unknown, names) is { } near ? $"Did you mean '{near}'?" : $"There are {string.Join(", ", names)}.";
        return $"p1bridge: there is no command '{DecryptionArguments.WithoutKeys(unknown)}'. {hint} Try 'p1bridge --help'.";
    }
}
