using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using P1Bridge.Configuration;

namespace P1Bridge.Cli;

/// <summary>What is wrong with a command line, in one line, with the name that was probably meant.</summary>
static partial class UsageMessage
{
    /// <summary>The line for a command line with errors.</summary>
    public static string Of(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var command = parsed.CommandResult.Command;
        if (unknown is not null && command.Subcommands.Count > 0 && !unknown.StartsWith('-')) return UnknownCommand(parsed.CommandResult, unknown);
        if (unknown is null && command.Subcommands.Count > 0) return $"p1bridge: a command is missing; there are {NamesOf(command)}. Try '{PathOf(parsed.CommandResult)} --help'.";
        if (UnknownOption(parsed) is { } option) return option;
        if (unknown is not null && IsConfiguration(unknown) && command.Options.Any(static option => option.Name == "--config"))
            return $"p1bridge: a configuration file is named with --config: {PathOf(parsed.CommandResult)} --config {unknown}. Try '{PathOf(parsed.CommandResult)} --help'.";
        if (MissingArgument(parsed.CommandResult) is { } missing) return $"p1bridge: {missing.Name} is missing: {missing.Description}. Try '{PathOf(parsed.CommandResult)} --help'.";
        if (Mistyped(parsed.Errors[0].Message) is { Success: true, Groups: var words })
            return $"p1bridge: {words["option"].Value} takes a number, not '{DecryptionArguments.WithoutKeys(words["word"].Value)}'. Try '{PathOf(parsed.CommandResult)} --help'.";
        const string NoValue = "Required argument missing for option: ";
        if (parsed.Errors[0].Message.StartsWith(NoValue, StringComparison.Ordinal))
            return $"p1bridge: {parsed.Errors[0].Message[NoValue.Length..].Trim('\'', '.')} needs a value. Try '{PathOf(parsed.CommandResult)} --help'.";
        // One line, also where the message lists what is allowed.
        var message = string.Join(' ', DecryptionArguments.WithoutKeys(parsed.Errors[0].Message).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return $"p1bridge: {message}. Try '{PathOf(parsed.CommandResult)} --help'.";
    }

    static bool IsConfiguration(string word)
        => Path.GetExtension(word).ToLowerInvariant() is ".yaml" or ".yml";

    /// <summary>An unknown option is taken for an argument, so that the parser complains of the word behind it.</summary>
    static string? UnknownOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var names = command.Options.Select(static option => option.Name).ToList();
        foreach (var token in parsed.Tokens)
        {
            if (token.Type != TokenType.Argument || !token.Value.StartsWith("--", StringComparison.Ordinal)) continue;
            if (NearestName.Find(token.Value, names) is { } near)
                return $"p1bridge: there is no option '{DecryptionArguments.WithoutKeys(token.Value)}'. Did you mean '{near}'? Try '{PathOf(parsed.CommandResult)} --help'.";
        }
        return null;
    }

    /// <summary>The parser names the types of the program's language, of which only numbers are used.</summary>
    static Match Mistyped(string message) => NumberExpected().Match(message);

    [GeneratedRegex("^Cannot parse argument '(?<word>[^']*)' for option '(?<option>[^']*)' as expected type '[^']*(?:Int32|UInt32|Decimal)")]
    private static partial Regex NumberExpected();

    /// <summary>The first argument that must be there and is not.</summary>
    static Argument? MissingArgument(CommandResult result)
        => result.Command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && result.GetResult(argument) is null or { Tokens.Count: 0 });

    /// <summary>The words that lead to a command, beginning with the program's.</summary>
    static string PathOf(CommandResult command)
        => command.Parent is CommandResult above ? $"{PathOf(above)} {command.Command.Name}" : "p1bridge";

    static string NamesOf(Command command) => string.Join(", ", command.Subcommands.Select(static command => command.Name));

    static string UnknownCommand(CommandResult above, string unknown)
    {
        var names = above.Command.Subcommands.Select(static command => command.Name).ToList();
        var hint = NearestName.Find(unknown, names) is { } near ? $"Did you mean '{near}'?" : $"There are {NamesOf(above.Command)}.";
        return $"p1bridge: there is no command '{DecryptionArguments.WithoutKeys(unknown)}'. {hint} Try '{PathOf(above)} --help'.";
    }
}
