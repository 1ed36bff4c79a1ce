using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using P1Bridge.Configuration;
using P1Bridge.Core.Telegrams;

namespace P1Bridge.Cli;

/// <summary>The keys of encrypted telegrams on the command line. What is wrong with them is said without showing them.</summary>
sealed partial class DecryptionArguments
{
    readonly Option<string?> _key = KeyOption("--key", "Decryption key of encrypted telegrams");
    readonly Option<string?> _authenticationKey = KeyOption("--authentication-key", "Authentication key; without, the one that Luxembourg publishes");
    readonly Option<bool> _skipTagCheck = new("--skip-tag-check") { Description = "Decrypt also what does not prove genuine; the checksum inside is still checked" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_key);
        command.Options.Add(_authenticationKey);
        command.Options.Add(_skipTagCheck);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_key) is null && (result.GetResult(_authenticationKey) ?? result.GetResult(_skipTagCheck)) is { Implicit: false } lonely)
                result.AddError($"{lonely.Option.Name} is of use with --key only.");
            else if (result.GetResult(_key) is not null && result.GetResult(_skipTagCheck) is null or { Implicit: true } && DecryptionKeys.ProblemOfTags is { } problem)
                result.AddError($"{problem}. Use --skip-tag-check.");
        });
    }

    /// <summary>Adds them to a command where they belong to a file, because a configured meter has its own.</summary>
    public void AddTo(Command command, Option from)
    {
        AddTo(command);
        command.Validators.Add(result =>
        {
            if (IsGiven(result) && result.GetResult(from) is null)
                result.AddError("Keys belong to --from FILE; those of a configured meter stand in its configuration as decryption_key.");
        });
    }

    bool IsGiven(CommandResult result) => new Option[] { _key, _authenticationKey, _skipTagCheck }.Any(option => result.GetResult(option) is { Implicit: false });

    /// <summary>The meter with these keys; without any it keeps its own.</summary>
    public MeterOptions ApplyTo(MeterOptions meter, ParseResult result) => result.GetValue(_key) is null ? meter : meter with
    {
        DecryptionKey = new Secret(result.GetValue(_key) ?? ""),
        AuthenticationKey = new Secret(result.GetValue(_authenticationKey) ?? ""),
        CheckTag = !result.GetValue(_skipTagCheck),
    };

    /// <summary>Null when no key was given.</summary>
    public DecryptionOptions? Read(ParseResult result) => DecryptionKeys.Options(
        new Secret(result.GetValue(_key) ?? ""), new Secret(result.GetValue(_authenticationKey) ?? ""), !result.GetValue(_skipTagCheck));

    /// <summary>A message about an argument that stands in the wrong place, without the key that it may be.</summary>
    public static string WithoutKeys(string message) => PossibleKeys().Replace(message, Secret.Mask);

    [GeneratedRegex("[0-9A-Fa-f]{24,}")]
    private static partial Regex PossibleKeys();

    static Option<string?> KeyOption(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "HEX" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is not [var token] || !DecryptionKeys.IsKey(token.Value)) result.AddError($"{name} takes {DecryptionKeys.Expected}.");
        });
        return option;
    }
}
