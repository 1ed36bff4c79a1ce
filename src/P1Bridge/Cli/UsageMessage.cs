using System.CommandLine;
using System.CommandLine.Parsing;
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
        if (UnknownOption(parsed) is { } option) return option;
        // One line, also where the message lists what is allowed.
        var message = string.Join(' ', DecryptionArguments.WithoutKeys(parsed.Errors[0].Message).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return $"p1bridge: {message}. Try 'p1bridge --help'.";
    }

    /// <summary>An unknown option is taken for an argument, so that the parser complains of the word behind it.</summary>
    static string? UnknownOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var names = command.Options.Select(static option => option.Name).ToList();
        foreach (var token in parsed.Tokens)
        {
            if (token.Type != TokenType.Argument || !token.Value.StartsWith("--", StringComparison.Ordinal)) continue;
            if (NearestName.Find(token.Value, names) is { } near)
                return $"p1bridge: there is no option '{DecryptionArguments.WithoutKeys(token.Value)}'. Did you mean '{near}'? Try 'p1bridge {command.Name} --help'.";
        }
        return null;
    }

    static string UnknownCommand(RootCommand root, string unknown)
    {
        var names = root.Subcommands.Select(static command => command.Name).ToList();
        var hint = NearestName.Find(unknown, names) is { } near ? $"Did you mean '{near}'?" : $"There are {string.Join(", ", names)}.";
        return $"p1bridge: there is no command '{DecryptionArguments.WithoutKeys(unknown)}'. {hint} Try 'p1bridge --help'.";
    }
}
